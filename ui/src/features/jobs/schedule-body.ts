import type { ScheduleBody, ScheduleView } from '../../api/schedules.ts';

/** Everything of a saved schedule that `PUT` replaces. */
export function bodyOfSchedule(schedule: ScheduleView): ScheduleBody {
  const { schedule_type, hour, minute, day_of_week, day_of_month, cron_expression, enabled, timezone } = schedule;
  return { schedule_type, hour, minute, day_of_week, day_of_month, cron_expression, enabled, timezone };
}

export type NextCase = 'byHand' | 'off' | 'paused' | 'onPlug' | 'unknown';

/** When a job runs by itself the next time: a moment, or why there is none. Pure. */
export function nextOf(
  job: { enabled: boolean; destination_config: Record<string, unknown> },
  schedules: readonly Pick<ScheduleView, 'enabled' | 'next_run'>[],
): { at: string } | { why: NextCase } {
  const onPlug = job.destination_config['run_on_plug'] === true;
  if (!job.enabled && (schedules.length > 0 || onPlug)) return { why: 'off' };
  const moments = schedules.flatMap((one) => (one.next_run === null ? [] : [one.next_run])).sort();
  const [first] = moments;
  if (first !== undefined) return { at: first };
  if (onPlug) return { why: 'onPlug' };
  if (schedules.length === 0) return { why: 'byHand' };
  return { why: schedules.some((one) => one.enabled) ? 'unknown' : 'paused' };
}
