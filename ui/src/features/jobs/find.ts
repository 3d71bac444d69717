import type { JobView, RunView } from '../../api/jobs.ts';
import type { Jobs } from '../../i18n/en/jobs.ts';
import type { Standing } from '../backups/safety.ts';
import { addressOf } from '../backups/words.ts';

/** The states to choose from above the list. */
export type StateChoice = keyof Jobs['find']['states'];
export const stateChoices = ['all', 'attention', 'running', 'safe', 'never', 'off'] as const satisfies StateChoice[];

/** A job with what the list knows of it. */
export interface Entry {
  job: JobView;
  run: RunView | undefined;
  standing: Standing;
}

const groups: Record<Standing, StateChoice | null> = {
  safe: 'safe',
  warned: 'attention',
  partial: 'attention',
  failed: 'attention',
  overdue: 'attention',
  off: 'attention',
  stopped: 'attention',
  dry: 'never',
  never: 'never',
  running: 'running',
};

/** Whether an entry belongs to a state: "switched off" is about the job, the others about its last run. */
export function isOf(entry: Pick<Entry, 'job' | 'standing'>, state: StateChoice): boolean {
  if (state === 'all') return true;
  if (state === 'off') return !entry.job.enabled;
  return groups[entry.standing] === state;
}

/** The words of an address bar as a state; anything unknown is all. */
export const stateChoiceOf = (text: string | undefined): StateChoice =>
  stateChoices.find((one) => one === text) ?? 'all';

/** The jobs that hold every word in their name, description, folders or destination, and are in that state. */
export function findEntries<E extends Entry>(entries: readonly E[], typed: string, state: StateChoice): E[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    if (!isOf(entry, state)) return false;
    if (words.length === 0) return true;
    const { name, description, source_dirs } = entry.job;
    const text = [name, description, ...source_dirs, addressOf(entry.job)].join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** So many rows stand on one page of the list. */
export const pageRows = 50;

export interface Page<T> {
  rows: T[];
  /** Counted from 0, and never behind the last one. */
  page: number;
  pages: number;
  /** Numbers of the first and the last row, counted from 1. */
  from: number;
  to: number;
}

/** One page of a list; a page that is no more becomes the last one. */
export function pageOf<T>(all: readonly T[], wanted: number, size = pageRows): Page<T> {
  const pages = Math.max(1, Math.ceil(all.length / size));
  const page = Math.max(0, Math.min(Number.isInteger(wanted) ? wanted : 0, pages - 1));
  const rows = all.slice(page * size, (page + 1) * size);
  return { rows, page, pages, from: rows.length === 0 ? 0 : page * size + 1, to: page * size + rows.length };
}
