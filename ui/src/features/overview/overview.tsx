import './overview.css';
import { A } from '@solidjs/router';
import HardDrive from 'lucide-solid/icons/hard-drive';
import Plus from 'lucide-solid/icons/plus';
import { createMemo, For, Match, Show, Switch } from 'solid-js';
import { createStore } from 'solid-js/store';
import { listAttention } from '../../api/attention.ts';
import { listDestinations } from '../../api/destinations.ts';
import type { JobView, RunView } from '../../api/jobs.ts';
import { listUpcoming } from '../../api/upcoming.ts';
import { ButtonLink } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Command } from '../../components/command.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { overviewText as t } from '../../i18n/overview.ts';
import { ago } from '../../lib/format.ts';
import { createNow } from '../../lib/time.ts';
import { useLive } from '../../live/live.ts';
import { safetyOf } from '../backups/safety.ts';
import { createAsked } from './asked.ts';
import { boxOf, type JobState, latestCopy } from './box.ts';
import { comingOf } from './coming.ts';
import { JobRow } from './job-row.tsx';
import { Needs } from './needs.tsx';
import { Next } from './next.tsx';
import { createShown } from './shown.tsx';
import { Sign } from './sign.tsx';
import { SpaceLeft } from './space-left.tsx';

/** Is everything safe? What is, what runs, what comes next, what needs somebody, and how much room is left. */
export function Overview() {
  const live = useLive();
  return (
    <Switch fallback={<Loading />}>
      <Match when={live.jobs()?.length === 0}>
        <Empty />
      </Match>
      <Match when={live.jobs()}>{(jobs) => <Box jobs={jobs()} />}</Match>
    </Switch>
  );
}

const mostComing = 5;
const mostSchedules = 100;

function Box(props: { jobs: JobView[] }) {
  const live = useLive();
  const now = createNow();
  const attention = createAsked(listAttention, 'id');
  const destinations = createAsked(listDestinations, null);
  const coming = createAsked(async () => comingOf(await listUpcoming(mostSchedules), mostComing), 'jobId');
  const [lastGood, setLastGood] = createStore<Record<number, RunView | null>>({});
  const lines = createMemo(() => Map.groupBy(attention.value() ?? [], (line) => line.job_id));
  const states = createMemo(
    () =>
      new Map(
        props.jobs.map((job): [number, JobState] => {
          const known = { lines: lines().get(job.id), lastGood: lastGood[job.id] };
          const safety = safetyOf(job, live.lastRunOf(job.id), undefined, now(), known);
          return [job.id, { id: job.id, name: job.name, safety, lastGood: lastGood[job.id] }];
        }),
      ),
  );
  const box = createMemo(() => {
    if (attention.value() === null && !attention.problem()) return null;
    return boxOf([...states().values()], attention.problem() ? null : attention.value());
  });
  const lead = () => {
    const latest = latestCopy([...states().values()]);
    const running = live.activeRuns().length;
    const said = [t().lead.jobs(props.jobs.length, latest === null ? null : ago(latest, now()))];
    return [...said, ...(running > 0 ? [t().lead.running(running)] : [])].join(' ');
  };
  const shown = createShown(() => props.jobs, 50);
  return (
    <>
      <div class="standing" data-mood={box()?.mood ?? 'idle'}>
        <Sign mood={box()?.mood ?? 'idle'} />
        <PageHeader
          title={box()?.title ?? t().headline.loading}
          documentTitle={t().title}
          lead={lead()}
          actions={
            <ButtonLink href="/jobs/new" icon={<Plus size={18} aria-hidden="true" />}>
              {t().newJob}
            </ButtonLink>
          }
        />
      </div>
      <Needs asked={attention} destinations={destinations.value() ?? []} />
      <div class="overview">
        <Card title={t().jobs.title} actions={<A href="/jobs">{t().jobs.all}</A>} class="job-rows">
          <ul>
            <For each={shown.rows()}>
              {(job) => (
                <Show when={states().get(job.id)}>
                  {(state) => (
                    <JobRow
                      job={job}
                      safety={state().safety}
                      withProblem={attention.value() === null}
                      onLastGood={(run) => setLastGood(job.id, run)}
                    />
                  )}
                </Show>
              )}
            </For>
          </ul>
          <shown.More label={t().jobs.more} />
        </Card>
        <div class="overview-side">
          <Next asked={coming} />
          <SpaceLeft asked={destinations} />
        </div>
      </div>
    </>
  );
}

function Loading() {
  return (
    <>
      <PageHeader title={t().headline.loading} documentTitle={t().title} />
      <Card>
        <Skeleton lines={6} />
      </Card>
    </>
  );
}

function Empty() {
  return (
    <>
      <PageHeader title={t().title} />
      <EmptyState
        icon={<HardDrive size={26} />}
        title={t().empty.title}
        action={
          <ButtonLink kind="primary" href="/welcome">
            {t().empty.action}
          </ButtonLink>
        }
      >
        <p>{t().empty.lead}</p>
      </EmptyState>
      <div class="empty-else">
        <p class="soft small">{t().empty.else}</p>
        <Command>{t().empty.command}</Command>
      </div>
    </>
  );
}
