/** How long one piece of work keeps everybody else waiting. */
const longestMs = 15;

/** Long work over a database that answers at once: awaited often, it gives others their turn now and then. */
export function createTurn(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < longestMs) return;
    await new Promise((resolve) => setImmediate(resolve));
    since = performance.now();
  };
}
