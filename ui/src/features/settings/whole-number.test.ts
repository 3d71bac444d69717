import { describe, expect, test } from 'bun:test';
import { wholeNumber } from './whole-number.ts';

const typed: [string, number | null][] = [
  ['20', 20],
  [' 20 ', 20],
  ['1,000', 1000],
  ['1.000', 1000],
  ['10 000', 10_000],
  ['1', 1],
  ['0', null],
  ['10001', null],
  ['1.5', null],
  ['1,5', null],
  ['-3', null],
  ['1e3', null],
  ['', null],
  ['ten', null],
];

describe('a number from 1 to 10,000 may be typed as one writes it', () => {
  for (const [text, number] of typed)
    test(`"${text}" is ${number ?? 'refused'}`, () => expect(wholeNumber(text, 1, 10_000)).toBe(number));
});
