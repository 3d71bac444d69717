import { useNavigate } from '@solidjs/router';
import HardDrive from 'lucide-solid/icons/hard-drive';
import Trash from 'lucide-solid/icons/trash';
import { createEffect, createSignal, on, Show } from 'solid-js';
import { asApiError } from '../../api/client.ts';
import type { JobView } from '../../api/jobs.ts';
import { cancelJob, type RunView, removeRun, runJob } from '../../api/runs.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Menu } from '../../components/menu.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { t as base } from '../../i18n/base.ts';
import { runsText as t } from '../../i18n/runs.ts';
import { shortTime } from '../../lib/format.ts';
import { isActive, useLive } from '../../live/live.ts';

/** A press so soon after "Stop" has become "Run again" was meant for "Stop". */
const meantForStopMs = 1000;

/** Stop while it runs; run again and delete afterwards. */
export function RunActions(props: { run: RunView; job: JobView | undefined }) {
  const live = useLive();
  const toasts = useToasts();
  const go = useNavigate();
  const [asked, setAsked] = createSignal(false);
  const [deleting, setDeleting] = createSignal(false);
  const active = () => isActive(props.run.status);
  /** Another run of the same backup that is at work now. */
  const current = () => {
    const last = live.lastRunOf(props.run.job_id);
    return last && last.id !== props.run.id && isActive(last.status) ? last : undefined;
  };
  let turnedAt = Number.NEGATIVE_INFINITY;
  createEffect(
    on(
      active,
      () => {
        turnedAt = performance.now();
        setAsked(false);
      },
      { defer: true },
    ),
  );

  const act = async (event: MouseEvent) => {
    // The second click of a double click belongs to the first.
    if (asked() || event.detail > 1) return;
    if (!active() && performance.now() - turnedAt < meantForStopMs) return;
    setAsked(true);
    try {
      if (active()) {
        await cancelJob(props.run.job_id);
        live.refresh();
        return; // it stays "stopping" until the run has ended
      }
      const { run_id } = await runJob(props.run.job_id);
      live.refresh();
      go(`/runs/${run_id}`);
    } catch (thrown) {
      toasts.say({ text: asApiError(thrown).message, mood: 'bad' });
      setAsked(false);
      live.refresh();
    }
  };
  const label = () => {
    if (active()) return asked() ? t().run.stopping : t().run.stop;
    return asked() ? base().job.starting : t().run.again;
  };
  const remove = async () => {
    await removeRun(props.run.id);
    live.refresh();
    toasts.say({ text: t().remove.done, mood: 'ok' });
    go('/runs');
  };
  const items = () => [
    ...(props.job
      ? [
          {
            label: t().run.openJob,
            icon: <HardDrive size={18} />,
            onSelect: () => go(`/jobs/${props.run.job_id}`),
          },
        ]
      : []),
    ...(active()
      ? []
      : [
          {
            label: t().run.delete,
            icon: <Trash size={18} />,
            kind: 'danger' as const,
            onSelect: () => setDeleting(true),
          },
        ]),
  ];
  const when = () => shortTime(props.run.started_at ?? props.run.completed_at ?? new Date().toISOString());
  return (
    <>
      <Show
        when={current()}
        fallback={
          <Show when={active() || props.job}>
            <Button
              kind={active() ? 'quiet' : 'plain'}
              class="run-action"
              busy={asked()}
              aria-label={base().job.actionOf(label(), props.run.job_name)}
              onClick={(event: MouseEvent) => void act(event)}
            >
              {label()}
            </Button>
          </Show>
        }
      >
        {(other) => <ButtonLink href={`/runs/${other().id}`}>{t().run.toCurrent}</ButtonLink>}
      </Show>
      <Show when={items().length > 0}>
        <Menu label={t().run.more} items={items()} />
      </Show>
      <ConfirmDialog
        open={deleting()}
        onClose={() => setDeleting(false)}
        title={t().remove.title(when())}
        goes={{ label: t().remove.goes, items: t().remove.goesItems }}
        stays={{ label: t().remove.stays, items: t().remove.staysItems }}
        action={t().remove.action}
        onConfirm={remove}
      />
    </>
  );
}
