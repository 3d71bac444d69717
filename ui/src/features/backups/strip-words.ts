import type { RunView, StatisticsView } from '../../api/jobs.ts';
import { backupsText } from '../../i18n/backups.ts';
import { t } from '../../i18n/base.ts';
import { listOf, shortTime } from '../../lib/format.ts';
import { isActive } from '../../live/live.ts';
import { recentCount } from './recent-runs.ts';
import { factsOf, type Outcome, outcomeOf } from './words.ts';

export type Mark = Outcome | 'active';

export const markOf = (run: RunView): Mark => (isActive(run.status) ? 'active' : outcomeOf(run));

/** One run in words: how it ended, when, and what it did. */
export function wordsOfRun(run: RunView): string {
  const at = run.completed_at ?? run.started_at;
  const when = at === null ? '' : shortTime(at);
  if (isActive(run.status)) return t().job.running;
  return [t().job.done[outcomeOf(run)](when).trim(), ...factsOf(run)].join(' · ');
}

/** One run in the strip. */
export interface StripMark {
  mark: Mark;
  words: string;
}

/** Runs, and what is left of older ones, as marks; the newest last, at most as many as a strip shows. Pure. */
export function marksOf(runs: readonly RunView[], past: readonly StatisticsView[]): StripMark[] {
  const marks = [
    ...past.map((line) => ({ at: Date.parse(line.started_at), mark: pastMark(line), words: wordsOfPast(line) })),
    ...runs.map((run) => ({
      at: run.started_at === null ? Number.POSITIVE_INFINITY : Date.parse(run.started_at),
      mark: markOf(run),
      words: wordsOfRun(run),
    })),
  ];
  return marks.sort((a, b) => a.at - b.at).slice(-recentCount);
}

/** Warnings are not in the line that is left. */
const pastMark = (line: StatisticsView): Outcome => outcomeOf({ ...line, warning_count: 0 });

function wordsOfPast(line: StatisticsView): string {
  const ended = t().job.done[pastMark(line)](shortTime(line.started_at));
  return line.files > 0 ? `${ended} · ${t().job.copied(line.files, line.bytes)}` : ended;
}

/** `28 complete, 1 failed and 1 stopped`. */
export function summaryOf(shown: readonly StripMark[]): string {
  const say = backupsText().strip;
  if (shown.length === 0) return say.none;
  const marks = ['completed', 'warned', 'partial', 'failed', 'cancelled', 'dry', 'active'] as const;
  const counted = marks.map((mark) => [mark, shown.filter((one) => one.mark === mark).length] as const);
  return listOf(counted.flatMap(([mark, n]) => (n > 0 ? [say.counted[mark](n)] : [])));
}
