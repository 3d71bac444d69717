import type { ScheduleBody, ScheduleView } from '../../api/schedules.ts';
import { pickersText as t } from '../../i18n/pickers.ts';
import { locale } from '../../lib/locale.ts';

/** `2:00 AM`, `02:00`: as the reader writes it. */
export function clockWords(hour: number, minute: number): string {
  const at = new Date(Date.UTC(2026, 0, 1, hour, minute));
  return new Intl.DateTimeFormat(locale(), { timeStyle: 'short', timeZone: 'UTC' }).format(at);
}

/** 0 is Sunday. */
export function weekdayWords(day: number): string {
  const at = new Date(Date.UTC(2026, 0, 4 + day)); // a Sunday, and the days after it
  return new Intl.DateTimeFormat(locale(), { weekday: 'long', timeZone: 'UTC' }).format(at);
}

/** When a schedule runs, in words: "Every day at 2:00 AM". */
export function scheduleWords(schedule: ScheduleBody | ScheduleView): string {
  const time = clockWords(schedule.hour ?? 0, schedule.minute ?? 0);
  switch (schedule.schedule_type) {
    case 'daily':
      return t().words.daily(time);
    case 'weekly':
      return t().words.weekly(weekdayWords(schedule.day_of_week ?? 0), time);
    case 'monthly':
      return t().words.monthly(schedule.day_of_month ?? 1, time);
    case 'custom':
      return t().words.custom(schedule.cron_expression ?? '');
  }
}

const dayKey = (at: Date, zone: string) =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(at);

/** A moment to come, on the clock of `zone`: "Tomorrow at 2:00 AM", "Monday at …", "February 1 at …". */
export function momentWords(iso: string, nowMs: number, zone: string): string {
  const at = new Date(iso);
  const time = new Intl.DateTimeFormat(locale(), { timeStyle: 'short', timeZone: zone }).format(at);
  const daysAhead = (Date.parse(dayKey(at, zone)) - Date.parse(dayKey(new Date(nowMs), zone))) / 86_400_000;
  if (daysAhead === 0) return t().words.dayAt(t().words.today, time);
  if (daysAhead === 1) return t().words.dayAt(t().words.tomorrow, time);
  const otherYear = dayKey(at, zone).slice(0, 4) !== dayKey(new Date(nowMs), zone).slice(0, 4);
  const day = new Intl.DateTimeFormat(locale(), {
    timeZone: zone,
    ...(daysAhead < 7
      ? { weekday: 'long' }
      : { weekday: 'short', day: 'numeric', month: 'long', ...(otherYear ? { year: 'numeric' } : {}) }),
  }).format(at);
  return t().words.dayAt(day, time);
}
