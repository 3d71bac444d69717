import { createEffect, createMemo, createSignal, onCleanup } from 'solid-js';
import { type RunView, runsOfJob, type StatisticsView, statisticsOf } from '../../api/jobs.ts';
import { createTurnstile } from '../../lib/turnstile.ts';
import { useLive } from '../../live/live.ts';

/** As many as a strip shows. */
export const recentCount = 30;
const inTurn = createTurnstile(3);

/** What was asked once, with what is live put on top; oldest first, at most as many as a strip shows. Pure. */
export function mergeRuns(asked: readonly RunView[], live: readonly RunView[]): RunView[] {
  const runs = new Map(asked.map((run) => [run.id, run]));
  for (const run of live) runs.set(run.id, run);
  return [...runs.values()].sort((a, b) => a.id - b.id).slice(-recentCount);
}

/** The newest run that copied everything, dry runs aside; null: there is none; undefined: it may be older than these. */
export function lastGoodOf(runs: readonly RunView[]): RunView | null | undefined {
  const good = runs.findLast((run) => run.status === 'completed' && !run.dry_run);
  return good ?? (runs.length < recentCount ? null : undefined);
}

/**
 * What is left of runs that are not kept any more (ten are, unless the settings say otherwise). `lines` tell of the runs
 * that are known, too; a run and its line began in the same second. Pure.
 */
export function pastOf(lines: readonly StatisticsView[], runs: readonly RunView[]): StatisticsView[] {
  const known = new Set(runs.map((run) => run.started_at));
  return lines.filter((line) => !known.has(line.started_at));
}

export interface RecentRuns {
  /** Oldest first; null until they were asked for. */
  (): RunView[] | null;
  /** What is left of runs that are not kept any more. */
  past(): StatisticsView[];
}

/**
 * The last runs of a job, kept fresh by the live state. Asked for when `wanted` is true for the first time, a few jobs
 * at a time.
 */
export function createRecentRuns(jobId: () => number, wanted: () => boolean): RecentRuns {
  const live = useLive();
  const [asked, setAsked] = createSignal<{ runs: RunView[]; lines: StatisticsView[] } | null>(null);
  let over = false;
  onCleanup(() => {
    over = true;
  });
  let current = -1;
  const ask = async (id: number) => {
    try {
      const answer = await inTurn(async () => {
        if (over || id !== current) return null;
        const runs = await runsOfJob(id, recentCount);
        return { runs, lines: runs.length < recentCount ? await statisticsOf(id, recentCount) : [] };
      });
      if (answer && !over && id === current) setAsked(answer);
    } catch {
      // A strip is no place for news of the network, and what is not known is not told as "none".
    }
  };
  // Asked again when a run begins, when the last one was deleted, and when the box answers again.
  const ids = createMemo(() => (live.runs() ?? []).flatMap((run) => (run.job_id === jobId() ? [run.id] : [])).join());
  const due = createMemo(wanted);
  createEffect(() => {
    const id = jobId();
    ids();
    if (!due() || live.connection() !== 'live') return;
    if (id !== current) setAsked(null);
    current = id;
    void ask(id);
  });
  const runs = createMemo(() => {
    const known = asked();
    if (!known) return null;
    const told = (live.runs() ?? []).filter((run) => run.job_id === jobId());
    return mergeRuns(known.runs, told);
  });
  const past = createMemo(() => pastOf(asked()?.lines ?? [], runs() ?? []));
  return Object.assign(() => runs(), { past });
}
