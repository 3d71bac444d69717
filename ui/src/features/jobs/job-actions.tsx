import { useNavigate } from '@solidjs/router';
import Copy from 'lucide-solid/icons/copy';
import FlaskConical from 'lucide-solid/icons/flask-conical';
import Pencil from 'lucide-solid/icons/pencil';
import Power from 'lucide-solid/icons/power';
import PowerOff from 'lucide-solid/icons/power-off';
import Trash from 'lucide-solid/icons/trash';
import { createSignal, type JSX, lazy, Show, Suspense } from 'solid-js';
import { asApiError } from '../../api/client.ts';
import { type JobView, runJob } from '../../api/jobs.ts';
import { Menu, type MenuItem } from '../../components/menu.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { jobsText as t } from '../../i18n/jobs.ts';
import { isActive, useLive } from '../../live/live.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { changeJob } from './job-body.ts';

const CloneDialog = lazy(async () => ({ default: (await import('./clone-dialog.tsx')).CloneDialog }));

type Question = { what: 'clone' | 'delete'; job: JobView };

export interface JobActions {
  setEnabled(job: JobView, enabled: boolean): Promise<void>;
  dryRun(job: JobView): Promise<void>;
  ask(question: Question): void;
  /** The dialog that is open; once per page. */
  Dialogs: () => JSX.Element;
}

/**
 * What can be done with a job besides running it. One per page, however many jobs it shows. `onDelete` is told when the
 * question begins and when it is taken back.
 */
export function createJobActions(
  on: { onDelete?: (asking: boolean) => void; onDeleted?: () => void } = {},
): JobActions {
  const live = useLive();
  const toasts = useToasts();
  const [asked, setAsked] = createSignal<Question | null>(null);
  const act = async (work: () => Promise<Parameters<typeof toasts.say>[0]>) => {
    try {
      toasts.say(await work());
    } catch (thrown) {
      toasts.say({ text: asApiError(thrown).message, mood: 'bad' });
    }
    live.refresh();
  };
  const ask = (question: Question | null) => {
    setAsked(question);
    on.onDelete?.(question?.what === 'delete');
  };
  const close = () => ask(null);
  const of = (what: Question['what']) => {
    const question = asked();
    return question?.what === what ? question.job : null;
  };
  return {
    setEnabled: (job, enabled) =>
      act(async () => {
        const { name } = await changeJob(job.id, { enabled });
        return { text: enabled ? t().said.enabled(name) : t().said.disabled(name), mood: enabled ? 'ok' : 'idle' };
      }),
    dryRun: (job) =>
      act(async () => {
        const { run_id } = await runJob(job.id, { sync_options: { dry_run: true } });
        const link = { href: `/runs/${run_id}`, label: t().said.watch };
        return { text: t().said.dryRun(job.name), mood: 'run', link };
      }),
    ask,
    Dialogs: () => (
      <>
        <Suspense>
          <Show when={of('clone')}>{(job) => <CloneDialog job={job()} onClose={close} />}</Show>
        </Suspense>
        <Show when={of('delete')}>
          {(job) => <DeleteDialog job={job()} onClose={close} onDeleted={() => on.onDeleted?.()} />}
        </Show>
      </>
    ),
  };
}

/** The menu of one job. `here`: on its own page, where editing has a button of its own. */
export function JobMenu(props: { job: JobView; actions: JobActions; here?: boolean }) {
  const go = useNavigate();
  const { actions } = props;
  const active = () => isActive(props.job.last_run?.status);
  const items = (): MenuItem[] => {
    const { job } = props;
    const say = t().menu;
    const edit = { label: say.edit, icon: <Pencil />, onSelect: () => go(`/jobs/${job.id}/edit`) };
    return [
      ...(props.here ? [] : [edit]),
      {
        label: say.dryRun,
        icon: <FlaskConical />,
        disabled: active(),
        onSelect: () => void actions.dryRun(job),
      },
      { label: say.clone, icon: <Copy />, onSelect: () => actions.ask({ what: 'clone', job }) },
      job.enabled
        ? { label: say.disable, icon: <PowerOff />, onSelect: () => void actions.setEnabled(job, false) }
        : { label: say.enable, icon: <Power />, onSelect: () => void actions.setEnabled(job, true) },
      { label: say.delete, icon: <Trash />, kind: 'danger', onSelect: () => actions.ask({ what: 'delete', job }) },
    ];
  };
  return <Menu label={t().menu.label(props.job.name)} items={items()} />;
}
