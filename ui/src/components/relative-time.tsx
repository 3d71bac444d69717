import { Show } from 'solid-js';
import { ago, exactTime, until } from '../lib/format.ts';
import { createNow } from '../lib/time.ts';

/** "2 hours ago" or "in 3 hours", kept fresh, with the exact time as its title. */
export function RelativeTime(props: { iso: string | null; none?: string }) {
  const now = createNow();
  return (
    <Show when={props.iso} fallback={props.none ?? ''}>
      {(iso) => (
        <time datetime={iso()} title={exactTime(iso())}>
          {Date.parse(iso()) > now() + 60_000 ? until(iso(), now()) : ago(iso(), now())}
        </time>
      )}
    </Show>
  );
}
