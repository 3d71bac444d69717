import { expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { createSetHash } from './set-hash.ts';

const names = Array.from({ length: 500 }, (_, n) => Buffer.from(`src\0folder ${n % 7}/file ${n}\xff`, 'latin1'));
const hashOf = (set: readonly Buffer[]) => {
  const hash = createSetHash();
  for (const name of set) hash.add(name);
  return hash.hex();
};

test('a set of names has one hash, in whatever order they come', () => {
  const whole = hashOf(names);
  expect(whole).toMatch(/^[0-9a-f]{64}$/);
  expect(hashOf(names.toReversed())).toBe(whole);
  expect(hashOf(names.toSorted((a, b) => Buffer.compare(b.subarray(9), a.subarray(9))))).toBe(whole);
});

test('another set has another one: a name more, a name less, another name, a name cut elsewhere', () => {
  const [first = Buffer.alloc(0)] = names;
  const sets = [
    names,
    names.slice(1),
    [...names, Buffer.from('x')],
    [Buffer.from('x'), ...names.slice(1)],
    [first],
    [],
  ];
  const split = [[Buffer.from('ab'), Buffer.from('c')], [Buffer.from('a'), Buffer.from('bc')], [Buffer.from('abc')]];
  const hashes = [...sets, ...split].map(hashOf);
  expect(new Set(hashes).size).toBe(hashes.length);
  expect(hashOf([])).toBe('');
});

test('it is the sum of the SHA-256 of the names, lowest byte first, modulo 2^256', () => {
  const number = (bytes: Buffer) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  const sum = names.reduce((all, name) => all + number(createHash('sha256').update(name).digest()), 0n);
  expect(sum).toBeGreaterThan(1n << 256n);
  expect(number(Buffer.from(hashOf(names), 'hex'))).toBe(sum % (1n << 256n));
});
