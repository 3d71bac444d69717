import type { JSX } from 'solid-js';

/** The five moods of the page: safe, at work, worth a look, wrong, at rest. */
export type Mood = 'ok' | 'run' | 'warn' | 'bad' | 'idle';

/** A state in one or two words; the dot is told by the words as well. */
export function StatusPill(props: { mood: Mood; children: JSX.Element }) {
  return (
    <span class="pill" data-mood={props.mood}>
      <span class="dot" data-mood={props.mood} aria-hidden="true" />
      {props.children}
    </span>
  );
}

/** Only the dot, where the words stand beside it. */
export const Dot = (props: { mood: Mood }) => <span class="dot" data-mood={props.mood} aria-hidden="true" />;
