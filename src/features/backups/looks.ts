import { AppError } from '../../core/errors.ts';
import { createSemaphore } from '../../lib/semaphore.ts';

/** A look into folders while somebody waits for the answer. */
export interface Look {
  /** Aborted when the time is up, when whoever asked has gone, and when the program stops. */
  signal: AbortSignal;
  /** The time is up: answer with what was found so far. */
  late(): boolean;
}

export interface Looks {
  /**
   * Runs a look within its bounds; what it started has ended when it settles. Throws unavailable when too many are
   * under way.
   */
  run<T>(asked: AbortSignal, look: (look: Look) => Promise<T>): Promise<T>;
  /** Ends all looks, now and later, and waits for what they started. */
  stop(): Promise<void>;
}

const atOnce = 2;
const retryAfterSeconds = 5;
const gone = new AppError('unavailable', 'Nobody waits for this answer any more.');
const stopping = new AppError('unavailable', 'Dynamight stops.');

/** Few looks at once, none for longer than `limitMs`, and none for somebody who has gone: a walk costs the whole box. */
export function createLooks(limitMs: number): Looks {
  const places = createSemaphore(atOnce, 0);
  const closing = new AbortController();
  const active = new Set<Promise<unknown>>();

  return {
    async run(asked, look) {
      const answer = await places.run(async () => {
        const time = AbortSignal.timeout(limitMs);
        const left = new AbortController();
        const leave = () => left.abort(gone);
        if (asked.aborted) leave();
        asked.addEventListener('abort', leave, { once: true });
        const signal = AbortSignal.any([left.signal, closing.signal, time]);
        const working = look({ signal, late: () => signal.reason === time.reason && time.aborted });
        active.add(working);
        try {
          return await working;
        } finally {
          active.delete(working);
          asked.removeEventListener('abort', leave);
        }
      });
      if (answer === null)
        throw new AppError('unavailable', 'Others are looking through folders right now. Try again in a moment.', {
          retryAfterSeconds,
        });
      return answer;
    },
    async stop() {
      closing.abort(stopping);
      await Promise.allSettled(active);
    },
  };
}
