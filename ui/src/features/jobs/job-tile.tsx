import { A } from '@solidjs/router';
import { createUniqueId } from 'solid-js';
import type { AttentionView } from '../../api/attention.ts';
import type { JobView, RunView } from '../../api/jobs.ts';
import { jobsText as t } from '../../i18n/jobs.ts';
import { RunButton } from '../backups/run-button.tsx';
import { RunStrip } from '../backups/run-strip.tsx';
import { type JobActions, JobMenu } from './job-actions.tsx';
import { NextRun } from './next-run.tsx';
import { Standing } from './standing.tsx';
import { Way } from './way.tsx';

/** One job as a card. */
export function JobTile(props: {
  job: JobView;
  lines: readonly AttentionView[];
  lastGood: RunView | null | undefined;
  now: number;
  actions: JobActions;
}) {
  const id = createUniqueId();
  return (
    <article class="tile" aria-labelledby={id}>
      <header class="tile-head">
        <div class="tile-name">
          <h2 id={id}>
            <A href={`/jobs/${props.job.id}`}>{props.job.name}</A>
          </h2>
          <Way job={props.job} />
        </div>
        <JobMenu job={props.job} actions={props.actions} />
      </header>
      <Standing job={props.job} lines={props.lines} lastGood={props.lastGood} now={props.now} />
      <RunStrip jobId={props.job.id} label={t().stripOf(props.job.name)} />
      <footer class="tile-foot">
        <p class="tile-next">
          <span class="soft">{t().next.label}</span>
          <NextRun job={props.job} />
        </p>
        <RunButton job={props.job} />
      </footer>
    </article>
  );
}
