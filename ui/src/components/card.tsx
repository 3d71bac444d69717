import { createUniqueId, type JSX, Show } from 'solid-js';

/** A surface with a heading and perhaps actions beside it. */
export function Card(props: { title?: JSX.Element; actions?: JSX.Element; class?: string; children: JSX.Element }) {
  const id = createUniqueId();
  return (
    <section class={`card ${props.class ?? ''}`} aria-labelledby={props.title ? id : undefined}>
      <Show when={props.title}>
        <div class="card-head">
          <h2 id={id}>{props.title}</h2>
          <Show when={props.actions}>
            <div class="card-actions">{props.actions}</div>
          </Show>
        </div>
      </Show>
      {props.children}
    </section>
  );
}
