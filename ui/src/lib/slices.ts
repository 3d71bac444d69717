import { createEffect, createSignal, onCleanup } from 'solid-js';

/** A tab nobody looks at draws no frames. */
const withoutFramesMs = 250;

/**
 * How many of `all()` rows to draw: `atOnce`, and `step` more after every frame, so that a long page holds up neither the
 * keyboard nor the first look, and the browser never has to lay out more than a few new rows at a time.
 */
export function createSlices(all: () => number, step: number, atOnce = step): () => number {
  const [drawn, setDrawn] = createSignal(atOnce);
  createEffect(() => {
    if (drawn() >= all()) return;
    let turn = setTimeout(() => setDrawn((n) => n + step), withoutFramesMs);
    const frame = requestAnimationFrame(() => {
      clearTimeout(turn);
      turn = setTimeout(() => setDrawn((n) => n + step));
    });
    onCleanup(() => {
      cancelAnimationFrame(frame);
      clearTimeout(turn);
    });
  });
  return drawn;
}
