import './overview.css';
import { A } from '@solidjs/router';
import HardDrive from 'lucide-solid/icons/hard-drive';
import Plus from 'lucide-solid/icons/plus';
import { createMemo, For, Show } from 'solid-js';
import { createStore } from 'solid-js/store';
import { listAttention } from '../../api/attention.ts';
import { listDestinations } from '../../api/destinations.ts';
import type { JobView, RunView } from '../../api/jobs.ts';
import { listUpcoming } from '../../api/upcoming.ts';
import { ButtonLink } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Command } from '../../components/command.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Later } from '../../components/later.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { overviewText as t } from '../../i18n/overview.ts';
import { ago } from '../../lib/format.ts';
import { createSlices } from '../../lib/slices.ts';
import { createNow } from '../../lib/time.ts';
import { useLive } from '../../live/live.ts';
import { safetyOf } from '../backups/safety.ts';
import { boxOf, type JobState, latestCopy } from './box.ts';
import { comingOf } from './coming.ts';
import { createFresh } from './fresh.ts';
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
    <Show when={live.jobs()?.length !== 0} fallback={<Empty />}>
      <Box jobs={live.jobs()} />
    </Show>
  );
}

const mostComing = 5;
const mostSchedules = 100;

/** `jobs` is null until they are told: the frame stands from the start, and all else is asked meanwhile. */
function Box(props: { jobs: JobView[] | null }) {
  const live = useLive();
  const now = createNow();
  const attention = createFresh(listAttention, 'id');
  const destinations = createFresh(listDestinations, null);
  const coming = createFresh(async () => comingOf(await listUpcoming(mostSchedules), mostComing), 'jobId');
  const [lastGood, setLastGood] = createStore<Record<number, RunView | null>>({});
  const jobs = () => props.jobs ?? [];
  const lines = createMemo(() => Map.groupBy(attention.value() ?? [], (line) => line.job_id));
  const states = createMemo(
    () =>
      new Map(
        jobs().map((job): [number, JobState] => {
          const known = { lines: lines().get(job.id), lastGood: lastGood[job.id] };
          const safety = safetyOf(job, live.lastRunOf(job.id), undefined, now(), known);
          return [job.id, { id: job.id, name: job.name, safety, lastGood: lastGood[job.id] }];
        }),
      ),
  );
  const box = createMemo(() => {
    if (props.jobs === null || (attention.value() === null && !attention.problem())) return null;
    return boxOf([...states().values()], attention.problem() ? null : attention.value());
  });
  const lead = () => {
    if (props.jobs === null) return holdsTheLine;
    const latest = latestCopy([...states().values()]);
    const running = live.activeRuns().length;
    const said = [t().lead.jobs(jobs().length, latest === null ? null : ago(latest, now()))];
    return [...said, ...(running > 0 ? [t().lead.running(running)] : [])].join(' ');
  };
  const shown = createShown(jobs, 50);
  const drawn = createSlices(() => shown.rows().length, 2, 0); // the sentence above comes first
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
      {/* The answer above is seen first. */}
      <Later>
        <Needs asked={attention} destinations={destinations.value() ?? []} />
        <div class="overview">
          <Card title={t().jobs.title} actions={<A href="/jobs">{t().jobs.all}</A>} class="job-rows">
            <Show when={drawn() > 0} fallback={<Skeleton lines={6} />}>
              <ul>
                <For each={shown.rows().slice(0, drawn())}>
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
            </Show>
          </Card>
          <div class="overview-side">
            <Next asked={coming} />
            <Later>
              <SpaceLeft asked={destinations} />
            </Later>
          </div>
        </div>
      </Later>
    </>
  );
}
const holdsTheLine = '\u00a0';

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
