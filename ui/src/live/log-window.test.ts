import { describe, expect, test } from 'bun:test';
import { countLines, createLogWindow, linesPerPage } from './log-window.ts';

const lines = (from: number, count: number) => Array.from({ length: count }, (_, n) => `line ${from + n}`);

describe('a long log', () => {
  test('keeps its end and what was looked at last, and forgets the rest', () => {
    const log = createLogWindow<string>(4);
    log.put(0, lines(0, linesPerPage * 10));
    expect(log.total()).toBe(linesPerPage * 10);
    expect(log.pagesHeld()).toBe(4);
    expect(log.at(0)).toBeUndefined();
    expect(log.at(linesPerPage * 10 - 1)).toBe(`line ${linesPerPage * 10 - 1}`);
    log.put(0, lines(0, linesPerPage));
    expect(log.at(3)).toBe('line 3');
    expect(log.pagesHeld()).toBe(4);
  });

  test('has each line once, however often and in whatever pieces it was told', () => {
    const log = createLogWindow<string>();
    for (const [from, count] of [
      [0, 3],
      [0, 2],
      [3, 700],
      [500, 400],
      [650, 10],
      [900, 5],
    ] as const)
      log.put(from, lines(from, count));
    expect(log.total()).toBe(905);
    for (let n = 0; n < 905; n += 1) expect(log.at(n)).toBe(`line ${n}`);
    expect(log.at(905)).toBeUndefined();
  });

  test('does not pass off a line for one that was forgotten', () => {
    const log = createLogWindow<string>(1);
    log.put(0, lines(0, 10));
    log.put(linesPerPage, lines(linesPerPage, 10));
    log.put(10, lines(10, 5));
    expect(log.at(3)).toBeUndefined();
    expect(log.at(12)).toBe('line 12');
  });

  for (const length of [0, 1, 499, 500, 501, 12_345, 1_000_000])
    test(`of ${length} lines is measured with few questions`, async () => {
      let asked = 0;
      const has = async (offset: number) => {
        asked += 1;
        return offset < length;
      };
      expect(await countLines(has)).toBe(length);
      expect(asked).toBeLessThan(40);
    });
});
