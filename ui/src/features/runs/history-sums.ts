import type { StatisticsView } from '../../api/runs.ts';

/** What ran in one day, or in one week. */
export interface Sum {
  /** Its first moment, in milliseconds, in the time zone of the reader. */
  start: number;
  runs: number;
  /** Of them, those that did not complete. */
  failed: number;
  bytes: number;
  seconds: number;
}

export interface Sums {
  per: 'day' | 'week';
  /** Without gaps, oldest first. */
  sums: Sum[];
}

/** More bars than that are too thin to point at: then each is a week. */
const mostDays = 92;

const dayOf = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);
/** By the calendar: a day has 23 or 25 hours twice a year. */
const plusDays = (ms: number, days: number): number => {
  const date = new Date(ms);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
};
const weekOf = (ms: number): number => plusDays(dayOf(ms), -((new Date(ms).getDay() + 6) % 7)); // from Monday

/** A young box gets some room to its left, not one bar as wide as the screen. */
const fewestDays = 14;

/** Bytes and time of finished runs over the calendar, up to now, from `since` or from the first run on; dry runs aside. */
export function sumUp(all: readonly StatisticsView[], since: number | null, now: number): Sums {
  const rows = all.filter((row) => !row.dry_run);
  const times = rows.map((row) => Date.parse(row.started_at));
  const from = since ?? times.reduce((first, time) => Math.min(first, time), plusDays(now, 1 - fewestDays));
  const per = plusDays(dayOf(from), mostDays) > now ? 'day' : 'week';
  const startOf = per === 'day' ? dayOf : weekOf;
  const sums = new Map<number, Sum>();
  // A clock that was ahead may have left runs in the future: they are not shown.
  for (let start = startOf(from); start <= now; start = plusDays(start, per === 'day' ? 1 : 7))
    sums.set(start, { start, runs: 0, failed: 0, bytes: 0, seconds: 0 });
  rows.forEach((row, at) => {
    const sum = sums.get(startOf(times[at] ?? 0));
    if (!sum || (since !== null && (times[at] ?? 0) < since)) return;
    sum.runs += 1;
    if (row.status !== 'completed') sum.failed += 1;
    sum.bytes += row.bytes;
    sum.seconds += row.seconds;
  });
  return { per, sums: [...sums.values()] };
}

/** All of it in one. */
export const wholeOf = (sums: readonly Sum[]): Omit<Sum, 'start'> =>
  sums.reduce(
    (whole, sum) => ({
      runs: whole.runs + sum.runs,
      failed: whole.failed + sum.failed,
      bytes: whole.bytes + sum.bytes,
      seconds: whole.seconds + sum.seconds,
    }),
    { runs: 0, failed: 0, bytes: 0, seconds: 0 },
  );
