import { Index } from 'solid-js';

/** Where content will be: as many lines as it will roughly have, so that nothing jumps. Silent for screen readers. */
export function Skeleton(props: { lines?: number }) {
  return (
    <div class="skeleton" aria-hidden="true">
      <Index each={Array.from({ length: props.lines ?? 3 })}>{() => <span />}</Index>
    </div>
  );
}
