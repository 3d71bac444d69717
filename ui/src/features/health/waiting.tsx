import { createSignal, onCleanup, onMount, Show } from 'solid-js';
import { Button } from '../../components/button.tsx';
import { CardScreen } from '../../components/card-screen.tsx';
import { Command } from '../../components/command.tsx';
import { t } from '../../i18n/base.ts';

const patienceMs = 400;

/** While the first answer is on its way: nothing at first, so that a quick answer does not flicker. */
export function Connecting() {
  const [slow, setSlow] = createSignal(false);
  const timer = setTimeout(() => setSlow(true), patienceMs);
  onCleanup(() => clearTimeout(timer));
  return (
    <main class="card-screen" aria-busy="true">
      <Show when={slow()}>
        <p class="lead">{t().connection.connecting}</p>
      </Show>
    </main>
  );
}

export function Unreachable(props: { onRetry: () => void }) {
  onRetryEvery(5000, () => props.onRetry());
  return (
    <CardScreen title={t().connection.lostTitle} lead={<p class="lead">{t().connection.lostText}</p>}>
      <Button kind="primary" onClick={() => props.onRetry()}>
        {t().connection.retry}
      </Button>
    </CardScreen>
  );
}

/** The server runs without its database; see `dynamight doctor --recover`. */
export function Recovery(props: { onRetry: () => void }) {
  onRetryEvery(5000, () => props.onRetry());
  return (
    <CardScreen title={t().recovery.title} lead={<p class="lead">{t().recovery.what}</p>}>
      <p>{t().recovery.how}</p>
      <Command>{t().recovery.command}</Command>
      <p class="soft">{t().recovery.after}</p>
    </CardScreen>
  );
}

function onRetryEvery(ms: number, retry: () => void): void {
  onMount(() => {
    const timer = setInterval(() => !document.hidden && retry(), ms);
    onCleanup(() => clearInterval(timer));
  });
}
