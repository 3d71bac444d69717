import { describe, expect, test } from 'bun:test';
import { createTallScroll, tallestPx } from './tall-scroll.ts';

const view = 600;
const listOf = (whole: number) => {
  const scroll = createTallScroll();
  scroll.resized(whole, view);
  return scroll;
};

describe('a list that fits into a box', () => {
  test('is scrolled as any other', () => {
    const scroll = listOf(10_000);
    expect([scroll.height(), scroll.scrolled(1234), scroll.top(), scroll.shift()]).toEqual([10_000, 1234, 1234, 0]);
    expect(scroll.scrolled(9400)).toBe(9400);
    expect(scroll.top()).toBe(9400);
  });

  test('stays where it is when it grows, and has no emptiness below when it shrinks', () => {
    const scroll = listOf(10_000);
    scroll.scrolled(5000);
    expect(scroll.resized(20_000, view)).toBe(5000);
    expect(scroll.resized(3000, view)).toBe(2400);
    expect(scroll.resized(100, view)).toBe(0);
  });
});

for (const lines of [200_000, 1_000_000, 16_000_000])
  describe(`a list of ${lines} lines`, () => {
    const whole = lines * 24;
    const end = whole - view;

    test('is in a box that every browser can draw, and its end can be reached in one pull of the bar', () => {
      const scroll = listOf(whole);
      expect(scroll.height()).toBe(tallestPx);
      scroll.scrolled(tallestPx - view);
      expect(scroll.top()).toBe(end);
      scroll.scrolled(0);
      expect(scroll.top()).toBe(0);
    });

    test('moves by exactly what the wheel says, from anywhere', () => {
      for (const start of [0, 12_345, 39_990, 1_234_567, whole / 2, end - 50_000]) {
        const scroll = listOf(whole);
        let at = scroll.goTo(start);
        const from = scroll.top();
        for (let step = 1; step <= 200; step += 1) {
          at = scroll.scrolled(at + 100);
          expect(scroll.top()).toBe(Math.min(end, from + step * 100));
          expect(at).toBe(scroll.top() - scroll.shift());
          expect(at).toBeGreaterThanOrEqual(0);
          expect(at).toBeLessThanOrEqual(tallestPx - view);
        }
        for (let step = 1; step <= 100; step += 1) at = scroll.scrolled(at - 100);
        expect(scroll.top()).toBe(Math.min(end, from + 20_000) - 10_000);
      }
    });

    test('goes as far as a fast wheel or thumb says, also by more than what is in sight', () => {
      const scroll = listOf(whole);
      let at = 0;
      for (let step = 1; step <= 30; step += 1) at = scroll.scrolled(at + 3000);
      expect(scroll.top()).toBe(90_000);
    });

    test('goes to the share of it the bar was pulled to', () => {
      const scroll = listOf(whole);
      for (const share of [0.1, 0.25, 0.5, 0.9]) {
        scroll.scrolled(share * (tallestPx - view));
        expect(Math.abs(scroll.top() / end - share)).toBeLessThan(0.02);
      }
    });

    test('keeps what is in sight while it grows', () => {
      const scroll = listOf(whole);
      scroll.goTo(777_777);
      for (let more = 1; more < 50; more += 1) {
        scroll.resized(whole + more * 2400, view);
        expect(scroll.top()).toBe(777_777);
      }
    });
  });

test('a list that grows beyond the tallest box under the eyes of its reader does not move', () => {
  const scroll = listOf(tallestPx - 24);
  scroll.goTo(2_000_000);
  for (let n = 0; n < 4; n += 1) {
    scroll.resized(tallestPx - 24 + n * 24, view);
    expect(scroll.top()).toBe(2_000_000);
  }
});
