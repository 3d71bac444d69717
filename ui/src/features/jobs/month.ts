import type { StatisticsView } from '../../api/jobs.ts';

const monthMs = 30 * 86_400_000;

/** What a job did in the last thirty days. Dry runs did nothing: they count nowhere but in `dryRuns`. */
export interface Month {
  runs: number;
  dryRuns: number;
  completed: number;
  /** Completed of all that ended by themselves; null when there is none. Runs somebody stopped count neither way. */
  success: number | null;
  judged: number;
  files: number;
  bytes: number;
  /** Median seconds of the runs that completed; null when none did. */
  typicalSeconds: number | null;
}

/** Sums up a job's line of statistics, newest first or not. Pure. */
export function monthOf(lines: readonly StatisticsView[], now: number): Month {
  const all = lines.filter((line) => now - Date.parse(line.started_at) <= monthMs);
  const recent = all.filter((line) => !line.dry_run);
  const completed = recent.filter((line) => line.status === 'completed');
  const judged = recent.filter((line) => line.status !== 'cancelled').length;
  const seconds = completed.map((line) => line.seconds).sort((a, b) => a - b);
  return {
    runs: recent.length,
    dryRuns: all.length - recent.length,
    completed: completed.length,
    success: judged === 0 ? null : completed.length / judged,
    judged,
    files: recent.reduce((sum, line) => sum + line.files, 0),
    bytes: recent.reduce((sum, line) => sum + line.bytes, 0),
    typicalSeconds: seconds[Math.floor((seconds.length - 1) / 2)] ?? null,
  };
}

/** A share of successes in whole percent, never rounded up to "all" or down to "none". */
export function honestShare(share: number): number {
  const rounded = Math.round(share * 100) / 100;
  if (rounded === 1 && share < 1) return 0.99;
  if (rounded === 0 && share > 0) return 0.01;
  return rounded;
}
