import { createEffect, createSignal, on } from 'solid-js';
import { asApiError } from '../../api/client.ts';
import { cancelJob, type JobView, runJob } from '../../api/jobs.ts';
import { Button } from '../../components/button.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { t } from '../../i18n/base.ts';
import { isActive, useLive } from '../../live/live.ts';

/** Runs a job now; while it runs, the same button stops it. What the box refuses is said as a toast. */
export function RunButton(props: { job: JobView; kind?: 'primary' | 'plain' }) {
  const live = useLive();
  const toasts = useToasts();
  const [asked, setAsked] = createSignal(false);
  // A stop that was heard still takes a while: the run ends when its last child has ended.
  const [stopping, setStopping] = createSignal<number | null>(null);
  const active = () => isActive(props.job.last_run?.status);
  const isStopping = () => active() && stopping() === props.job.last_run?.id;
  createEffect(on(active, (now) => now || setStopping(null)));

  const act = async (event: MouseEvent) => {
    // "Run" turns into "stop" in place: the second click of a double click must not stop what the first began.
    if (asked() || event.detail > 1) return;
    const stop = active();
    setAsked(true);
    try {
      await (stop ? cancelJob(props.job.id) : runJob(props.job.id));
      if (stop) setStopping(props.job.last_run?.id ?? null);
    } catch (thrown) {
      toasts.say({ text: asApiError(thrown).message, mood: 'bad' });
    } finally {
      setAsked(false);
      live.refresh();
    }
  };
  const label = () => {
    if (active()) return asked() || isStopping() ? t().job.stopping : t().job.stop;
    return asked() ? t().job.starting : t().job.run;
  };
  return (
    <Button
      kind={active() ? 'quiet' : (props.kind ?? 'plain')}
      class="run-button"
      aria-label={t().job.actionOf(label(), props.job.name)}
      busy={asked() || isStopping()}
      onClick={(event: MouseEvent) => void act(event)}
    >
      {label()}
    </Button>
  );
}
