import { createSignal, onCleanup, onMount, Show } from 'solid-js';
import { CardScreen } from '../../components/card-screen.tsx';
import { Command } from '../../components/command.tsx';
import { text } from '../../lib/text.ts';

const patienceMs = 400;

/** While the first answer is on its way: nothing at first, so that a quick answer does not flicker. */
export function Connecting() {
  const [slow, setSlow] = createSignal(false);
  const timer = setTimeout(() => setSlow(true), patienceMs);
  onCleanup(() => clearTimeout(timer));
  return (
    <main class="card-screen" aria-busy="true">
      <Show when={slow()}>
        <p class="lead">{text.connection.connecting}</p>
      </Show>
    </main>
  );
}

export function Unreachable(props: { onRetry: () => void }) {
  onRetryEvery(5000, () => props.onRetry());
  return (
    <CardScreen title={text.connection.lostTitle} lead={<p class="lead">{text.connection.lostText}</p>}>
      <button type="button" class="button" onClick={() => props.onRetry()}>
        {text.connection.retry}
      </button>
    </CardScreen>
  );
}

/** The server runs without its database; see `dynamight doctor --recover`. */
export function Recovery(props: { onRetry: () => void }) {
  onRetryEvery(5000, () => props.onRetry());
  return (
    <CardScreen title={text.recovery.title} lead={<p class="lead">{text.recovery.what}</p>}>
      <p>{text.recovery.how}</p>
      <Command>{text.recovery.command}</Command>
      <p class="soft">{text.recovery.after}</p>
    </CardScreen>
  );
}

function onRetryEvery(ms: number, retry: () => void): void {
  onMount(() => {
    const timer = setInterval(() => !document.hidden && retry(), ms);
    onCleanup(() => clearInterval(timer));
  });
}
