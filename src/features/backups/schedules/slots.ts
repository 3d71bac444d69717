import { Cron, type CronOptions } from 'croner';
import type { ScheduleRow } from '../jobs.store.ts';

/** What a schedule says about times. */
export type Times = Pick<
  ScheduleRow,
  'scheduleType' | 'hour' | 'minute' | 'dayOfWeek' | 'dayOfMonth' | 'cronExpression' | 'timezone'
>;

const minuteMs = 60_000;
const fiveYearsMs = 5 * 366 * 86_400_000;
/** Reckoned without a zone: the tables of Intl cost a small box eight megabytes. */
const utcNames = new Set(['UTC', 'Etc/UTC', 'Etc/UCT', 'Etc/Zulu', 'Zulu']);

export const isUtc = (zone: string): boolean => utcNames.has(zone);

/**
 * Paused for ever: croner reckons here and never waits. Where clocks are set forward a time that does not exist comes
 * at the first minute that does; where they are set back a time that comes twice counts once. Patterns with `*` in
 * minute or hour follow the clock on the wall through both.
 */
const cron = (pattern: string, timezone: string): Cron => {
  const options: CronOptions = { mode: '5-part', paused: true, fixedTimeRule: 'no-wildcard' };
  return new Cron(pattern, isUtc(timezone) ? { ...options, utcOffset: 0 } : { ...options, timezone });
};

/** A month without the day takes its last one, which is two patterns: February, and the rest. */
function monthly(at: string, day: number): string[] {
  if (day <= 28) return [`${at} ${day} * *`];
  if (day === 31) return [`${at} L * *`];
  return [`${at} ${day} 1,3-12 *`, `${at} L 2 *`];
}

function patternsOf(times: Times): string[] {
  const at = `${times.minute} ${times.hour}`;
  switch (times.scheduleType) {
    case 'daily':
      return [`${at} * * *`];
    case 'weekly':
      return [`${at} * * ${times.dayOfWeek}`];
    case 'monthly':
      return monthly(at, times.dayOfMonth ?? 1);
    case 'custom':
      return [times.cronExpression ?? ''];
  }
}

const cronsOf = (times: Times): Cron[] => patternsOf(times).map((pattern) => cron(pattern, times.timezone));

/** The newest slot with `afterMs` < slot ≤ `notAfterMs`; null when there is none. UTC milliseconds, whole minutes. */
export function latestSlot(times: Times, notAfterMs: number, afterMs: number): number | null {
  // croner looks strictly before a time, in whole seconds.
  const before = new Date((Math.floor(notAfterMs / minuteMs) + 1) * minuteMs);
  const found = cronsOf(times)
    .flatMap((one) => one.previousRuns(1, before))
    .map((date) => date.getTime());
  const latest = Math.max(...found, Number.NEGATIVE_INFINITY);
  return latest > afterMs ? latest : null;
}

/** The first `count` slots after `afterMs`, oldest first. */
export function nextSlots(times: Times, afterMs: number, count: number): number[] {
  const found = cronsOf(times)
    .flatMap((one) => one.nextRuns(count, new Date(afterMs)))
    .map((date) => date.getTime());
  return found.toSorted((a, b) => a - b).slice(0, count);
}

/** What is wrong with a cron expression, as the end of a sentence about it; null when it will have its runs. */
export function cronProblem(expression: string, timezone: string, nowMs: number): string | null {
  const fields = expression.split(' ').length;
  if (expression.startsWith('@') || fields !== 5)
    return 'must have five fields: minute, hour, day of month, month, day of week';
  let next: Date | null;
  try {
    next = cron(expression, timezone).nextRun(new Date(nowMs));
  } catch (error) {
    return `cannot be understood: ${(error as Error).message.replace(/^Cron\w+: /, '')}`;
  }
  if (!next || next.getTime() > nowMs + fiveYearsMs) return 'names no time in the next five years';
  return null;
}
