import { expect, test } from 'bun:test';
import type { RunView, StatisticsView } from '../../api/jobs.ts';
import { lastGoodOf, mergeRuns, pastOf, recentCount } from './recent-runs.ts';

const run = (id: number, changes: Partial<RunView> = {}) =>
  ({ id, status: 'completed', dry_run: false, ...changes }) as RunView;

test('the strip shows thirty runs, the newest last, as live as they are known', () => {
  const asked = Array.from({ length: recentCount }, (_, n) => run(recentCount - n));
  const merged = mergeRuns(asked, [run(31, { status: 'running' }), run(30, { status: 'failed' })]);
  expect(merged).toHaveLength(recentCount);
  expect(merged.slice(-2).map(({ id, status }) => [id, status])).toEqual([
    [30, 'failed'],
    [31, 'running'],
  ]);
  expect(merged[0]?.id).toBe(2);
});

test('the last good copy is of the newest run that copied everything, not of a trial', () => {
  const runs = [
    run(1),
    run(2),
    run(3, { dry_run: true }),
    run(4, { status: 'failed' }),
    run(5, { status: 'cancelled' }),
  ];
  expect(lastGoodOf(runs)?.id).toBe(2);
  expect(lastGoodOf(runs.slice(2))).toBeNull();
  const failures = Array.from({ length: recentCount }, (_, n) => run(n + 1, { status: 'failed' }));
  expect(lastGoodOf(failures)).toBeUndefined(); // it may be further back
});

test('a run that is kept is not shown a second time by its line of statistics', () => {
  const line = (started_at: string) => ({ started_at }) as StatisticsView;
  const lines = [line('2026-01-03T02:00:00Z'), line('2026-01-02T02:00:00Z'), line('2026-01-01T02:00:00Z')];
  expect(pastOf(lines, [run(2, { started_at: '2026-01-02T02:00:00Z' })])).toEqual([lines[0], lines[2]] as typeof lines);
});
