import type { Entry, StorageDriver } from '../driver.ts';
import { type Call, eachCall } from './each-call.ts';

interface LimitOptions {
  /** Files written, and folders listed, side by side; what the driver can bear unless told. */
  writes?: number;
  lists?: number;
}

/** Lets so many in at once; the others wait in the order they came. A caller that is aborted leaves the line. */
function createGate(slots: number) {
  let free = slots;
  const line = new Set<() => void>();

  const enter = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      if (free > 0) {
        free -= 1;
        return resolve();
      }
      const leave = () => {
        line.delete(go);
        reject(signal.reason);
      };
      const go = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      line.add(go);
      signal.addEventListener('abort', leave, { once: true });
    });

  const exit = () => {
    const [next] = line;
    if (!next) {
      free += 1;
      return;
    }
    line.delete(next);
    next();
  };
  return { enter, exit };
}

/** At most so many writes, and so many listings, at the service at once. */
export function withLimit(driver: StorageDriver, options: LimitOptions = {}): StorageDriver {
  const writes = createGate(options.writes ?? driver.capabilities.parallelWrites);
  const lists = createGate(options.lists ?? driver.capabilities.parallelLists);
  const gates: Partial<Record<Call, typeof writes>> = { write: writes, list: lists };

  async function* listBelow(folder: string, signal: AbortSignal): AsyncIterable<Entry[]> {
    await lists.enter(signal);
    try {
      yield* driver.listBelow?.(folder, signal) ?? [];
    } finally {
      lists.exit();
    }
  }

  return eachCall(
    driver,
    async (call, signal, work) => {
      const gate = gates[call];
      if (!gate) return work(signal);
      await gate.enter(signal);
      try {
        return await work(signal);
      } finally {
        gate.exit();
      }
    },
    driver.listBelow && { listBelow },
  );
}
