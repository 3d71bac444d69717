import type {
  DeletionView,
  JobBody,
  JobView,
  RunBody,
  RunView,
  StatisticsView,
} from '../../../src/features/backups/schema.ts';
import { call } from './client.ts';

export type { DeletionView, JobBody, JobView, RunView, StatisticsView };

export const listJobs = () => call<JobView[]>('GET', '/api/jobs');
export const getJob = (id: number) => call<JobView>('GET', `/api/jobs/${id}`);
export const createJob = (body: JobBody) => call<JobView>('POST', '/api/jobs', body);
export const updateJob = (id: number, body: JobBody) => call<JobView>('PUT', `/api/jobs/${id}`, body);
export const removeJob = (id: number) => call<unknown>('DELETE', `/api/jobs/${id}`);
export const cloneJob = (id: number) => call<JobView>('POST', `/api/jobs/${id}/clone`);

export const getRun = (id: number) => call<RunView>('GET', `/api/runs/${id}`);
/** Without a body the job runs as it is saved. */
export const runJob = (id: number, body?: RunBody) => call<{ run_id: number }>('POST', `/api/jobs/${id}/run`, body);
export const cancelJob = (id: number) => call<unknown>('POST', `/api/jobs/${id}/cancel`);

/** Newest first. */
export const runsOfJob = (id: number, limit: number, offset = 0) =>
  call<RunView[]>('GET', `/api/jobs/${id}/runs?limit=${limit}&offset=${offset}`);
/** Newest first: one line per finished run, removed ones included. */
export const statisticsOf = (id: number, limit: number, offset = 0) =>
  call<StatisticsView[]>('GET', `/api/jobs/${id}/statistics?limit=${limit}&offset=${offset}`);
/** What a run stopped by the deletion guard would have deleted, in the order it was found. */
export const deletionsOf = (runId: number, limit: number, offset: number) =>
  call<DeletionView[]>('GET', `/api/runs/${runId}/deletions?limit=${limit}&offset=${offset}`);
