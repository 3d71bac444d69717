import HardDrive from 'lucide-solid/icons/hard-drive';
import Plus from 'lucide-solid/icons/plus';
import Trash from 'lucide-solid/icons/trash';
import { For } from 'solid-js';
import { Button, ButtonLink } from '../components/button.tsx';
import { CopyLine } from '../components/copy-line.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { IconButton } from '../components/icon-button.tsx';
import { KeyHint } from '../components/key-hint.tsx';
import { Notice } from '../components/notice.tsx';
import { RelativeTime } from '../components/relative-time.tsx';
import { type Mood, StatusPill } from '../components/status-pill.tsx';
import { Part } from './part.tsx';

const kinds = ['primary', 'plain', 'quiet', 'danger'] as const;
const moods: [Mood, string][] = [
  ['ok', 'Safe'],
  ['run', 'Running'],
  ['warn', 'Needs a look'],
  ['bad', 'Failed'],
  ['idle', 'Never run'],
];

export function Words() {
  return (
    <>
      <Part title="Buttons">
        <For each={kinds}>
          {(kind) => (
            <div class="row">
              <Button kind={kind}>Back up now</Button>
              <Button kind={kind} icon={<Plus size={18} />}>
                New backup
              </Button>
              <Button kind={kind} busy>
                Saving …
              </Button>
              <Button kind={kind} disabled>
                Not now
              </Button>
              <Button kind={kind} size="small">
                Small
              </Button>
            </div>
          )}
        </For>
        <div class="row">
          <ButtonLink href="/jobs">A link as a button</ButtonLink>
          <IconButton label="Delete">
            <Trash size={18} />
          </IconButton>
          <KeyHint keys="Ctrl+K" />
          <KeyHint keys="g b" />
          <RelativeTime iso={new Date(Date.now() - 7_300_000).toISOString()} />
          <RelativeTime iso={new Date(Date.now() + 7_300_000).toISOString()} />
        </div>
      </Part>
      <Part title="Moods">
        <div class="row">
          <For each={moods}>{([mood, words]) => <StatusPill mood={mood}>{words}</StatusPill>}</For>
        </div>
        <For each={moods}>
          {([mood, words]) => (
            <Notice mood={mood} title={words} actions={<Button size="small">Look at it</Button>}>
              <p>The drive BACKUP is not plugged in. Plug it in, or remove it from the job.</p>
            </Notice>
          )}
        </For>
        <Notice>
          <p>You are signed out.</p>
        </Notice>
      </Part>
      <Part title="Lines and empty places">
        <CopyLine value="dynamight backup ~/Pictures /mnt/usb/backup" />
        <EmptyState
          icon={<HardDrive size={26} />}
          title="No backups yet"
          action={
            <Button kind="primary" icon={<Plus size={18} />}>
              Make the first backup
            </Button>
          }
        >
          <p class="lead">Choose a folder, where its copy goes, and when. It takes about a minute.</p>
        </EmptyState>
      </Part>
    </>
  );
}
