import { orAborted } from '../../content.ts';

/** Drive would make two files of one name: whoever changes a path waits until nobody else does. */
interface Turns {
  /** Runs `work` when no other work on any of these paths is left. An abort ends the waiting, too. */
  on<T>(paths: readonly string[], signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return {
    async on(paths, signal, work) {
      signal.throwIfAborted();
      const before = Promise.all(paths.map(async (path) => last.get(path)));
      const run = before.then(() => {
        signal.throwIfAborted();
        return work();
      });
      const over = run.then(
        () => {},
        () => {},
      );
      for (const path of paths) last.set(path, over);
      void over.then(() => {
        for (const path of paths) if (last.get(path) === over) last.delete(path);
      });
      return orAborted(run, signal);
    },
  };
}
