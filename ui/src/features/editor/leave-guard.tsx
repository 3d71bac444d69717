import { type BeforeLeaveEventArgs, useBeforeLeave } from '@solidjs/router';
import { createSignal, onCleanup } from 'solid-js';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { editorText as t } from '../../i18n/editor.ts';

/** Asks before what was typed is lost: inside the page with a dialog of ours, outside with the browser's. */
export function LeaveGuard(props: { dirty: () => boolean }) {
  const [leaving, setLeaving] = createSignal<BeforeLeaveEventArgs | null>(null);
  useBeforeLeave((event) => {
    if (!props.dirty() || event.defaultPrevented) return;
    event.preventDefault();
    setLeaving(event);
  });
  const onUnload = (event: BeforeUnloadEvent) => {
    if (props.dirty()) event.preventDefault();
  };
  window.addEventListener('beforeunload', onUnload);
  onCleanup(() => window.removeEventListener('beforeunload', onUnload));
  return (
    <ConfirmDialog
      open={leaving() !== null}
      onClose={() => setLeaving(null)}
      title={t().leave.title}
      action={t().leave.action}
      onConfirm={async () => leaving()?.retry(true)}
    >
      <p>{t().leave.text}</p>
    </ConfirmDialog>
  );
}
