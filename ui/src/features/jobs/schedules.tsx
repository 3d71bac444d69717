import Pencil from 'lucide-solid/icons/pencil';
import Plus from 'lucide-solid/icons/plus';
import Trash from 'lucide-solid/icons/trash';
import { createSignal, For, lazy, Show, Suspense } from 'solid-js';
import { asApiError } from '../../api/client.ts';
import type { JobView } from '../../api/jobs.ts';
import { removeSchedule, type ScheduleView, updateSchedule } from '../../api/schedules.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Switch } from '../../components/checkbox.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { Notice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { t as base } from '../../i18n/base.ts';
import { jobsText } from '../../i18n/jobs.ts';
import { useLive } from '../../live/live.ts';
import { scheduleWords } from '../pickers/schedule-words.ts';
import { createSchedules } from './next-run.tsx';
import { bodyOfSchedule } from './schedule-body.ts';

// Loaded when somebody wants to choose a time: most visits only look.
const ScheduleDialog = lazy(async () => ({ default: (await import('./schedule-dialog.tsx')).ScheduleDialog }));

const t = () => jobsText().schedules;

/** When a job runs by itself: its schedules in words, each with a switch; more can be added. */
export function Schedules(props: { job: JobView; onSwitchOn: () => void }) {
  const live = useLive();
  const toasts = useToasts();
  const schedules = createSchedules(
    () => props.job,
    () => true,
  );
  const [edited, setEdited] = createSignal<ScheduleView | 'new' | null>(null);
  const [removed, setRemoved] = createSignal<ScheduleView | null>(null);
  const onPlug = () => props.job.destination_config['run_on_plug'] === true;
  const changed = () => {
    schedules.again();
    live.refresh();
  };
  const setEnabled = async (schedule: ScheduleView, enabled: boolean) => {
    try {
      await updateSchedule(schedule.id, { ...bodyOfSchedule(schedule), enabled });
    } catch (thrown) {
      toasts.say({ text: asApiError(thrown).message, mood: 'bad' });
    }
    changed();
  };
  return (
    <Card
      title={t().title}
      actions={
        <Button kind="quiet" size="small" icon={<Plus size={16} />} onClick={() => setEdited('new')}>
          {t().add}
        </Button>
      }
    >
      <Show when={!props.job.enabled && (props.job.schedules.length > 0 || onPlug())}>
        <Notice
          mood="warn"
          actions={
            <Button size="small" onClick={() => props.onSwitchOn()}>
              {t().switchOn}
            </Button>
          }
        >
          <p>{onPlug() ? t().jobOffPlug : t().jobOff}</p>
        </Notice>
      </Show>
      <Show when={schedules.value()} fallback={<Loading problem={schedules.problem()} onRetry={schedules.again} />}>
        {(known) => (
          <Show when={known().length > 0} fallback={<p class="soft">{onPlug() ? t().noneOnPlug : t().none}</p>}>
            <ul class="schedules">
              <For each={known()}>
                {(schedule) => (
                  <Row
                    schedule={schedule}
                    jobEnabled={props.job.enabled}
                    onEnabled={(enabled) => void setEnabled(schedule, enabled)}
                    onChange={() => setEdited(schedule)}
                    onRemove={() => setRemoved(schedule)}
                  />
                )}
              </For>
            </ul>
          </Show>
        )}
      </Show>
      <Suspense>
        <Show when={edited()}>
          {(which) => (
            <ScheduleDialog
              jobId={props.job.id}
              schedule={asSchedule(which())}
              onClose={() => setEdited(null)}
              onSaved={changed}
            />
          )}
        </Show>
      </Suspense>
      <Show when={removed()}>
        {(schedule) => (
          <ConfirmDialog
            open
            onClose={() => setRemoved(null)}
            title={t().removeTitle}
            goes={{ label: t().removeGoes, items: [scheduleWords(schedule())] }}
            stays={{ label: t().removeStays, items: [t().removeRuns, t().removeJob] }}
            action={t().removeAction}
            onConfirm={async () => {
              await removeSchedule(schedule().id);
              changed();
            }}
          />
        )}
      </Show>
    </Card>
  );
}

const asSchedule = (which: ScheduleView | 'new'): ScheduleView | null => (which === 'new' ? null : which);

function Loading(props: { problem: string | null; onRetry: () => void }) {
  return (
    <Show when={props.problem} fallback={<Skeleton lines={2} />}>
      <Notice
        mood="bad"
        actions={
          <Button size="small" onClick={() => props.onRetry()}>
            {base().actions.retry}
          </Button>
        }
      >
        <p>{t().trouble}</p>
      </Notice>
    </Show>
  );
}

/** One schedule: what it says, when it comes next, its switch. */
function Row(props: {
  schedule: ScheduleView;
  jobEnabled: boolean;
  onEnabled: (enabled: boolean) => void;
  onChange: () => void;
  onRemove: () => void;
}) {
  const words = () => scheduleWords(props.schedule);
  const note = () => {
    if (!props.schedule.enabled) return t().off;
    if (props.schedule.next_run === null) return props.jobEnabled ? jobsText().next.unknown : t().waits;
    return (
      <>
        {t().next} <RelativeTime iso={props.schedule.next_run} />
      </>
    );
  };
  return (
    <li class="schedule">
      <Switch label={words()} note={note()} checked={props.schedule.enabled} onChange={props.onEnabled} />
      <div class="schedule-actions">
        <IconButton label={t().changeOf(words())} onClick={() => props.onChange()}>
          <Pencil size={18} />
        </IconButton>
        <IconButton label={t().remove(words())} onClick={() => props.onRemove()}>
          <Trash size={18} />
        </IconButton>
      </div>
    </li>
  );
}
