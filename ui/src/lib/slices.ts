import { createEffect, createSignal, onCleanup } from 'solid-js';

/**
 * How many of `all()` rows to draw: `step` at once and as many more with every turn of the browser, so that a long page
 * holds up neither the keyboard nor the first look.
 */
export function createSlices(all: () => number, step: number): () => number {
  const [drawn, setDrawn] = createSignal(step);
  createEffect(() => {
    if (drawn() >= all()) return;
    const turn = setTimeout(() => setDrawn((n) => n + step));
    onCleanup(() => clearTimeout(turn));
  });
  return drawn;
}
