interface Pool {
  /** Waits for a free place, then starts the work; what it throws is handed to `onError` and never lost. */
  start(weight: number, work: () => Promise<void>): Promise<void>;
  /** Settles when nothing runs any more. */
  idle(): Promise<void>;
}

/**
 * Work side by side: at most `slots` pieces, and together at most `weight` of whatever is counted (a single one may
 * weigh more, then it runs alone). One caller at a time waits for a place.
 */
export function createPool(slots: number, weight: number, onError: (error: unknown) => void): Pool {
  let running = 0;
  let carried = 0;
  // A race of the pieces would leave one more listener on a long one for every short one that passes it.
  let wake: (() => void)[] = [];
  const change = (): Promise<void> => new Promise((resolve) => wake.push(resolve));

  const run = async (mine: number, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      onError(error);
    } finally {
      running -= 1;
      carried -= mine;
      const woken = wake;
      wake = [];
      for (const resolve of woken) resolve();
    }
  };

  return {
    async start(mine, work) {
      while (running >= slots || (running > 0 && carried + mine > weight)) await change();
      running += 1;
      carried += mine;
      void run(mine, work);
    },
    async idle() {
      while (running > 0) await change();
    },
  };
}
