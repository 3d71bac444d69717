import { describe, expect, test } from 'bun:test';
import { openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../../../../test/harness/temp.ts';
import { createHoleWriter, writtenParts } from './holes.ts';
import { keepBothName, stampOf } from './keep-both.ts';
import type { RestorePolicy } from './model.ts';
import { createOwners } from './owners.ts';
import { isPast } from './paths.ts';
import { type There, verdictOf } from './policy.ts';
import { sizeText } from './room.ts';

describe('what is done where a name is taken', () => {
  const kinds = ['file', 'dir', 'link', 'other'] as const;
  const rows: [RestorePolicy, 'file' | 'dir' | 'link', string][] = [
    // of what lies there: a file, a folder, a link, something else; each older
    ['skip', 'file', 'skip conflict skip conflict'],
    ['skip', 'dir', 'conflict merge conflict conflict'],
    ['skip', 'link', 'skip conflict skip conflict'],
    ['overwrite', 'file', 'replace conflict replace conflict'],
    ['overwrite', 'dir', 'replace merge replace conflict'],
    ['overwrite', 'link', 'replace conflict replace conflict'],
    ['overwrite_if_older', 'file', 'replace conflict replace conflict'],
    ['overwrite_if_older', 'dir', 'conflict merge conflict conflict'],
    ['overwrite_if_older', 'link', 'replace conflict replace conflict'],
    ['keep_both', 'file', 'keep_both keep_both keep_both keep_both'],
    ['keep_both', 'dir', 'keep_both merge keep_both keep_both'],
    ['keep_both', 'link', 'keep_both keep_both keep_both keep_both'],
  ];
  test.each(rows)('%s a %s: %s', (policy, type, expected) => {
    const there = (kind: There['kind']): There => ({ kind, mtimeNs: 1n });
    expect(kinds.map((kind) => verdictOf({ type, mtimeNs: 2n }, there(kind), policy)).join(' ')).toBe(expected);
  });

  test('older means older: the same time, a newer one and an unknown one stay', () => {
    const at = (own: bigint | null) =>
      verdictOf({ type: 'file', mtimeNs: own }, { kind: 'file', mtimeNs: 5n }, 'overwrite_if_older');
    expect([at(4n), at(5n), at(6n), at(null)]).toEqual(['skip', 'skip', 'replace', 'skip']);
  });
});

describe('the name of the one that is put beside', () => {
  const stamp = stampOf(Date.UTC(2026, 0, 5, 2), 'UTC');
  test.each([
    ['photo.jpg', 1, 'photo (restored 2026-01-05 02.00).jpg'],
    ['photo.jpg', 2, 'photo (restored 2026-01-05 02.00) 2.jpg'],
    ['.hidden', 1, '.hidden (restored 2026-01-05 02.00)'],
    ['no ending', 1, 'no ending (restored 2026-01-05 02.00)'],
    ['a.a very long ending indeed', 1, 'a.a very long ending indeed (restored 2026-01-05 02.00)'],
  ])('%j %i', (name, nth, expected) => {
    expect(keepBothName(name, stamp, nth, false)).toBe(expected);
  });

  test('of a folder keeps its point', () => {
    expect(keepBothName('v1.2', stamp, 1, true)).toBe('v1.2 (restored 2026-01-05 02.00)');
  });

  test('is never too long, and cuts no letter in two', () => {
    const name = Buffer.from(`${'€'.repeat(83)}.jpeg`).toString('latin1');
    const beside = Buffer.from(keepBothName(name, stamp, 12, false), 'latin1');
    expect(beside.byteLength).toBeLessThanOrEqual(255);
    expect(new TextDecoder('utf-8', { fatal: true }).decode(beside)).toEndWith('€ (restored 2026-01-05 02.00) 12.jpeg');
  });

  test('tells the time of the person, not of Greenwich', () => {
    expect(stampOf(Date.UTC(2026, 6, 5, 23, 7), 'Europe/Berlin')).toBe('2026-07-06 01.07');
    expect(stampOf(Date.UTC(2026, 6, 5, 22, 0), 'Europe/Berlin')).toBe('2026-07-06 00.00');
  });
});

describe('holes', () => {
  const block = 4096;
  test('are whole blocks of zeros, counted from the beginning of the file', () => {
    const bytes = new Uint8Array(4 * block);
    bytes[block] = 1;
    expect(writtenParts(bytes, 0)).toEqual([[block, 2 * block]]);
    expect(writtenParts(bytes, 100)).toEqual([
      [0, 2 * block - 100],
      [4 * block - 100, 4 * block],
    ]);
    expect(writtenParts(new Uint8Array(block - 1), 0)).toEqual([[0, block - 1]]);
    expect(writtenParts(new Uint8Array(0), 5)).toEqual([]);
  });

  test('change no byte, however the pieces are cut', async () => {
    const whole = Buffer.alloc(10 * block + 77);
    for (const at of [0, block - 1, 5 * block, 9 * block + 3]) whole[at] = 7;
    for (const piece of [1000, block, 3 * block + 1, whole.length]) {
      const path = join(tempDir('holes'), 'file');
      const writer = createHoleWriter(openSync(path, 'w'));
      for (let at = 0; at < whole.length; at += piece) await writer.write(whole.subarray(at, at + piece));
      await writer.end();
      expect(readFileSync(path).equals(whole)).toBe(true);
      expect(statSync(path).size).toBe(whole.length);
    }
  });
});

test('people are known by name where this machine has the name, else by number', () => {
  const owners = createOwners('root:x:0:0::/root:/bin/sh\nalice:x:1500:1500::/:/\n', 'root:x:0:\nusers:x:100:alice\n');
  expect(owners({ uid: 1000, gid: 1000, user: 'alice', group: 'users' })).toEqual({ uid: 1500, gid: 100 });
  expect(owners({ uid: 1000, gid: 1000, user: 'bob', group: null })).toEqual({ uid: 1000, gid: 1000 });
  expect(owners({ uid: null, gid: 1, user: null, group: null })).toBeNull();
});

test('a folder is complete when nothing below it can follow any more', () => {
  expect(['a', 'a!', 'a!/x', 'a.txt', 'a/', 'a/b', 'a/b/c'].filter((path) => isPast('a', path))).toEqual([]);
  expect(['a0', 'aa', 'b', 'a0/x'].filter((path) => !isPast('a', path))).toEqual([]);
  expect(isPast('', 'z')).toBe(false);
});

test('sizes are told as people say them', () => {
  expect([0, 1023, 1536, 200 * 1024 ** 2, 1024 ** 4].map(sizeText)).toEqual([
    '0 B',
    '1023 B',
    '1.5 KiB',
    '200 MiB',
    '1.0 TiB',
  ]);
});
