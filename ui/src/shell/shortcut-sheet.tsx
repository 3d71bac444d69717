import { For } from 'solid-js';
import { Dialog } from '../components/dialog.tsx';
import { KeyHint } from '../components/key-hint.tsx';
import { t } from '../i18n/base.ts';
import type { Shortcut } from '../lib/shortcuts.ts';

/** What the keyboard can do here; those of the page on the screen come first. */
export default function ShortcutSheet(props: { shortcuts: readonly Shortcut[]; onClose: () => void }) {
  return (
    <Dialog open onClose={props.onClose} title={t().shortcuts.title} lead={t().shortcuts.lead}>
      <dl class="sheet">
        <For each={props.shortcuts.filter((one) => !one.hidden)}>
          {(shortcut) => (
            <div>
              <dt>{shortcut.says()}</dt>
              <dd>
                <KeyHint keys={shortcut.keys} />
              </dd>
            </div>
          )}
        </For>
      </dl>
    </Dialog>
  );
}
