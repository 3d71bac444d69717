import { describe, expect, test } from 'bun:test';
import { about, ago, bytes, count, duration, until } from './format.ts';

describe('numbers people read', () => {
  const sizes: [number, string][] = [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [1400, '1.4 kB'],
    [9950, '10 kB'],
    [52_428_800, '52 MB'],
    [999_999, '1 MB'],
    [1_500_000_000_000, '1.5 TB'],
    [2e18, '2,000 PB'],
  ];
  for (const [n, words] of sizes) test(`${n} bytes are ${words}`, () => expect(bytes(n)).toBe(words));

  const waits: [number, string][] = [
    [0, '0 s'],
    [0.2, '1 s'],
    [59, '59 s'],
    [60, '1 min'],
    [119, '1 min 59 s'],
    [600, '10 min'],
    [3599, '60 min'],
    [3600, '1 h 00 min'],
    [7500, '2 h 05 min'],
  ];
  for (const [seconds, words] of waits)
    test(`${seconds} seconds are ${words}`, () => expect(duration(seconds)).toBe(words));

  const guesses: [number, string][] = [
    [0, 'less than a minute'],
    [59, 'less than a minute'],
    [60, 'about 1 min'],
    [209, 'about 3 min'],
    [5399, 'about 1 h 30 min'],
  ];
  for (const [seconds, words] of guesses)
    test(`${seconds} seconds, guessed, are ${words}`, () => expect(about(seconds)).toBe(words));

  const now = Date.parse('2026-01-05T04:00:00Z');
  const times: [string, string][] = [
    ['2026-01-05T03:59:59Z', 'just now'],
    ['2026-01-05T04:00:30Z', 'just now'],
    ['2026-01-05T03:59:00Z', '1 minute ago'],
    ['2026-01-05T02:00:00Z', '2 hours ago'],
    ['2026-01-04T03:00:00Z', 'yesterday'],
    ['2025-12-20T04:00:00Z', '2 weeks ago'],
    ['2024-01-01T00:00:00Z', '2 years ago'],
  ];
  for (const [iso, words] of times) test(`${iso} was ${words}`, () => expect(ago(iso, now)).toBe(words));

  // In the time of this device: a day is what its calendar says.
  const saturday = new Date(2026, 10, 21, 16).getTime();
  const coming: [hours: number, string][] = [
    [0.01, 'any moment'],
    [10, 'in 10 hours'],
    [25, 'tomorrow'],
    [34, 'in 2 days'], // Monday at 2:00
    [6 * 24, 'in 6 days'],
    [8 * 24, 'next week'],
  ];
  for (const [hours, words] of coming)
    test(`${hours} hours ahead of a Saturday afternoon are ${words}`, () =>
      expect(until(new Date(saturday + hours * 3_600_000).toISOString(), saturday)).toBe(words));
  test('what was two nights ago was not yesterday', () =>
    expect(ago(new Date(2026, 10, 19, 22).toISOString(), saturday)).toBe('2 days ago'));

  test('thousands are grouped', () => expect(count(1_234_567)).toBe('1,234,567'));
});
