import { type JSX, Show } from 'solid-js';

/** One number with its name. Put several into `<dl class="stats">`. */
export function Stat(props: { label: string; children: JSX.Element; note?: JSX.Element }) {
  return (
    <div class="stat">
      <dt>{props.label}</dt>
      <dd>
        <span class="stat-value">{props.children}</span>
        <Show when={props.note}>
          <span class="stat-note">{props.note}</span>
        </Show>
      </dd>
    </div>
  );
}
