/**
 * Short looks at a disk: made at once as long as they are answered from memory, which takes microseconds where handing
 * them to another thread takes ten times as long; made beside everything else for a while after one that kept us waiting.
 */
export interface Pace {
  ask<T>(atOnce: () => T, beside: () => Promise<T>): T | Promise<T>;
}

const slowMs = 1;
/** Made beside after a slow one: a cold disk answers many at a time faster, and only one of so many holds us up. */
const besideCalls = 256;

export function createPace(now: () => number = () => performance.now()): Pace {
  let left = 0;
  return {
    ask(atOnce, beside) {
      if (left > 0) {
        left -= 1;
        return beside();
      }
      const started = now();
      try {
        return atOnce();
      } finally {
        if (now() - started > slowMs) left = besideCalls;
      }
    },
  };
}

/** For what may always keep us waiting. */
export const besidePace: Pace = { ask: (_, beside) => beside() };
