import { describe, expect, test } from 'bun:test';
import { keepLock, lockLeft } from './lockout.ts';

function keeper() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}
const start = Date.parse('2026-01-05T04:00:00Z');

describe('the wait after too many wrong passwords', () => {
  test('goes on after a reload where it was, and ends on time', () => {
    const tab = keeper();
    expect(lockLeft(start, tab)).toBe(0);
    keepLock(60, start, tab);
    expect(lockLeft(start + 17_000, tab)).toBe(43);
    expect(lockLeft(start + 60_000, tab)).toBe(0);
  });

  test('is over when somebody got in', () => {
    const tab = keeper();
    keepLock(60, start, tab);
    keepLock(0, start, tab);
    expect(lockLeft(start, tab)).toBe(0);
  });

  test('never becomes longer than the box would lock, whatever happens to the clock', () => {
    const tab = keeper();
    keepLock(60, start, tab);
    expect(lockLeft(start - 86_400_000, tab)).toBe(0);
  });
});
