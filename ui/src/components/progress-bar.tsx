import { Show } from 'solid-js';

/** How far: `share` 0 to 1, undefined while the whole is not known. `label` is what it is called aloud. */
export function ProgressBar(props: { share: number | undefined; label: string }) {
  return (
    <Show
      when={props.share !== undefined}
      fallback={
        <div class="progress" role="progressbar" aria-label={props.label}>
          <span />
        </div>
      }
    >
      <progress class="progress" max={1} value={props.share} aria-label={props.label} />
    </Show>
  );
}
