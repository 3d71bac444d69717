/**
 * One at a time per key, first come first served: one writer per destination, whatever the number of jobs.
 * A caller whose signal aborts while it waits leaves the queue.
 */
export interface KeyedQueue {
  /** Waits for the key, then runs `work`; `onWait` is called when it really has to wait. Rejects with the abort reason. */
  run<T>(key: string, signal: AbortSignal, onWait: () => void, work: () => Promise<T>): Promise<T>;
  /** Is somebody working under this key now. */
  busy(key: string): boolean;
}

export function createKeyedQueue(): KeyedQueue {
  const waiting = new Map<string, (() => void)[]>();
  return {
    busy: (key) => waiting.has(key),
    async run(key, signal, onWait, work) {
      signal.throwIfAborted();
      const line = waiting.get(key);
      if (line) {
        onWait();
        await new Promise<void>((resolve, reject) => {
          const abort = () => {
            const at = line.indexOf(turn);
            if (at >= 0) line.splice(at, 1);
            reject(signal.reason);
          };
          const turn = () => {
            signal.removeEventListener('abort', abort);
            resolve();
          };
          signal.addEventListener('abort', abort, { once: true });
          line.push(turn);
        });
      } else waiting.set(key, []);
      try {
        return await work();
      } finally {
        const next = waiting.get(key)?.shift();
        if (next) next();
        else waiting.delete(key);
      }
    },
  };
}
