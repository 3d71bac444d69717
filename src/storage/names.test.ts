import { describe, expect, test } from 'bun:test';
import { nameCorpus } from '../../test/harness/name-corpus.ts';
import { StorageError } from './errors.ts';
import {
  compareUtf8,
  foldersAbove,
  listedName,
  malformed,
  nameOf,
  nameProblem,
  namesOf,
  parentOf,
  pathBelow,
  pathProblem,
  windowsReserved,
} from './names.ts';

test('paths are taken apart and put together again', () => {
  for (const path of ['a', 'a/b', 'a/b/c d']) expect(pathBelow(parentOf(path), nameOf(path))).toBe(path);
  expect([parentOf('a'), nameOf('a/b'), namesOf(''), foldersAbove('a/b/c')]).toEqual(['', 'b', [], ['a', 'a/b']]);
});

test('texts are ordered as their UTF-8 bytes are', () => {
  const names = [
    '',
    '\u{1f600}',
    '\uffff',
    '\ue000',
    '\ud7ff',
    'é',
    'a/b',
    'a.b',
    ...nameCorpus.flatMap((group) => group.names),
  ];
  for (const one of names)
    for (const other of names)
      expect(Math.sign(compareUtf8(one, other))).toBe(Buffer.compare(Buffer.from(one), Buffer.from(other)));
});

test('a listing that names what no file can be called is refused', () => {
  for (const name of ['', '.', '..', 'a/b', '../x', 'a\0'])
    expect(() => listedName(name)).toThrow(expect.objectContaining({ code: 'protocol' }) as StorageError);
  for (const name of ['...', ' ', '..a', '\\']) expect(listedName(name)).toBe(name);
});

describe('a path', () => {
  const rules = {
    forbidden: '"*:<>?|\\',
    noControl: true,
    notFirst: ' ~',
    notLast: '. ',
    reserved: windowsReserved,
    reservedWithEndings: true,
    maxNameBytes: 20,
    maxPathChars: 60,
    maxDepth: 4,
  };
  const cases: [path: string, problem: RegExp | null][] = [
    ['a/b.txt', null],
    ['a/~b', /begins with "~"/],
    ['a /b', /ends with " "/],
    ['a/b.', /ends with "\."/],
    ['a/b:c', /the character ":"/],
    ['a/b\n', /control character/],
    ['a/nul.txt', /reserved/],
    ['a/COM1', /reserved/],
    ['a/null', null],
    [`a/${'€'.repeat(7)}`, /longer than 20 bytes/],
    ['a/b/c/d/e', /more than 4 folders deep/],
    [`${'a'.repeat(15)}/`.repeat(4).slice(0, -1), /longer than 60 characters/],
    ['a//b', /empty name/],
    ['../a', /"\.\."/],
    ['a\ud800', /Unicode/],
    ['', /empty name/],
  ];
  for (const [path, problem] of cases)
    test(`${JSON.stringify(path)} is ${problem === null ? 'taken' : 'refused, and it is said why'}`, () => {
      const told = pathProblem(path, rules);
      if (problem === null) expect(told).toBe(null);
      else expect(told).toMatch(problem);
    });

  test('without rules is only refused when it is none', () => {
    expect(pathProblem('a\\:*/CON . /~', {})).toBe(null);
    expect(nameProblem('x'.repeat(5000), {})).toBe(null);
    expect(malformed('a/./b')).not.toBe(null);
  });
});
