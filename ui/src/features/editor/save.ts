import type { JobBody, JobView } from '../../api/jobs.ts';
import type { ScheduleBody, ScheduleView } from '../../api/schedules.ts';
import { bodyOfSchedule, type ScheduleDraft, type ScheduleStep, schedulePlan } from './schedule-plan.ts';

/** The doors of the box that saving goes through. All throw ApiError. */
export interface SaveDoors {
  create(body: JobBody): Promise<JobView>;
  update(id: number, body: JobBody): Promise<JobView>;
  tryOut(schedule: ScheduleBody): Promise<unknown>;
  createSchedule(jobId: number, body: ScheduleBody): Promise<ScheduleView>;
  updateSchedule(id: number, body: ScheduleBody): Promise<ScheduleView>;
  removeSchedule(id: number): Promise<unknown>;
}

export interface SaveInput {
  /** null: a new job. */
  jobId: number | null;
  body: JobBody;
  /** What the box has. */
  saved: readonly ScheduleView[];
  schedules: readonly ScheduleDraft[];
}

/** A schedule the box did not take; `at` is its place in the form, null for one that was to be removed. */
export interface ScheduleTrouble {
  at: number | null;
  thrown: unknown;
}

export type Outcome =
  /** Nothing was saved: the box would not take this schedule. */
  | { kind: 'refused'; at: number; thrown: unknown }
  | {
      kind: 'saved';
      job: JobView;
      /** What the box has now. */
      saved: ScheduleView[];
      /** The form again, with the numbers of what was made. */
      schedules: ScheduleDraft[];
      /** What went wrong after the job was saved. */
      troubles: ScheduleTrouble[];
    };

/**
 * Saves the job, then its schedules. Schedules are tried out first, so that a time the box would refuse leaves no half of
 * a job behind; what goes wrong later is told one by one, and saving again asks only for what is still missing. Throws
 * what saving the job throws; then nothing was changed.
 */
export async function save(input: SaveInput, doors: SaveDoors): Promise<Outcome> {
  const plan = schedulePlan(input.saved, input.schedules);
  for (const step of plan) {
    if (step.kind === 'remove') continue;
    try {
      await doors.tryOut(step.body);
    } catch (thrown) {
      return { kind: 'refused', at: step.at, thrown };
    }
  }
  const job = await (input.jobId === null ? doors.create(input.body) : doors.update(input.jobId, input.body));
  let saved = [...input.saved];
  const schedules = [...input.schedules];
  const troubles: ScheduleTrouble[] = [];
  const apply = async (step: ScheduleStep): Promise<void> => {
    if (step.kind === 'remove') {
      await doors.removeSchedule(step.id);
      saved = saved.filter((view) => view.id !== step.id);
      return;
    }
    const view =
      step.kind === 'create'
        ? await doors.createSchedule(job.id, step.body)
        : await doors.updateSchedule(step.id, step.body);
    saved = [...saved.filter((one) => one.id !== view.id), view];
    const draft = schedules[step.at];
    if (draft) schedules[step.at] = { ...draft, id: view.id, body: bodyOfSchedule(view) };
  };
  for (const step of plan)
    try {
      await apply(step);
    } catch (thrown) {
      troubles.push({ at: step.kind === 'remove' ? null : step.at, thrown });
    }
  return { kind: 'saved', job, saved, schedules, troubles };
}
