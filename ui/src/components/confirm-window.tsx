// By name: `Dialog` and `AlertDialog` of the package are one and the same object, with the content of whichever came last.
import { Content, Description, Overlay, Portal, Root, Title } from '@kobalte/core/alert-dialog';
import { createSignal, For, Show } from 'solid-js';
import { asApiError } from '../api/client.ts';
import { t } from '../i18n/base.ts';
import { Button } from './button.tsx';
import type { ConfirmDialogProps, ConfirmPart } from './confirm-dialog.tsx';
import { createFocusReturn } from './focus-return.ts';
import { Notice } from './notice.tsx';

/** What `ConfirmDialog` shows once it was opened. */
export default function ConfirmWindow(props: ConfirmDialogProps) {
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<string | null>(null);
  const giveBack = createFocusReturn(() => props.open);
  const close = () => {
    if (busy()) return;
    setProblem(null);
    props.onClose();
  };
  const confirm = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await props.onConfirm();
      props.onClose();
    } catch (thrown) {
      setProblem(asApiError(thrown).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Root open={props.open} onOpenChange={(open) => !open && close()}>
      <Portal>
        <Overlay class="overlay" />
        <div class="dialog-place">
          <Content class="dialog" onCloseAutoFocus={giveBack}>
            <Title class="dialog-title">{props.title}</Title>
            <Description as="div" class="confirm-text">
              {props.children}
              <Parts mood="bad" part={props.goes} />
              <Parts mood="ok" part={props.stays} />
            </Description>
            <div role="alert">
              <Show when={problem()}>
                <Notice mood="bad">{problem()}</Notice>
              </Show>
            </div>
            <footer class="dialog-foot">
              <Button kind="quiet" onClick={close}>
                {t().actions.cancel}
              </Button>
              <Button kind={props.kind ?? 'danger'} busy={busy()} onClick={() => void confirm()}>
                {props.action}
              </Button>
            </footer>
          </Content>
        </div>
      </Portal>
    </Root>
  );
}

function Parts(props: { mood: 'bad' | 'ok'; part: ConfirmPart | undefined }) {
  return (
    <Show when={props.part}>
      {(part) => (
        <div class="confirm-part" data-mood={props.mood}>
          <p>{part().label}</p>
          <ul>
            <For each={part().items}>{(item) => <li>{item}</li>}</For>
          </ul>
        </div>
      )}
    </Show>
  );
}
