import { createSignal, type JSX, onCleanup, Show } from 'solid-js';

/** Draws its content in the next turn of the browser: what stands above it is seen, and can be used, first. */
export function Later(props: { fallback?: JSX.Element; children: JSX.Element }) {
  const [due, setDue] = createSignal(false);
  const turn = setTimeout(() => setDue(true));
  onCleanup(() => clearTimeout(turn));
  return (
    <Show when={due()} fallback={props.fallback}>
      {props.children}
    </Show>
  );
}
