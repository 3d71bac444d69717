/** Lets at most `width` works run at once; the rest wait in the order they came. */
export function createTurnstile(width: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return async (work) => {
    // Who is called in takes the place of who left: the number inside stays.
    if (inside < width) inside += 1;
    else await new Promise<void>((called) => void waiting.push(called));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else inside -= 1;
    }
  };
}
