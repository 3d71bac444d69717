import { describe, expect, test } from 'bun:test';
import { type Encoding, matchesTag, preferredEncoding } from './negotiate.ts';

describe('preferred encoding', () => {
  const both: Encoding[] = ['br', 'gzip'];
  const rows: [header: string | null, offered: Encoding[], wanted: Encoding | null][] = [
    [null, both, null],
    ['', both, null],
    ['gzip, deflate, br, zstd', both, 'br'],
    ['gzip, deflate', both, 'gzip'],
    ['gzip, deflate, br', ['gzip'], 'gzip'],
    ['br', ['gzip'], null],
    ['br;q=0.5, gzip;q=0.9', both, 'gzip'],
    ['br;q=0, gzip', both, 'gzip'],
    ['BR ; Q=1', both, 'br'],
    ['*', both, 'br'],
    ['*;q=0', both, null],
    ['br;q=0, *', both, 'gzip'],
    ['identity', both, null],
    ['identity;q=1, br;q=0.5', both, null],
    ['br;q=nonsense', both, null],
    ['gzip', [], null],
  ];
  for (const [header, offered, wanted] of rows)
    test(`of ${offered.join(' and ') || 'nothing'} for "${header}" is ${wanted ?? 'the plain file'}`, () => {
      expect(preferredEncoding(header, new Set(offered))).toBe(wanted);
    });
});

describe('entity tag', () => {
  const rows: [header: string | null, wanted: boolean][] = [
    [null, false],
    ['"a-br"', true],
    ['W/"a-br"', true],
    ['"x", "a-br"', true],
    ['*', true],
    ['"a"', false],
    ['a-br', false],
  ];
  for (const [header, wanted] of rows)
    test(`"a-br" ${wanted ? 'is' : 'is not'} named by ${header}`, () =>
      expect(matchesTag(header, '"a-br"')).toBe(wanted));
});
