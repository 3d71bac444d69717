import { type Clock, systemClock } from '../../core/clock.ts';
import type { Entry, StorageDriver } from '../driver.ts';
import { isPassing, StorageError } from '../errors.ts';
import { type Call, eachCall } from './each-call.ts';
import { sleep as realSleep, type Sleep } from './sleep.ts';

export interface RetryOptions {
  /** Tries of one call in all. */
  tries?: number;
  /** The first wait is between nothing and this, the next between nothing and twice as much … */
  firstWaitMs?: number;
  /** … up to this. What a service asks for is waited in full. */
  longestWaitMs?: number;
  /** A call that would go on for longer than this from its first try gives up with its last error. */
  giveUpAfterMs?: number;
  /** Heard before every wait. */
  onRetry?(retry: { call: Call | 'listBelow'; error: StorageError; tries: number; waitMs: number }): void;
  clock?: Clock;
  sleep?: Sleep;
  /** From 0 up to but not including 1. */
  random?(): number;
}

/**
 * Tries again what may succeed without anybody doing anything (`isPassing`), after waits that grow and are spread, so
 * that many who failed together do not come back together. A large upload goes on through its ResumeSlot. Nothing is
 * tried again after an abort. A flat listing begins anew only while none of its pages was handed out, and a stream that
 * broke stays broken: whoever reads knows what it already used.
 */
export function withRetry(driver: StorageDriver, options: RetryOptions = {}): StorageDriver {
  const { tries = 8, firstWaitMs = 500, longestWaitMs = 60_000, giveUpAfterMs = 15 * 60_000 } = options;
  const { clock = systemClock, sleep = realSleep, random = Math.random, onRetry } = options;

  /** One call's memory of its failures. */
  function patience(call: Call | 'listBelow', signal: AbortSignal) {
    const began = clock.monotonic();
    let failed = 0;
    return {
      get failed() {
        return failed;
      },
      /** Waits for the next try; throws when there shall be none. */
      async after(error: unknown): Promise<void> {
        signal.throwIfAborted();
        failed += 1;
        if (!isPassing(error) || failed >= tries) throw error;
        const spread = random() * Math.min(longestWaitMs, firstWaitMs * 2 ** (failed - 1));
        const asked = (error as StorageError).retryAfterMs;
        const waitMs = asked === null ? spread : asked + random() * firstWaitMs;
        if (clock.monotonic() - began + waitMs > giveUpAfterMs) throw error;
        onRetry?.({ call, error: error as StorageError, tries: failed, waitMs });
        await sleep(waitMs, signal);
        signal.throwIfAborted();
      },
    };
  }

  async function again<T>(call: Call, signal: AbortSignal, work: (failed: number) => Promise<T>): Promise<T> {
    const waits = patience(call, signal);
    for (;;) {
      try {
        return await work(waits.failed);
      } catch (error) {
        await waits.after(error);
      }
    }
  }

  async function* listBelow(folder: string, signal: AbortSignal): AsyncIterable<Entry[]> {
    const waits = patience('listBelow', signal);
    for (let told = false; ; ) {
      try {
        for await (const page of driver.listBelow?.(folder, signal) ?? []) {
          told = true;
          yield page;
        }
        return;
      } catch (error) {
        if (told) throw error;
        await waits.after(error);
      }
    }
  }

  return eachCall(driver, (call, signal, work) => again(call, signal, () => work(signal)), {
    ...(driver.listBelow && { listBelow }),
    ...(driver.removeMany && { removeMany }),
    /** An answer that was lost on the way: what the next try finds missing is there already. */
    move: (from, to, signal) =>
      again('move', signal, async (failed) => {
        try {
          await driver.move(from, to, signal);
        } catch (error) {
          const gone = failed > 0 && error instanceof StorageError && error.code === 'not_found';
          if (!gone || (await driver.stat(to, signal)) === null) throw error;
        }
      }),
  });

  async function removeMany(paths: readonly string[], signal: AbortSignal) {
    const lasting: { path: string; error: StorageError }[] = [];
    const waits = patience('removeMany', signal);
    for (let left = paths; ; ) {
      const failures = await again('removeMany', signal, async () => (await driver.removeMany?.(left, signal)) ?? []);
      const passing = failures.filter(({ error }) => isPassing(error));
      lasting.push(...failures.filter(({ error }) => !isPassing(error)));
      const [first] = passing;
      if (!first) return lasting;
      try {
        await waits.after(first.error);
      } catch (error) {
        signal.throwIfAborted();
        if (error !== first.error) throw error;
        return [...lasting, ...passing];
      }
      left = passing.map(({ path }) => path);
    }
  }
}
