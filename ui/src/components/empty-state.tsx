import { type JSX, Show } from 'solid-js';

/** Nothing here yet: what would be here, and the next step. */
export function EmptyState(props: { icon?: JSX.Element; title: string; children?: JSX.Element; action?: JSX.Element }) {
  return (
    <section class="empty">
      <Show when={props.icon}>
        <div class="empty-icon" aria-hidden="true">
          {props.icon}
        </div>
      </Show>
      <h2>{props.title}</h2>
      {props.children}
      <Show when={props.action}>
        <div class="empty-action">{props.action}</div>
      </Show>
    </section>
  );
}
