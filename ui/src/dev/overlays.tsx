import Copy from 'lucide-solid/icons/copy';
import Trash from 'lucide-solid/icons/trash';
import { createSignal } from 'solid-js';
import { ApiError } from '../api/client.ts';
import { Button } from '../components/button.tsx';
import { ConfirmDialog } from '../components/confirm-dialog.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Menu } from '../components/menu.tsx';
import { useToasts } from '../components/toasts.tsx';
import { Tooltip } from '../components/tooltip.tsx';
import { Part } from './part.tsx';

export function Overlays() {
  const toasts = useToasts();
  const [open, setOpen] = createSignal<'dialog' | 'confirm' | null>(null);
  const close = () => setOpen(null);
  return (
    <Part title="Over the page">
      <div class="row">
        <Button onClick={() => setOpen('dialog')}>Open a dialog</Button>
        <Button kind="quiet" onClick={() => setOpen('confirm')}>
          Delete something
        </Button>
        <Menu
          label="More for Photos"
          items={[
            { label: 'Clone', icon: <Copy />, onSelect: () => toasts.say({ text: 'Photos was cloned.' }) },
            { label: 'Not now', disabled: true, onSelect: () => {} },
            { label: 'Delete', icon: <Trash />, kind: 'danger', onSelect: () => setOpen('confirm') },
          ]}
        />
        <Button
          onClick={() =>
            toasts.say({ mood: 'bad', text: 'Photos: failed.', link: { href: '/runs/1', label: 'Look at it' } })
          }
        >
          Say something
        </Button>
        <Tooltip text="A short explanation, on hover and on focus.">What is this</Tooltip>
      </div>
      <Dialog
        open={open() === 'dialog'}
        onClose={close}
        title="Stop this run"
        lead="What was copied so far stays where it is."
        actions={
          <>
            <Button kind="quiet" onClick={close}>
              Go on
            </Button>
            <Button kind="primary" onClick={close}>
              Stop
            </Button>
          </>
        }
      />
      <ConfirmDialog
        open={open() === 'confirm'}
        onClose={close}
        title="Delete the backup Photos?"
        goes={{ label: 'This is deleted', items: ['The job and its 2 schedules', 'The log of 30 runs'] }}
        stays={{ label: 'This stays', items: ['41,203 files in /mnt/usb/photos', 'The folder /home/anna/Photos'] }}
        action="Delete backup"
        onConfirm={() => Promise.reject(new ApiError(409, 'This job is running. Stop the run, then delete it.'))}
      />
    </Part>
  );
}
