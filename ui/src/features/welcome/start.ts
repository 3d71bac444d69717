import { ApiError } from '../../api/client.ts';
import type { JobBody, JobView } from '../../api/jobs.ts';
import type { ScheduleBody } from '../../api/schedules.ts';

/** The doors of the box that starting goes through. All throw ApiError. */
export interface StartDoors {
  listJobs(): Promise<JobView[]>;
  tryOut(schedule: ScheduleBody): Promise<unknown>;
  create(body: JobBody): Promise<JobView>;
  update(id: number, body: JobBody): Promise<JobView>;
  addSchedule(jobId: number, schedule: ScheduleBody): Promise<unknown>;
  run(jobId: number): Promise<{ run_id: number }>;
}

export interface StartInput {
  body: JobBody;
  schedule: ScheduleBody | null;
  /** Numbers of the backups there were before. */
  known: readonly number[];
}

/** How far an attempt got; handed to the next one, which goes on from there. */
export interface Progress {
  job: Pick<JobView, 'id' | 'name'> | null;
  /** What the box was asked to make without an answer: it may have done so. */
  unsure: JobBody | null;
}

export const notBegun: Progress = { job: null, unsure: null };

export type Started =
  | { kind: 'running'; runId: number }
  /** `at`: what the box did not do. */
  | { kind: 'failed'; at: 'schedule' | 'job' | 'run'; thrown: unknown; progress: Progress };

/**
 * Makes the backup, its schedule, and starts the first run. The schedule is tried out first, so that a time the box
 * refuses leaves no half of a backup behind. After a failure, another call with the progress of the last one makes
 * nothing twice: what may have been done without an answer is looked for first.
 */
export async function start(input: StartInput, before: Progress, doors: StartDoors): Promise<Started> {
  let at: 'schedule' | 'job' | 'run' = before.job ? 'run' : 'job';
  let job = before.job;
  try {
    let scheduled = false;
    const { unsure } = before;
    if (job || unsure) {
      const found = (await doors.listJobs()).find((one) =>
        job ? one.id === job.id : unsure && !input.known.includes(one.id) && isLike(one, unsure),
      );
      job = found ? { id: found.id, name: found.name } : null;
      scheduled = (found?.schedules.length ?? 0) > 0;
      if (found?.last_run) return { kind: 'running', runId: found.last_run.id };
      // Something was changed on the form while nobody knew whether the backup was made.
      if (found && unsure && JSON.stringify(unsure) !== JSON.stringify(input.body))
        job = await doors.update(found.id, input.body);
    }
    if (job === null) {
      at = 'schedule';
      if (input.schedule) await doors.tryOut(input.schedule);
      at = 'job';
      job = await doors.create(input.body);
    }
    at = 'schedule';
    if (input.schedule && !scheduled) await doors.addSchedule(job.id, input.schedule);
    at = 'run';
    return { kind: 'running', runId: (await doors.run(job.id)).run_id };
  } catch (thrown) {
    const silent = thrown instanceof ApiError && thrown.status === 0;
    const unsure = before.unsure ?? (silent && at === 'job' ? input.body : null);
    return { kind: 'failed', at, thrown, progress: { job, unsure: job === null ? unsure : null } };
  }
}

const isLike = (job: JobView, body: JobBody): boolean =>
  job.name === body.name && job.source_dirs.join('\0') === body.source_dirs.join('\0');
