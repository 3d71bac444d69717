import { describe, expect, test } from 'bun:test';
import type { StatisticsView } from '../../api/runs.ts';
import { sumUp, wholeOf } from './history-sums.ts';

const now = new Date(2026, 3, 15, 12).getTime(); // a Wednesday, after a change of the clocks in most zones
const dayMs = 86_400_000;
const run = (daysAgo: number, changes: Partial<StatisticsView> = {}): StatisticsView => ({
  job_id: 1,
  started_at: new Date(now - daysAgo * dayMs).toISOString(),
  status: 'completed',
  reason: null,
  dry_run: false,
  files: 1,
  bytes: 100,
  seconds: 10,
  ...changes,
});

describe('the chart of the history', () => {
  test('has a bar for every day, also for those without a run', () => {
    const { per, sums } = sumUp([run(0), run(0, { status: 'failed', bytes: 5 }), run(3)], now - 7 * dayMs, now);
    expect(per).toBe('day');
    expect(sums).toHaveLength(8);
    expect(sums.map((sum) => sum.runs)).toEqual([0, 0, 0, 0, 1, 0, 0, 2]);
    expect(sums.at(-1)).toEqual({
      start: new Date(2026, 3, 15).getTime(),
      runs: 2,
      failed: 1,
      bytes: 105,
      seconds: 20,
    });
  });

  test('counts no dry run: it copied nothing, and its time is no time of a backup', () => {
    const { sums } = sumUp([run(0), run(0, { dry_run: true, bytes: 0 })], now - 7 * dayMs, now);
    expect(sums.at(-1)).toMatchObject({ runs: 1, bytes: 100, seconds: 10 });
  });

  test('begins with the first run where no time was chosen', () => {
    expect(sumUp([run(0), run(20)], null, now).sums).toHaveLength(21);
    expect(sumUp([run(0)], null, now).sums).toHaveLength(14);
  });

  test('has weeks instead of days over a long time, from Monday on, and loses no run', () => {
    const rows = Array.from({ length: 365 }, (_, n) => run(n));
    const { per, sums } = sumUp(rows, null, now);
    expect(per).toBe('week');
    expect(sums.length).toBeLessThanOrEqual(54);
    expect(new Set(sums.map((sum) => new Date(sum.start).getDay()))).toEqual(new Set([1]));
    expect(wholeOf(sums)).toEqual({ runs: 365, failed: 0, bytes: 36_500, seconds: 3650 });
  });

  test('loses no day to the change of the clocks', () => {
    const rows = Array.from({ length: 90 }, (_, n) => run(n));
    const { sums } = sumUp(rows, now - 90 * dayMs, now);
    expect(wholeOf(sums).runs).toBe(90);
    expect(sums.every((sum) => new Date(sum.start).getHours() === 0)).toBe(true);
  });

  test('leaves out what is older than asked for, and what a wrong clock put into the future', () => {
    expect(wholeOf(sumUp([run(-5), run(0), run(8)], now - 7 * dayMs, now).sums).runs).toBe(1);
  });

  test('of nothing is empty', () => {
    expect(wholeOf(sumUp([], null, now).sums)).toEqual({ runs: 0, failed: 0, bytes: 0, seconds: 0 });
  });
});
