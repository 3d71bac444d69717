import { For, Show } from 'solid-js';
import { t } from '../i18n/base.ts';

const isMac = () => /Mac|iPhone|iPad/.test(navigator.platform);
const cap = (key: string) => (key === 'Ctrl' && isMac() ? '⌘' : key.length === 1 ? key.toUpperCase() : key);

/** A shortcut as keys: `Ctrl+K`, `?`, or `g j` for one after the other. */
export function KeyHint(props: { keys: string }) {
  return (
    <span class="keys">
      <For each={props.keys.split(' ')}>
        {(chord, at) => (
          <>
            <Show when={at() > 0}>
              <span class="keys-then">{t().shortcuts.next}</span>
            </Show>
            <For each={chord.split('+')}>{(key) => <kbd>{cap(key)}</kbd>}</For>
          </>
        )}
      </For>
    </span>
  );
}
