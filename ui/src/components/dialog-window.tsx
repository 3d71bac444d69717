// By name: `Dialog` and `AlertDialog` of the package are one and the same object, with the content of whichever came last.
import { Content, Description, Overlay, Portal, Root, Title } from '@kobalte/core/dialog';
import X from 'lucide-solid/icons/x';
import { Show } from 'solid-js';
import { t } from '../i18n/base.ts';
import type { DialogProps } from './dialog.tsx';
import { createFocusReturn } from './focus-return.ts';
import { IconButton } from './icon-button.tsx';

/** What `Dialog` shows once it was opened. */
export default function DialogWindow(props: DialogProps) {
  let content: HTMLElement | undefined;
  const giveBack = createFocusReturn(() => props.open);
  return (
    <Root open={props.open} onOpenChange={(open) => !open && props.onClose()}>
      <Portal>
        <Overlay class="overlay" />
        <div class="dialog-place">
          <Content
            ref={(element: HTMLElement) => {
              content = element;
            }}
            class="dialog"
            data-wide={props.wide ? '' : undefined}
            onCloseAutoFocus={giveBack}
            onOpenAutoFocus={(event) => {
              // A field that wants the focus gets it; otherwise the first thing that can have it.
              const wanted = content?.querySelector<HTMLElement>('[data-focused]');
              if (!wanted) return;
              event.preventDefault();
              wanted.focus();
            }}
          >
            <header class="dialog-head">
              <Title class="dialog-title">{props.title}</Title>
              <IconButton label={t().actions.close} onClick={() => props.onClose()}>
                <X size={20} />
              </IconButton>
            </header>
            <Show when={props.lead}>
              <Description class="lead">{props.lead}</Description>
            </Show>
            {props.children}
            <Show when={props.actions}>
              <footer class="dialog-foot">{props.actions}</footer>
            </Show>
          </Content>
        </div>
      </Portal>
    </Root>
  );
}
