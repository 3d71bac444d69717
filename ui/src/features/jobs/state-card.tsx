import { Show } from 'solid-js';
import type { JobView, RunView } from '../../api/jobs.ts';
import { Skeleton } from '../../components/skeleton.tsx';
import { Dot } from '../../components/status-pill.tsx';
import { jobsText as t } from '../../i18n/jobs.ts';
import { exactTime } from '../../lib/format.ts';
import { findingOf } from '../backups/findings.ts';
import { Overrule } from '../backups/overrule.tsx';
import { RunProgress } from '../backups/run-progress.tsx';
import type { Safety } from '../backups/safety.ts';

/**
 * How a job stands in one sentence; live progress while it runs, what went wrong and what to do when it did. `safety` is
 * null while it is not known yet.
 */
export function StateCard(props: { job: JobView; run: RunView | undefined; safety: Safety | null; active: boolean }) {
  const question = () => props.run !== undefined && findingOf(props.run) !== null;
  return (
    <section class="card state-card" aria-label={t().job.state}>
      <Show when={!props.active} fallback={<RunProgress name={props.job.name} run={props.run} />}>
        <Show when={props.safety} fallback={<Skeleton lines={2} />}>
          {(safety) => (
            <>
              <Sentence safety={safety()} />
              <Show when={!question() && safety().problem}>
                <p>{safety().problem}</p>
              </Show>
              <Show when={safety().before}>
                <p class="soft">{safety().before}</p>
              </Show>
            </>
          )}
        </Show>
      </Show>
      <Show when={props.run}>
        {(run) => (
          <>
            <Overrule run={run()} jobName={props.job.name} />
            <p>
              <a href={`/runs/${run().id}`}>{props.active ? t().said.watch : t().job.report}</a>
            </p>
          </>
        )}
      </Show>
    </section>
  );
}

function Sentence(props: { safety: Safety }) {
  const at = () => props.safety.at;
  return (
    <p class="state-sentence">
      <Dot mood={props.safety.mood} />
      <time datetime={at() ?? undefined} title={at() === null ? undefined : exactTime(at() ?? '')}>
        {props.safety.sentence}
      </time>
    </p>
  );
}
