import { Show } from 'solid-js';
import type { JobView } from '../../api/jobs.ts';
import { listSchedules, type ScheduleView } from '../../api/schedules.ts';
import { RelativeTime } from '../../components/relative-time.tsx';
import { jobsText as t } from '../../i18n/jobs.ts';
import { createSeen } from '../../lib/seen.ts';
import { createTurnstile } from '../../lib/turnstile.ts';
import { useLive } from '../../live/live.ts';
import { type Answer, createAnswer } from './answer.ts';
import { nextOf } from './schedule-body.ts';

const inTurn = createTurnstile(3);

/** The schedules of a job, asked again when they, its switch or its last run change; null while not `wanted`. */
export function createSchedules(job: () => JobView, wanted: () => boolean): Answer<ScheduleView[]> {
  const live = useLive();
  // Words, so that a change of anything else of the job asks nothing.
  const about = () => {
    const { id, enabled, schedules } = job();
    return wanted() && live.jobOf(id) ? JSON.stringify([id, enabled, schedules, live.lastRunOf(id)?.id]) : null;
  };
  return createAnswer(about, () => inTurn(() => listSchedules(job().id)));
}

/** "in 3 hours", or why it does not run by itself. Asks when it comes near the screen. */
export function NextRun(props: { job: JobView }) {
  const [seen, watch] = createSeen();
  const none = () => props.job.schedules.length === 0;
  const schedules = createSchedules(
    () => props.job,
    () => seen() && !none(),
  );
  return (
    <span ref={watch} class="next-run">
      <Show
        when={none() ? [] : schedules.value()}
        fallback={<span class="soft">{schedules.problem() ? t().next.unknown : '…'}</span>}
      >
        {(known) => <NextOf job={props.job} schedules={known()} />}
      </Show>
    </span>
  );
}

function NextOf(props: { job: JobView; schedules: readonly ScheduleView[] }) {
  const next = () => nextOf(props.job, props.schedules);
  const at = () => {
    const known = next();
    return 'at' in known ? known.at : null;
  };
  const why = () => {
    const known = next();
    return 'why' in known ? t().next[known.why] : '';
  };
  return (
    <Show when={at()} fallback={<span class="soft">{why()}</span>}>
      {(moment) => <RelativeTime iso={moment()} />}
    </Show>
  );
}
