import type { JobView, RunView } from '../../../src/features/backups/schema.ts';
import { call } from './client.ts';

export type { JobView, RunView };

export const listJobs = () => call<JobView[]>('GET', '/api/jobs');
export const getRun = (id: number) => call<RunView>('GET', `/api/runs/${id}`);
export const runJob = (id: number) => call<{ run_id: number }>('POST', `/api/jobs/${id}/run`);
export const cancelJob = (id: number) => call<unknown>('POST', `/api/jobs/${id}/cancel`);
