import type { RunView } from '../features/backups/schema.ts';
import type { Backups } from '../features/backups/service.ts';

/** One run being watched. */
export interface Watching {
  /** Resolves when there will be no more news, although the run may go on. */
  lost: Promise<void>;
  isLost(): boolean;
  close(): void;
}

/** Tells of a run whenever it changed; null: it may have, ask. What changed before is not told. */
export type Watch = (runId: number, tell: (run: RunView | null) => void) => Watching;

/** Runs of this process. */
export const watchHere =
  ({ events, records }: Pick<Backups, 'events' | 'records'>): Watch =>
  (id, tell) => {
    const news = ({ runId }: { runId: number }) => {
      if (runId === id) tell(records.find(id));
    };
    const ends = [events.on('run.progress', news), events.on('run.ended', news)];
    return {
      lost: new Promise(() => {}),
      isLost: () => false,
      close: () => ends.forEach((end) => end()),
    };
  };

/** Runs of the process that listens at `path`: the live topic `runs`, which the page follows, too. */
export const watchOnSocket =
  (path: string): Watch =>
  (id, tell) => {
    const socket = new WebSocket(`ws+unix://${path}:/api/ws/events`);
    const { promise: lost, resolve } = Promise.withResolvers<void>();
    let isLost = false;
    socket.addEventListener('open', () => socket.send(JSON.stringify({ subscribe: ['runs'] })));
    socket.addEventListener('message', ({ data }) => {
      const { snapshot, change } = JSON.parse(String(data)) as {
        snapshot?: RunView[];
        change?: { run?: RunView; removed?: number[] };
      };
      if (snapshot) tell(snapshot.find((run) => run.id === id) ?? null);
      else if (change?.run?.id === id) tell(change.run);
      else if (change?.removed?.includes(id)) tell(null);
    });
    socket.addEventListener('close', () => {
      isLost = true;
      resolve();
    });
    return { lost, isLost: () => isLost, close: () => socket.close() };
  };
