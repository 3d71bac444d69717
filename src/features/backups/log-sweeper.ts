import type { LogStore } from './logs.store.ts';

/** Between two rounds, so that whoever writes or reads log lines comes first. */
const restMs = 20;

export interface LogSweeperDeps {
  logs: Pick<LogStore, 'remove' | 'removeSome'>;
  /** The database took nothing: the rest waits for the next removal or start. */
  onError(error: unknown): void;
}

export interface LogSweeper {
  /** Forgets what these runs said, at once for readers; the rows go in the background. Never throws. */
  forget(runUuids: readonly string[]): void;
  /** Removes rows of forgotten runs, those of an earlier process too, until there are none. */
  begin(): void;
  /** Nothing is written any more, for good: what is left goes after the next start. */
  stop(): void;
}

/** A run's lines may be a million: they are removed a few thousand at a time, and nobody waits for it. */
export function createLogSweeper({ logs, onError }: LogSweeperDeps): LogSweeper {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let stopped = false;

  const round = () => {
    timer = null;
    try {
      if (logs.removeSome()) begin();
    } catch (error) {
      onError(error);
    }
  };
  const begin = () => {
    if (stopped || timer) return;
    timer = setTimeout(round, restMs);
    timer.unref();
  };

  return {
    forget(runUuids) {
      try {
        logs.remove(runUuids);
      } catch (error) {
        onError(error); // the runs are gone: the next start finds lines of nobody
      }
      begin();
    },
    begin,
    stop() {
      stopped = true;
      if (timer) clearTimeout(timer);
      timer = null;
    },
  };
}
