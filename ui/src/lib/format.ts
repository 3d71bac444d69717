import { language, locale } from './locale.ts';

/** One formatter per locale; all functions below follow the language of the page and are reactive through it. */
function perLocale<T>(make: (tag: string) => T): () => T {
  const made = new Map<string, T>();
  return () => {
    const tag = locale();
    const known = made.get(tag);
    if (known !== undefined) return known;
    const fresh = make(tag);
    made.set(tag, fresh);
    return fresh;
  };
}

const whole = perLocale((tag) => new Intl.NumberFormat(tag, { maximumFractionDigits: 0 }));
const oneDigit = perLocale((tag) => new Intl.NumberFormat(tag, { maximumFractionDigits: 1 }));
const share = perLocale((tag) => new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 0 }));
const relative = perLocale((tag) => new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }));
const exact = perLocale((tag) => new Intl.DateTimeFormat(tag, { dateStyle: 'full', timeStyle: 'medium' }));
const short = perLocale((tag) => new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short' }));
const day = perLocale((tag) => new Intl.DateTimeFormat(tag, { dateStyle: 'medium' }));
const clock = perLocale((tag) => new Intl.DateTimeFormat(tag, { timeStyle: 'medium' }));
const list = perLocale((tag) => new Intl.ListFormat(tag, { type: 'conjunction' }));
const sizes = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

export const count = (n: number): string => whole().format(n);
/** `0.42` → `42%`. */
export const percent = (part: number): string => share().format(part);
/** `a, b and c`. */
export const listOf = (parts: readonly string[]): string => list().format(parts);

/** `52 MB`, `1.4 GB`: powers of a thousand, as drives are sold; one decimal below ten. */
export function bytes(n: number): string {
  let value = n;
  let unit = 0;
  while (value >= 999.5 && unit < sizes.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 9.95 ? oneDigit() : whole();
  return `${digits.format(value)} ${sizes[unit]}`;
}

/** `40 s`, `3 min`, `1 h 05 min`: as exact as is useful for waiting. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.ceil(seconds));
  if (s < 60) return `${s} s`;
  if (s < 600 && s % 60 !== 0) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, '0')} s`;
  if (s < 3600) return `${Math.round(s / 60)} min`;
  const minutes = Math.round(s / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

const words = {
  en: { about: 'about', soon: 'less than a minute' },
  de: { about: 'etwa', soon: 'weniger als eine Minute' },
};

/** `about 3 min`, in whole minutes: for what is only a guess. */
export function about(seconds: number): string {
  const say = words[language()];
  return seconds < 60 ? say.soon : `${say.about} ${duration(Math.round(seconds / 60) * 60)}`;
}

const steps: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];
const justNow = { en: 'just now', de: 'gerade eben' };
const anyMoment = { en: 'any moment', de: 'jeden Moment' };

/** The largest unit that fits, and how many; days by the calendar of this device, because they are called "tomorrow". */
function stepOf(fromMs: number, toMs: number): [number, Intl.RelativeTimeFormatUnit] | undefined {
  const seconds = (toMs - fromMs) / 1000;
  const found = steps.find(([, size]) => seconds >= size);
  if (!found) return undefined;
  const [unit, size] = found;
  if (unit !== 'day') return [Math.floor(seconds / size), unit];
  const midnight = (ms: number) => new Date(ms).setHours(0, 0, 0, 0);
  return [Math.round((midnight(toMs) - midnight(fromMs)) / 86_400_000), unit];
}

/** `2 hours ago`. Differences below a minute, and clocks that disagree a little, are "just now". */
export function ago(iso: string, nowMs: number): string {
  const step = stepOf(Date.parse(iso), nowMs);
  return step ? relative().format(-step[0], step[1]) : justNow[language()];
}

/** `in 3 hours`; what is due within a minute or overdue comes "any moment". */
export function until(iso: string, nowMs: number): string {
  const step = stepOf(nowMs, Date.parse(iso));
  return step ? relative().format(...step) : anyMoment[language()];
}

/** `Monday, January 5, 2026 at 4:00:00 AM`: for the title of a relative time. */
export const exactTime = (iso: string): string => exact().format(new Date(iso));
/** `Jan 5, 2026, 4:00 AM`. */
export const shortTime = (iso: string): string => short().format(new Date(iso));
export const dayOf = (iso: string): string => day().format(new Date(iso));
/** `4:00:00 AM`: for lines of a log. */
export const clockTime = (iso: string): string => clock().format(new Date(iso));
