import { A } from '@solidjs/router';
import { For, Show } from 'solid-js';
import type { AttentionView } from '../../api/attention.ts';
import type { JobView } from '../../api/jobs.ts';
import { DataTable } from '../../components/data-table.tsx';
import { jobsText as t } from '../../i18n/jobs.ts';
import { RunButton } from '../backups/run-button.tsx';
import { RunStrip } from '../backups/run-strip.tsx';
import { type JobActions, JobMenu } from './job-actions.tsx';
import { JobTile } from './job-tile.tsx';
import type { LastGoods } from './last-goods.ts';
import { NextRun } from './next-run.tsx';
import { Standing } from './standing.tsx';
import type { View } from './view.ts';
import { Way } from './way.tsx';

/** The jobs of one page of the list, as a table or as cards. */
export function JobList(props: {
  view: View;
  jobs: readonly JobView[];
  linesOf: (jobId: number) => readonly AttentionView[];
  lastGoods: LastGoods;
  now: number;
  actions: JobActions;
}) {
  return (
    <Show when={props.view === 'cards'} fallback={<Table {...props} />}>
      <ul class="tiles">
        <For each={props.jobs}>
          {(job) => (
            <li>
              <JobTile
                job={job}
                lines={props.linesOf(job.id)}
                lastGood={props.lastGoods(job.id)}
                now={props.now}
                actions={props.actions}
              />
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}

function Table(props: Parameters<typeof JobList>[0]) {
  return (
    <div class="card jobs-table">
      <DataTable
        caption={t().caption}
        rows={props.jobs}
        columns={[
          {
            label: t().columns.name,
            heading: true,
            cell: (job) => (
              <div class="jobs-name">
                <A href={`/jobs/${job.id}`}>{job.name}</A>
                <Way job={job} />
              </div>
            ),
          },
          {
            label: t().columns.state,
            cell: (job) => (
              <Standing job={job} lines={props.linesOf(job.id)} lastGood={props.lastGoods(job.id)} now={props.now} />
            ),
          },
          {
            label: t().columns.recent,
            cell: (job) => <RunStrip jobId={job.id} label={t().stripOf(job.name)} />,
          },
          { label: t().columns.next, cell: (job) => <NextRun job={job} /> },
          {
            label: t().columns.actions,
            cell: (job) => (
              <div class="jobs-actions">
                <RunButton job={job} />
                <JobMenu job={job} actions={props.actions} />
              </div>
            ),
          },
        ]}
      />
    </div>
  );
}
