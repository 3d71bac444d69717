import type { RunView } from '../../api/runs.ts';

export const outcomes = ['all', 'completed', 'failed', 'cancelled', 'running'] as const;
export const times = ['all', 'day', 'week', 'month', 'quarter', 'year'] as const;
export type OutcomeChoice = (typeof outcomes)[number];
export type TimeChoice = (typeof times)[number];

/** Which runs are shown; lives in the address, so that it can be kept, sent and gone back to. */
export interface Filter {
  /** null: all of them. */
  jobId: number | null;
  outcome: OutcomeChoice;
  time: TimeChoice;
  /** From 1. */
  page: number;
}

const days: Record<TimeChoice, number | null> = { all: null, day: 1, week: 7, month: 30, quarter: 90, year: 365 };
const dayMs = 86_400_000;

type Params = Partial<Record<string, string | string[]>>;

/** What the address says; what it does not know counts as not said. */
export function filterOf(params: Params): Filter {
  const one = (name: string) => {
    const value = params[name];
    return Array.isArray(value) ? value[0] : value;
  };
  const number = (name: string) => (/^[1-9]\d{0,8}$/.test(one(name) ?? '') ? Number(one(name)) : null);
  return {
    jobId: number('job'),
    outcome: outcomes.find((choice) => choice === one('outcome')) ?? 'all',
    time: times.find((choice) => choice === one('time')) ?? 'all',
    page: number('page') ?? 1,
  };
}

/** What to put into the address; undefined takes a word out. Another choice begins at the first page again. */
export function paramsOf(change: Partial<Filter>): Record<'job' | 'outcome' | 'time' | 'page', string | undefined> {
  const word = (value: string | number | null | undefined, usual: string) =>
    value === null || value === undefined || `${value}` === usual ? undefined : `${value}`;
  return {
    job: word(change.jobId, ''),
    outcome: word(change.outcome, 'all'),
    time: word(change.time, 'all'),
    page: word(change.page, '1'),
  };
}

export const isNarrow = ({ jobId, outcome, time }: Filter): boolean =>
  jobId !== null || outcome !== 'all' || time !== 'all';

/** The moment a choice of time begins, in milliseconds; null for all of it. */
export function sinceOf(time: TimeChoice, nowMs: number): number | null {
  const back = days[time];
  return back === null ? null : nowMs - back * dayMs;
}

/** `2026-01-05T02:00:00Z` */
export const isoOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** Of what the live state knows, how many runs belong on the first page and are not there yet. */
export function freshRuns(shown: readonly RunView[], live: readonly RunView[], filter: Filter): number {
  if (filter.page !== 1 || filter.outcome !== 'all') return 0;
  const newest = shown[0]?.id ?? 0;
  return live.filter((run) => run.id > newest && (filter.jobId === null || run.job_id === filter.jobId)).length;
}

export interface DayGroup<R> {
  /** Milliseconds of its first moment, in the time zone of the reader. */
  day: number;
  runs: R[];
}

const startOfDay = (iso: string): number => new Date(iso).setHours(0, 0, 0, 0);

/** Runs by the day they began, in the order they come; one that waits belongs to today. */
export function byDay<R extends Pick<RunView, 'started_at' | 'completed_at'>>(
  runs: readonly R[],
  nowMs: number,
): DayGroup<R>[] {
  const groups: DayGroup<R>[] = [];
  for (const run of runs) {
    const at = run.started_at ?? run.completed_at;
    const day = at === null ? new Date(nowMs).setHours(0, 0, 0, 0) : startOfDay(at);
    const last = groups.at(-1);
    if (last?.day === day) last.runs.push(run);
    else groups.push({ day, runs: [run] });
  }
  return groups;
}
