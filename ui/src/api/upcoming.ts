import type { ScheduleView } from '../../../src/features/backups/schedules/schema.ts';
import { call } from './client.ts';

/** Schedules of all jobs that will run by themselves, the soonest first. */
export const listUpcoming = (limit: number) => call<ScheduleView[]>('GET', `/api/schedules/upcoming?limit=${limit}`);
