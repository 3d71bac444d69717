import { expect, test } from 'bun:test';
import type { RunView, StatisticsView } from '../../api/jobs.ts';
import { marksOf, summaryOf, wordsOfRun } from './strip-words.ts';

const run = (changes: Partial<RunView> = {}) =>
  ({
    status: 'completed',
    started_at: '2026-01-05T09:45:00Z',
    completed_at: '2026-01-05T10:00:00Z',
    files_transferred: 150,
    bytes_transferred: 52_000_000,
    files_deleted: 0,
    reason: null,
    warning_count: 0,
    error_count: 0,
    dry_run: false,
    ...changes,
  }) as RunView;

test('every mark of the strip is told in words', () => {
  expect(wordsOfRun(run())).toMatch(/^Completed Jan 5, 2026, .+ · 150 files, 52 MB$/);
  expect(wordsOfRun(run({ status: 'failed', files_transferred: 0 }))).toMatch(/^Failed Jan 5, 2026/);
  expect(wordsOfRun(run({ status: 'running', completed_at: null }))).toBe('Running');
});

test('a dry run says what it would do, never that it did it', () => {
  expect(wordsOfRun(run({ dry_run: true, files_deleted: 2 }))).toMatch(
    /^Dry run Jan 5, 2026, .+ · would copy 150 files, 52 MB · would remove 2 files$/,
  );
});

test('the strip as a whole is told in one sentence', () => {
  const runs = [run(), run(), run({ status: 'failed' }), run({ dry_run: true }), run({ status: 'running' })];
  expect(summaryOf(marksOf(runs, []))).toBe('2 complete, 1 failed, 1 dry run, and 1 running');
  expect(summaryOf([])).toBe('none yet');
});

test('runs that are not kept any more stay in the strip, in the order of time', () => {
  const line = (day: number, changes: object = {}) =>
    ({
      job_id: 1,
      started_at: `2026-01-0${day}T09:00:00Z`,
      status: 'completed',
      reason: null,
      dry_run: false,
      files: 3,
      bytes: 4000,
      seconds: 1,
      ...changes,
    }) as StatisticsView;
  // The last complete run is kept longer than those after it.
  const kept = [run({ started_at: '2026-01-02T09:00:00Z' }), run({ status: 'running', started_at: null })];
  const past = [line(4, { status: 'failed', reason: 'partial', files: 0 }), line(3, { dry_run: true }), line(1)];
  const marks = marksOf(kept, past);
  expect(marks.map(({ mark }) => mark)).toEqual(['completed', 'completed', 'dry', 'partial', 'active']);
  expect(marks[0]?.words).toMatch(/^Completed Jan 1, 2026, .+ · 3 files, 4 kB$/);
  expect(marks[3]?.words).toMatch(/^Incomplete, Jan 4, 2026/);
});
