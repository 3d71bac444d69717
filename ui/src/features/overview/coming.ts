import type { ScheduleView } from '../../../../src/features/backups/schedules/schema.ts';

/** The next time a job runs by itself. */
export interface Coming {
  jobId: number;
  at: string;
}

/** Each job once, with its nearest time, the soonest first. Pure. */
export function comingOf(schedules: readonly Pick<ScheduleView, 'job_id' | 'next_run'>[], most: number): Coming[] {
  const nearest = new Map<number, Coming>();
  for (const { job_id: jobId, next_run: at } of schedules) {
    const known = nearest.get(jobId);
    if (at !== null && (!known || Date.parse(at) < Date.parse(known.at))) nearest.set(jobId, { jobId, at });
  }
  return [...nearest.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)).slice(0, most);
}
