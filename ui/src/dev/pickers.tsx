import { createSignal } from 'solid-js';
import type { ScheduleBody } from '../api/schedules.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { FolderList } from '../features/pickers/folder-list.tsx';
import { FolderPicker } from '../features/pickers/folder-picker.tsx';
import { PlacePicker } from '../features/pickers/place-picker.tsx';
import { SchedulePicker } from '../features/pickers/schedule-picker.tsx';
import { scheduleWords } from '../features/pickers/schedule-words.ts';
import { Part } from './part.tsx';

const away = { mount_point: '/mnt/usb', backup_subdir: 'Backup', usb_uuid: '1234-abcd' };

/** The pickers of folders, places and times, in their states; they ask the box this page came from. */
export function Pickers() {
  const [picking, setPicking] = createSignal(false);
  const [picked, setPicked] = createSignal('');
  const [folders, setFolders] = createSignal(['/home/anna/Photos', '/home/anna/"><img src=x onerror=alert(1)>']);
  const [none, setNone] = createSignal<string[]>([]);
  const [place, setPlace] = createSignal<Record<string, unknown>>({});
  const [gone, setGone] = createSignal<Record<string, unknown>>(away);
  const [when, setWhen] = createSignal<ScheduleBody | null>({
    schedule_type: 'monthly',
    hour: 2,
    minute: 0,
    day_of_month: 31,
  });
  const [wrong, setWrong] = createSignal<ScheduleBody | null>({
    schedule_type: 'custom',
    cron_expression: '61 2 * * 1-5',
  });
  return (
    <Part title="Pickers">
      <Card title="Folders">
        <div class="row">
          <Button onClick={() => setPicking(true)}>Pick a folder</Button>
          <span class="soft">{picked()}</span>
        </div>
        <FolderPicker
          open={picking()}
          title="Choose a folder"
          start={picked() || undefined}
          onPick={setPicked}
          onClose={() => setPicking(false)}
        />
        <FolderList label="Folders" hint="What this backup takes." folders={folders()} onChange={setFolders} />
        <FolderList
          label="None yet, and missed"
          folders={none()}
          onChange={setNone}
          error="Choose at least one folder."
        />
      </Card>
      <Card title="Where">
        <PlacePicker value={place()} onChange={setPlace} sources={folders()} />
      </Card>
      <Card title="Where: a drive that is away, refused">
        <PlacePicker value={gone()} onChange={setGone} error="The destination is in use by another backup." />
      </Card>
      <Card title="When">
        <SchedulePicker value={when()} onChange={setWhen} />
        <p>{scheduleWords(when() ?? { schedule_type: 'daily', hour: 2, minute: 0 })}</p>
      </Card>
      <Card title="When: a pattern the box refuses">
        <SchedulePicker value={wrong()} onChange={setWrong} error="Field 'cron_expression' is no time." />
      </Card>
    </Part>
  );
}
