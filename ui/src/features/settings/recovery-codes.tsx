import { useBeforeLeave } from '@solidjs/router';
import { createSignal, For, onCleanup, onMount, Show } from 'solid-js';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Checkbox } from '../../components/checkbox.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { settingsText as t } from '../../i18n/settings.ts';
import { dayOf } from '../../lib/format.ts';
import { useMe } from '../../lib/session.ts';
import { fileNameOf, recoveryText } from './recovery-text.ts';

/** The five codes, the only time they are there. Nobody leaves by accident before having said that they are saved. */
export function RecoveryCodes(props: { codes: readonly string[]; onDone: () => void }) {
  const me = useMe();
  const say = () => t().security;
  const [kept, setKept] = createSignal(false);
  const [early, setEarly] = createSignal(false);
  const [copied, setCopied] = createSignal<'yes' | 'no' | null>(null);
  const [leaving, setLeaving] = createSignal<{ go: () => void } | null>(null);
  let heading: HTMLHeadingElement | undefined;
  let sheet: HTMLElement | undefined;
  onMount(() => heading?.focus());

  useBeforeLeave((event) => {
    if (kept() || event.defaultPrevented) return;
    event.preventDefault();
    setLeaving({ go: () => event.retry(true) });
  });
  const onUnload = (event: BeforeUnloadEvent) => !kept() && event.preventDefault();
  window.addEventListener('beforeunload', onUnload);
  onCleanup(() => window.removeEventListener('beforeunload', onUnload));

  const whose = () => say().fileFor(me().username, location.hostname);
  const made = () => say().fileMade(dayOf(new Date().toISOString()));
  const text = () =>
    recoveryText(props.codes, { title: say().fileTitle, whose: whose(), made: made(), note: say().fileNote });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      setCopied('yes');
    } catch {
      // No clipboard on plain HTTP: selected, they are two keys away.
      if (sheet) getSelection()?.selectAllChildren(sheet);
      setCopied('no');
    }
  };
  const save = () => {
    const url = URL.createObjectURL(new Blob([text()], { type: 'text/plain;charset=utf-8' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = fileNameOf(say().fileName, me().username);
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return (
    <Card>
      <div role="status">
        <Notice mood="ok">
          <p>{say().codesOn}</p>
        </Notice>
      </div>
      <h2
        ref={(element) => {
          heading = element;
        }}
        tabindex="-1"
      >
        {say().codesTitle}
      </h2>
      <p>{say().codesText}</p>
      <section
        class="codes"
        aria-label={say().codes}
        ref={(element) => {
          sheet = element;
        }}
      >
        <div class="only-print">
          <p>
            <strong>{say().fileTitle}</strong>
          </p>
          <p>{whose()}</p>
          <p>{made()}</p>
        </div>
        <ol>
          <For each={props.codes}>
            {(code) => (
              <li>
                <code>{code}</code>
              </li>
            )}
          </For>
        </ol>
        <p class="only-print">{say().fileNote}</p>
      </section>
      <div class="row">
        <Button onClick={save}>{say().codesSave}</Button>
        <Button kind="quiet" onClick={() => void copy()}>
          {copied() === 'yes' ? say().codesCopied : say().codesCopy}
        </Button>
        <Button kind="quiet" onClick={() => window.print()}>
          {say().codesPrint}
        </Button>
      </div>
      <p class="field-note" role="status">
        {copied() === 'no' ? say().codesCannotCopy : ''}
      </p>
      <Checkbox label={say().codesKept} checked={kept()} onChange={setKept} />
      <div role="alert">
        <Show when={early() && !kept()}>
          <Notice mood="warn">
            <p>{say().codesFirst}</p>
          </Notice>
        </Show>
      </div>
      <div class="row">
        <Button
          kind="primary"
          onClick={() => {
            if (kept()) props.onDone();
            else setEarly(true);
          }}
        >
          {say().codesDone}
        </Button>
      </div>
      <ConfirmDialog
        open={leaving() !== null}
        onClose={() => setLeaving(null)}
        title={say().codesLeave}
        action={say().codesLeaveAction}
        onConfirm={async () => leaving()?.go()}
      >
        <p>{say().codesLeaveText}</p>
      </ConfirmDialog>
    </Card>
  );
}
