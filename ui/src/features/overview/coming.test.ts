import { expect, test } from 'bun:test';
import { comingOf } from './coming.ts';

const at = (job_id: number, next_run: string | null) => ({ job_id, next_run });

test('what comes next names each job once, the soonest first', () => {
  const schedules = [
    at(1, '2026-01-06T02:00:00Z'),
    at(2, '2026-01-05T20:00:00Z'),
    at(1, '2026-01-05T22:00:00Z'),
    at(3, null),
    at(4, '2026-02-01T00:00:00Z'),
  ];
  expect(comingOf(schedules, 2)).toEqual([
    { jobId: 2, at: '2026-01-05T20:00:00Z' },
    { jobId: 1, at: '2026-01-05T22:00:00Z' },
  ]);
});
