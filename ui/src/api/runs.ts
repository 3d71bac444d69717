import type {
  LogLineView,
  LogSearchView,
  RunErrorView,
  RunView,
  StatisticsView,
} from '../../../src/features/backups/schema.ts';
import { call } from './client.ts';

export { cancelJob, getRun, runJob, statisticsOf } from './jobs.ts';
export type { LogLineView, LogSearchView, RunErrorView, RunView, StatisticsView };

export interface RunQuery {
  limit: number;
  offset: number;
  jobId?: number | undefined;
  status?: RunView['status'] | undefined;
  /** `2026-01-05T02:00:00Z`: started then or later. */
  since?: string | undefined;
}

/** Runs of all jobs, newest first. */
export function listRuns({ limit, offset, jobId, status, since }: RunQuery): Promise<RunView[]> {
  const query = new URLSearchParams({ limit: `${limit}`, offset: `${offset}` });
  if (jobId !== undefined) query.set('job_id', `${jobId}`);
  if (status) query.set('status', status);
  if (since) query.set('since', since);
  return call<RunView[]>('GET', `/api/runs?${query}`);
}

/** 409 while it is active. */
export const removeRun = (id: number) => call<unknown>('DELETE', `/api/runs/${id}`);

/** Files that could not be copied, or not without a word: at most a thousand are kept of one run. */
export const errorsOf = (runId: number, limit: number, offset: number) =>
  call<RunErrorView[]>('GET', `/api/runs/${runId}/errors?limit=${limit}&offset=${offset}`);

/** Looks through some ten thousand lines from `offset` on; goes on at `searched`. */
export function searchLog(
  runId: number,
  { text, level, offset }: { text: string; level?: LogLineView['level'] | undefined; offset: number },
): Promise<LogSearchView> {
  const query = new URLSearchParams({ text, offset: `${offset}` });
  if (level) query.set('level', level);
  return call<LogSearchView>('GET', `/api/runs/${runId}/logs/search?${query}`);
}
