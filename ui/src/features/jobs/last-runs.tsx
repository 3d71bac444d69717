import { A } from '@solidjs/router';
import { Show } from 'solid-js';
import type { RunView, StatisticsView } from '../../api/jobs.ts';
import { Card } from '../../components/card.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { Dot, type Mood } from '../../components/status-pill.tsx';
import { jobsText as t } from '../../i18n/jobs.ts';
import { RunMarks } from '../backups/run-strip.tsx';
import { type Mark, markOf } from '../backups/strip-words.ts';
import { factsOf } from '../backups/words.ts';

const shownRows = 8;

const moods: Record<Mark, Mood> = {
  completed: 'ok',
  warned: 'warn',
  partial: 'bad',
  failed: 'bad',
  cancelled: 'idle',
  dry: 'idle',
  active: 'run',
};

/** The last thirty runs as marks, the newest of them as rows with their reports. `runs` come oldest first. */
export function LastRuns(props: {
  jobId: number;
  name: string;
  runs: readonly RunView[] | null;
  /** What is left of older runs, for the marks. */
  past: readonly StatisticsView[];
}) {
  const newest = () => (props.runs ?? []).slice(-shownRows).reverse();
  return (
    <Card title={t().job.recent} class="last-runs">
      <Show when={props.runs !== null} fallback={<Skeleton lines={4} />}>
        <Show when={newest().length > 0} fallback={<p class="soft">{t().runs.none}</p>}>
          <RunMarks runs={props.runs} past={props.past} label={t().stripOf(props.name)} />
          <DataTable
            caption={t().runs.caption}
            rows={newest()}
            columns={[
              { label: t().runs.columns.when, heading: true, cell: (run) => <When run={run} /> },
              { label: t().runs.columns.result, cell: (run) => <Result run={run} /> },
              { label: t().runs.columns.did, cell: didOf },
              { label: t().runs.columns.took, cell: tookOf, numeric: true },
              { label: t().runs.columns.why, cell: (run) => t().runs.trigger[run.trigger] },
            ]}
          />
          <p>
            <A href={`/runs?job=${props.jobId}`}>{t().runs.all}</A>
          </p>
        </Show>
      </Show>
    </Card>
  );
}

const When = (props: { run: RunView }) => (
  <A href={`/runs/${props.run.id}`}>
    <RelativeTime iso={props.run.started_at} none={t().runs.result.active} />
  </A>
);

const Result = (props: { run: RunView }) => (
  <span class="result">
    <Dot mood={moods[markOf(props.run)]} />
    {t().runs.result[markOf(props.run)]}
  </span>
);

/** A failed run that came to nothing has nothing to tell here. */
const didOf = (run: RunView): string => factsOf(run).join(' · ') || '–';

function tookOf(run: RunView): string {
  if (run.started_at === null || run.completed_at === null) return '–';
  return t().runs.took((Date.parse(run.completed_at) - Date.parse(run.started_at)) / 1000);
}
