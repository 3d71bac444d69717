import type { ScheduleBody, ScheduleView } from '../../api/schedules.ts';

/** One schedule in the form; `id` null: not saved yet. A body of null is "only by hand". */
export interface ScheduleDraft {
  /** Its own for as long as the form is open. */
  key: number;
  id: number | null;
  body: ScheduleBody | null;
}

export type ScheduleStep =
  | { kind: 'update'; at: number; id: number; body: ScheduleBody }
  | { kind: 'create'; at: number; body: ScheduleBody }
  | { kind: 'remove'; id: number };

/** A saved schedule as it is sent again: zone and switch included, because what is left out takes its default. */
export const bodyOfSchedule = (view: ScheduleView): ScheduleBody => ({
  schedule_type: view.schedule_type,
  hour: view.hour,
  minute: view.minute,
  day_of_week: view.day_of_week,
  day_of_month: view.day_of_month,
  cron_expression: view.cron_expression,
  enabled: view.enabled,
  timezone: view.timezone,
});

export const draftsOf = (views: readonly ScheduleView[]): ScheduleDraft[] =>
  views.map((view) => ({ key: view.id, id: view.id, body: bodyOfSchedule(view) }));

/** The time a new backup is offered: a backup nobody starts is none. */
export const usualTime: ScheduleBody = { schedule_type: 'daily', hour: 2, minute: 0 };

/** A further one, not saved yet. */
export const addedTo = (drafts: readonly ScheduleDraft[], body: ScheduleBody | null): ScheduleDraft[] => [
  ...drafts,
  { key: Math.max(0, ...drafts.map((one) => one.key)) + 1, id: null, body },
];

/** Another time for a schedule: its zone and its switch stay, unless the new one brings its own. */
export function retimed(before: ScheduleBody | null, next: ScheduleBody | null): ScheduleBody | null {
  if (next === null || before === null) return next;
  const { enabled, timezone } = { ...before, ...next };
  return {
    ...next,
    ...(enabled === undefined ? {} : { enabled }),
    ...(timezone === undefined ? {} : { timezone }),
  };
}

const members = [
  'schedule_type',
  'hour',
  'minute',
  'day_of_week',
  'day_of_month',
  'cron_expression',
  'timezone',
] as const;

export const isSameSchedule = (a: ScheduleBody, b: ScheduleBody): boolean =>
  (a.enabled ?? true) === (b.enabled ?? true) && members.every((name) => (a[name] ?? null) === (b[name] ?? null));

/** What has to be asked of the box so that the saved schedules become those of the form; `at` is the place in `drafts`. */
export function schedulePlan(saved: readonly ScheduleView[], drafts: readonly ScheduleDraft[]): ScheduleStep[] {
  const steps: ScheduleStep[] = [];
  for (const [at, { id, body }] of drafts.entries()) {
    if (body === null) continue;
    const before = saved.find((view) => view.id === id);
    if (!before) steps.push({ kind: 'create', at, body });
    else if (!isSameSchedule(bodyOfSchedule(before), body)) steps.push({ kind: 'update', at, id: before.id, body });
  }
  const kept = new Set(drafts.flatMap(({ id, body }) => (id === null || body === null ? [] : [id])));
  // Last: while one of the steps before fails, the job keeps the time it had.
  for (const view of saved) if (!kept.has(view.id)) steps.push({ kind: 'remove', id: view.id });
  return steps;
}
