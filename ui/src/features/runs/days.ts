import { runsText } from '../../i18n/runs.ts';
import { locale } from '../../lib/locale.ts';

const made = new Map<string, Intl.DateTimeFormat>();
function formatter(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale()} ${name}`;
  const known = made.get(key) ?? new Intl.DateTimeFormat(locale(), options);
  made.set(key, known);
  return known;
}

/** `4:00 AM` */
export const timeOfDay = (iso: string): string => formatter('time', { timeStyle: 'short' }).format(new Date(iso));

/** `Jan 5`: for an axis. */
export const dayMonth = (ms: number): string => formatter('axis', { day: 'numeric', month: 'short' }).format(ms);

/** `Today`, `Yesterday`, `Monday, January 5`; with the year where it is another one. */
export function dayHeading(day: number, now: number): string {
  const at = new Date(day);
  const today = new Date(now);
  const noonsApart = Math.round(
    (new Date(now).setHours(12, 0, 0, 0) - new Date(day).setHours(12, 0, 0, 0)) / 86_400_000,
  );
  if (noonsApart === 0) return runsText().history.today;
  if (noonsApart === 1) return runsText().history.yesterday;
  const thisYear = at.getFullYear() === today.getFullYear();
  return formatter(thisYear ? 'day' : 'year', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(thisYear ? {} : { year: 'numeric' }),
  }).format(at);
}
