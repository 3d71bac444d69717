import { expect, test } from 'bun:test';
import { systemClock, toIso, toIsoOrNull } from './clock.ts';

test('times leave as UTC in whole seconds', () => {
  expect(toIso(Date.UTC(2026, 0, 5, 2, 0, 0, 999))).toBe('2026-01-05T02:00:00Z');
  expect(toIso(0)).toBe('1970-01-01T00:00:00Z');
  expect(toIso(Date.UTC(2024, 1, 29, 23, 59, 59))).toBe('2024-02-29T23:59:59Z');
  expect([null, undefined, 0].map(toIsoOrNull)).toEqual([null, null, '1970-01-01T00:00:00Z']);
});

test('the monotonic clock never goes back', () => {
  const readings = Array.from({ length: 1000 }, systemClock.monotonic);
  expect(readings).toEqual(readings.toSorted((a, b) => a - b));
});
