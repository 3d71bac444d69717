/** At most `slots` at once; at most `queue` waiting, further callers are refused with `null`. */
export function createSemaphore(slots: number, queue = Number.POSITIVE_INFINITY) {
  let free = slots;
  const waiting: (() => void)[] = [];
  return {
    async run<T>(work: () => Promise<T>): Promise<T | null> {
      if (free > 0) free -= 1;
      else if (waiting.length >= queue) return null;
      else await new Promise<void>((resume) => waiting.push(resume));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else free += 1;
      }
    },
  };
}
