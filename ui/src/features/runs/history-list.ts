import { createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js';
import { unwrap } from 'solid-js/store';
import { asApiError } from '../../api/client.ts';
import { listRuns, type RunView } from '../../api/runs.ts';
import { isActive, useLive } from '../../live/live.ts';
import { type Filter, freshRuns, isoOf, sinceOf } from './history-filter.ts';

export const runsPerPage = 30;

export interface HistoryList {
  /** null until the first answer; those at work change in place. */
  runs(): readonly RunView[] | null;
  /** Whether older ones follow. */
  more(): boolean;
  /** Newer ones that began meanwhile; they are put in when the reader wants them. */
  fresh(): number;
  problem(): string | null;
  busy(): boolean;
  reload(): void;
}

/** One page of the history. */
export function createHistoryList(filter: () => Filter): HistoryList {
  const live = useLive();
  const [asked, setAsked] = createSignal<readonly RunView[] | null>(null);
  const [more, setMore] = createSignal(false);
  const [problem, setProblem] = createSignal<string | null>(null);
  const [busy, setBusy] = createSignal(false);
  let count = 0;
  let over = false;
  const ask = async () => {
    const { jobId, outcome, time, page } = filter();
    const since = sinceOf(time, Date.now());
    count += 1;
    const mine = count;
    setBusy(true);
    try {
      const found = await listRuns({
        limit: runsPerPage + 1,
        offset: (page - 1) * runsPerPage,
        ...(jobId === null ? {} : { jobId }),
        ...(outcome === 'all' ? {} : { status: outcome }),
        ...(since === null ? {} : { since: isoOf(since) }),
      });
      if (over || mine !== count) return;
      setAsked(found.slice(0, runsPerPage));
      setMore(found.length > runsPerPage);
      setProblem(null);
    } catch (thrown) {
      if (!over && mine === count) setProblem(asApiError(thrown).message);
    } finally {
      if (mine === count) setBusy(false);
    }
  };
  createEffect(on(filter, () => void ask()));
  onCleanup(
    live.onTurn((run) => {
      if (isActive(run.status)) return;
      // It may leave the live state before the next answer: what it came to stays in the list.
      const ended = structuredClone(unwrap(run));
      setAsked((rows) => rows && rows.map((row) => (row.id === ended.id ? ended : row)));
    }),
  );
  onCleanup(() => {
    over = true;
  });
  const runs = createMemo(() => {
    const told = new Map((live.runs() ?? []).map((run) => [run.id, run]));
    return asked()?.map((run) => told.get(run.id) ?? run) ?? null;
  });
  return {
    runs,
    more,
    fresh: () => freshRuns(asked() ?? [], live.runs() ?? [], filter()),
    problem,
    busy,
    reload: () => void ask(),
  };
}
