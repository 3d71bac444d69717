import { createEffect, createSignal, onCleanup } from 'solid-js';
import { type RunView, runsOfJob } from '../../api/jobs.ts';
import { createTurnstile } from '../../lib/turnstile.ts';
import { isActive, useLive } from '../../live/live.ts';
import { lastGoodOf, recentCount } from '../backups/recent-runs.ts';

const inTurn = createTurnstile(3);

/** What counts of a job whose newest run was a dry run: the newest complete copy; undefined while nobody knows. */
export type LastGoods = (jobId: number) => RunView | null | undefined;

/**
 * A dry run says nothing about the copy, so for jobs that had one last, the run before it is asked for; the list of
 * backups would otherwise call a safe one "only tried out".
 */
export function createLastGoods(): LastGoods {
  const live = useLive();
  const [known, setKnown] = createSignal<ReadonlyMap<number, RunView | null>>(new Map());
  const asked = new Map<number, number>();
  let over = false;
  onCleanup(() => {
    over = true;
  });
  const ask = async (jobId: number, runId: number) => {
    try {
      const runs = await inTurn(() => runsOfJob(jobId, recentCount));
      if (over || asked.get(jobId) !== runId) return;
      setKnown((before) => new Map(before).set(jobId, lastGoodOf(runs.toReversed()) ?? null));
    } catch {
      asked.delete(jobId); // the next news asks again
    }
  };
  createEffect(() => {
    for (const job of live.jobs() ?? []) {
      const last = live.lastRunOf(job.id);
      if (!last?.dry_run || isActive(last.status) || asked.get(job.id) === last.id) continue;
      asked.set(job.id, last.id);
      void ask(job.id, last.id);
    }
  });
  return (jobId) => known().get(jobId);
}

/** Whether the newest run says nothing, and what counts instead is not known yet. */
export const isUnsure = (run: RunView | undefined, lastGood: RunView | null | undefined): boolean =>
  run?.dry_run === true && !isActive(run.status) && lastGood === undefined;
