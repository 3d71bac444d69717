import './jobs.css';
import './job.css';
import { useNavigate, useParams } from '@solidjs/router';
import Pencil from 'lucide-solid/icons/pencil';
import { createMemo, createSignal, Match, Show, Switch } from 'solid-js';
import { listAttention } from '../../api/attention.ts';
import type { JobView } from '../../api/jobs.ts';
import { ButtonLink } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { StatusPill } from '../../components/status-pill.tsx';
import { t as base } from '../../i18n/base.ts';
import { jobsText as t } from '../../i18n/jobs.ts';
import { createNow } from '../../lib/time.ts';
import { isActive, useLive } from '../../live/live.ts';
import { createRecentRuns, lastGoodOf } from '../backups/recent-runs.ts';
import { RunButton } from '../backups/run-button.tsx';
import { safetyOf } from '../backups/safety.ts';
import { createFresh } from '../overview/fresh.ts';
import { Facts } from './facts.tsx';
import { createJobActions, type JobActions, JobMenu } from './job-actions.tsx';
import { isUnsure } from './last-goods.ts';
import { LastRuns } from './last-runs.tsx';
import { MonthCard } from './month-card.tsx';
import { Schedules } from './schedules.tsx';
import { StateCard } from './state-card.tsx';

/** One backup: how it stands, what it does, when, and how it went. */
export function Job() {
  const live = useLive();
  const go = useNavigate();
  const params = useParams<{ id: string }>();
  const [leaving, setLeaving] = createSignal(false);
  let deleted = false;
  const actions = createJobActions({
    onDelete: (asking) => void (deleted || setLeaving(asking)),
    onDeleted() {
      deleted = true;
      go('/jobs', { replace: true });
    },
  });
  // What is being deleted stays on the screen until the list takes its place.
  const job = createMemo<JobView | undefined>(
    (before) => live.jobOf(Number(params.id)) ?? (leaving() ? before : undefined),
  );
  return (
    <div class="stack">
      <Switch>
        <Match when={job()?.id} keyed>
          <Known job={job() as JobView} actions={actions} />
        </Match>
        <Match when={live.jobs() === null}>
          <PageHeader title={base().loading} back={{ href: '/jobs', label: t().title }} />
          <div class="card">
            <Skeleton lines={5} />
          </div>
          <Show when={live.trouble()}>
            <Notice mood="warn">{live.trouble()}</Notice>
          </Show>
        </Match>
        <Match when={true}>
          <NotHere />
        </Match>
      </Switch>
      <actions.Dialogs />
    </div>
  );
}

function NotHere() {
  return (
    <>
      <PageHeader title={t().notHere.title} />
      <p class="lead">{t().notHere.lead}</p>
      <p>
        <ButtonLink href="/jobs">{t().notHere.link}</ButtonLink>
      </p>
    </>
  );
}

function Known(props: { job: JobView; actions: JobActions }) {
  const live = useLive();
  const now = createNow();
  const attention = createFresh(listAttention, 'id');
  const run = () => live.lastRunOf(props.job.id);
  const recent = createRecentRuns(
    () => props.job.id,
    () => live.jobOf(props.job.id) !== undefined,
  );
  const safety = createMemo(() => {
    const known = recent();
    if (known === null && isUnsure(run(), undefined)) return null;
    const lines = attention.value()?.filter((line) => line.job_id === props.job.id);
    return safetyOf(props.job, run(), undefined, now(), { lines, lastGood: known ? lastGoodOf(known) : undefined });
  });
  return (
    <>
      <PageHeader
        title={props.job.name}
        back={{ href: '/jobs', label: t().title }}
        beside={props.job.enabled ? undefined : <StatusPill mood="idle">{t().next.off}</StatusPill>}
        lead={props.job.description || undefined}
        actions={
          <>
            <RunButton job={props.job} kind="primary" />
            <ButtonLink href={`/jobs/${props.job.id}/edit`} kind="quiet" icon={<Pencil size={18} />}>
              {base().actions.edit}
            </ButtonLink>
            <JobMenu job={props.job} actions={props.actions} here />
          </>
        }
      />
      <StateCard job={props.job} run={run()} safety={safety()} active={isActive(props.job.last_run?.status)} />
      <div class="job-columns">
        <Facts job={props.job} />
        <div class="stack">
          <Schedules job={props.job} onSwitchOn={() => void props.actions.setEnabled(props.job, true)} />
          <MonthCard jobId={props.job.id} />
        </div>
      </div>
      <LastRuns jobId={props.job.id} name={props.job.name} runs={recent()} past={recent.past()} />
    </>
  );
}
