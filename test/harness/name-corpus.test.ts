import { expect, test } from 'bun:test';
import { caseTwins, deepPaths, nameCorpus, unicodeTwins } from './name-corpus.ts';

const folded = (name: string): string => name.normalize('NFC').toLowerCase();

test('every name of the corpus can lie on a disk, and none of its group is taken for another', () => {
  for (const { names } of nameCorpus) {
    for (const name of names) {
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      expect([name.isWellFormed(), /[/\0]/.test(name), ['', '.', '..'].includes(name)]).toEqual([true, false, false]);
    }
    expect(new Set(names.map(folded)).size).toBe(names.length);
  }
  expect(nameCorpus.flatMap(({ names }) => names).length).toBeGreaterThan(150);
});

test('twins are two names, and one when folded', () => {
  for (const [one, other] of [...caseTwins, ...unicodeTwins]) {
    expect(one).not.toBe(other);
    expect(folded(one)).toBe(folded(other));
  }
  expect(deepPaths.map(({ path }) => path.length)).toEqual([109, 899, 1499, 4499]);
});
