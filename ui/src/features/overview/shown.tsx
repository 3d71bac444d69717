import { createSignal, Show } from 'solid-js';
import { Button } from '../../components/button.tsx';

/** The first of many, and a button for `step` more: a house with two hundred jobs gets a short page as well. */
export function createShown<T>(rows: () => readonly T[], first: number, step = 50) {
  const [most, setMost] = createSignal(first);
  return {
    rows: () => rows().slice(0, most()),
    More: (props: { label: (n: number) => string }) => (
      <Show when={rows().length > most()}>
        <Button kind="quiet" class="shown-more" onClick={() => setMost((n) => n + step)}>
          {props.label(Math.min(step, rows().length - most()))}
        </Button>
      </Show>
    ),
  };
}
