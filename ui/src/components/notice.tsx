import { type JSX, Show } from 'solid-js';
import type { Mood } from './status-pill.tsx';

/** Something to know, beside what it is about. Put it into a `role="status"` or `"alert"` that is always present. */
export function Notice(props: { mood?: Mood; title?: string; actions?: JSX.Element; children?: JSX.Element }) {
  return (
    <div class="notice" data-mood={props.mood ?? 'idle'}>
      <div class="notice-text">
        <Show when={props.title}>
          <p class="notice-title">{props.title}</p>
        </Show>
        {props.children}
      </div>
      <Show when={props.actions}>
        <div class="notice-actions">{props.actions}</div>
      </Show>
    </div>
  );
}
