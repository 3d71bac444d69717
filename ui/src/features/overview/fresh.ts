import { createEffect, on, onCleanup, untrack } from 'solid-js';
import { type Asked, createAsked } from '../../api/asked.ts';
import { isActive, useLive } from '../../live/live.ts';

const everyMs = 60_000;

/**
 * Rows no socket tells: asked now, every minute, when a run begins or ends, and when jobs or their schedules change.
 * Those with the same `key` stay the same rows.
 */
export function createFresh<T>(ask: () => Promise<T[]>, key: (keyof T & string) | null): Asked<T[]> {
  const live = useLive();
  const asked = createAsked(ask, { key, everyMs });
  const again = () => void asked.again();
  onCleanup(live.onTurn((run, before) => (isActive(run.status) && isActive(before) ? undefined : again())));
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
  return asked;
}
