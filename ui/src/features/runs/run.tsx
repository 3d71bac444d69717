import './runs.css';
import { useParams } from '@solidjs/router';
import { Match, Show, Switch } from 'solid-js';
import type { RunView } from '../../api/runs.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Later } from '../../components/later.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { StatusPill } from '../../components/status-pill.tsx';
import { t as base } from '../../i18n/base.ts';
import { runsText as t } from '../../i18n/runs.ts';
import { isActive, useLive } from '../../live/live.ts';
import { Overrule } from '../backups/overrule.tsx';
import { LogCard } from './log-card.tsx';
import { createOneRun } from './one-run.ts';
import { Report } from './report.tsx';
import { RunActions } from './run-actions.tsx';
import { RunErrors } from './run-errors.tsx';
import { RunNow } from './run-now.tsx';
import { moodOf, stateOf } from './run-words.ts';

/** One run: while it is at work what it does, afterwards what it did. */
export function Run() {
  const params = useParams<{ id: string }>();
  const id = () => (/^[1-9]\d{0,14}$/.test(params.id) ? Number(params.id) : null);
  return (
    <Show keyed when={id()} fallback={<Missing />}>
      {(known) => <Known id={known} />}
    </Show>
  );
}

function Known(props: { id: number }) {
  const one = createOneRun(props.id);
  return (
    <Switch
      fallback={
        <>
          <Skeleton lines={2} />
          <Skeleton lines={6} />
        </>
      }
    >
      <Match when={one.missing()}>
        <Missing />
      </Match>
      <Match when={one.run()}>{(run) => <Shown run={run()} />}</Match>
      <Match when={one.problem()}>
        {(problem) => (
          <>
            <PageHeader title={t().run.failedTitle} back={{ href: '/runs', label: t().run.back }} />
            <EmptyState title={problem()} action={<Button onClick={one.retry}>{base().actions.retry}</Button>} />
          </>
        )}
      </Match>
    </Switch>
  );
}

function Shown(props: { run: RunView }) {
  const live = useLive();
  const active = () => isActive(props.run.status);
  const job = () => live.jobOf(props.run.job_id);
  /** The job may have another name by now: the run keeps the one it had. */
  const name = () => props.run.job_name;
  const mood = () => moodOf[stateOf(props.run)];
  return (
    <>
      <PageHeader
        title={name()}
        documentTitle={t().run.documentTitle(name(), props.run.id)}
        back={{ href: '/runs', label: t().run.back }}
        beside={<StatusPill mood={mood()}>{t().run.state[stateOf(props.run)]}</StatusPill>}
        lead={
          <>
            {props.run.retry_of === null ? t().run.trigger[props.run.trigger] : t().run.retry}
            <Show when={props.run.started_at}>
              {(at) => (
                <>
                  {', '}
                  <RelativeTime iso={at()} />
                </>
              )}
            </Show>
          </>
        }
        actions={<RunActions run={props.run} job={job()} />}
      />
      <Show when={active()} fallback={<Report run={props.run} />}>
        <RunNow run={props.run} />
      </Show>
      <Show when={!active()}>
        <Overrule run={props.run} jobName={name()} />
        <RunErrors run={props.run} />
      </Show>
      <Later>
        <LogCard runId={props.run.id} jobName={name()} active={active()} />
      </Later>
    </>
  );
}

function Missing() {
  return (
    <>
      <PageHeader title={t().run.missingTitle} lead={t().run.missingText} />
      <p>
        <ButtonLink href="/runs">{t().run.toHistory}</ButtonLink>
      </p>
    </>
  );
}
