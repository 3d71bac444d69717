import { createEffect, createSignal, on, onCleanup, untrack } from 'solid-js';
import { createStore, reconcile } from 'solid-js/store';
import { asApiError } from '../../api/client.ts';
import { createPolling } from '../../lib/time.ts';
import { isActive, useLive } from '../../live/live.ts';

export interface Asked<T> {
  /** null until the first answer; the last answer afterwards. */
  value(): T[] | null;
  /** Why the last question had no answer, in words; null while all is well. */
  problem(): string | null;
  again(): void;
}

const everyMs = 60_000;

/**
 * What no socket tells: asked now, every minute, when a run begins or ends, and when jobs or their
 * schedules change. Rows with the same `key` stay the same rows, so that nothing on the page is drawn anew.
 */
export function createAsked<T>(ask: () => Promise<T[]>, key: (keyof T & string) | null): Asked<T> {
  const live = useLive();
  const [state, setState] = createStore<{ rows: T[] | null }>({ rows: null });
  const [problem, setProblem] = createSignal<string | null>(null);
  let over = false;
  onCleanup(() => {
    over = true;
  });
  const again = createPolling(
    async () => {
      try {
        const answer = await ask();
        if (over) return;
        setState('rows', reconcile(answer, { key, merge: key === null }));
        setProblem(null);
      } catch (thrown) {
        if (!over) setProblem(asApiError(thrown).message);
      }
    },
    () => everyMs,
  );
  onCleanup(live.onTurn((run, before) => void (isActive(run.status) && isActive(before) ? null : again())));
  const jobs = () =>
    (live.jobs() ?? []).map((job) =>
      [job.id, job.updated_at, ...job.schedules.map((one) => Object.values(one))].join(','),
    );
  createEffect(
    on(
      () => jobs().join(';'),
      (_, before) => before !== undefined && before !== '' && untrack(again),
    ),
  );
  return { value: () => state.rows, problem, again };
}
