import type { ScheduleBody, SchedulePreview, ScheduleView } from '../../../src/features/backups/schedules/schema.ts';
import { call } from './client.ts';

export type { ScheduleBody, SchedulePreview, ScheduleView };

export const listSchedules = (jobId: number) => call<ScheduleView[]>('GET', `/api/jobs/${jobId}/schedules`);
export const createSchedule = (jobId: number, body: ScheduleBody) =>
  call<ScheduleView>('POST', `/api/jobs/${jobId}/schedules`, body);
/** Replaces the whole schedule; what is left out takes its default. */
export const updateSchedule = (id: number, body: ScheduleBody) =>
  call<ScheduleView>('PUT', `/api/schedules/${id}`, body);
export const removeSchedule = (id: number) => call<unknown>('DELETE', `/api/schedules/${id}`);
/** The next three runs of a schedule that is not saved. */
export const previewSchedule = (body: ScheduleBody) => call<SchedulePreview>('POST', '/api/schedules/preview', body);
