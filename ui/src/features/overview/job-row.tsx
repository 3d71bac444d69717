import { A } from '@solidjs/router';
import { createEffect, createMemo, Show } from 'solid-js';
import type { JobView, RunView } from '../../api/jobs.ts';
import { Dot } from '../../components/status-pill.tsx';
import { overviewText as t } from '../../i18n/overview.ts';
import { exactTime } from '../../lib/format.ts';
import { createSeen } from '../../lib/seen.ts';
import { useLive } from '../../live/live.ts';
import { createRecentRuns, lastGoodOf } from '../backups/recent-runs.ts';
import { RunButton } from '../backups/run-button.tsx';
import { RunProgress } from '../backups/run-progress.tsx';
import { RunMarks } from '../backups/run-strip.tsx';
import type { Safety } from '../backups/safety.ts';

/** One backup: how it stands in one sentence and one colour, its last runs, and the button to run or stop it. */
export function JobRow(props: {
  job: JobView;
  safety: Safety;
  /** Says here why it failed; not while that stands above, under what needs somebody. */
  withProblem: boolean;
  /** Told once the last runs are known. */
  onLastGood: (run: RunView | null) => void;
}) {
  const live = useLive();
  const [seen, watch] = createSeen();
  const running = () => props.safety.standing === 'running';
  // Whether there is a copy while it runs is part of the sentence for the whole box, on the screen or not.
  const recent = createRecentRuns(
    () => props.job.id,
    () => seen() || running(),
  );
  const lastGood = createMemo(() => {
    const runs = recent();
    return runs === null ? undefined : lastGoodOf(runs);
  });
  createEffect(() => {
    const run = lastGood();
    if (run !== undefined) props.onLastGood(run);
  });
  return (
    <li class="job-row" ref={watch} data-mood={props.safety.mood}>
      <Dot mood={props.safety.mood} />
      <h3 class="job-row-name">
        <A href={`/jobs/${props.job.id}`}>{props.job.name}</A>
      </h3>
      <div class="job-row-state" data-running={running() ? '' : undefined}>
        <Show when={!running()} fallback={<RunProgress name={props.job.name} run={live.lastRunOf(props.job.id)} />}>
          <p class="job-row-sentence" title={props.safety.at === null ? undefined : exactTime(props.safety.at)}>
            {props.safety.sentence}
          </p>
          <Show when={props.withProblem && props.safety.problem}>
            <p class="job-row-problem">{props.safety.problem}</p>
          </Show>
          <Show when={props.safety.before}>
            <p class="soft small">{props.safety.before}</p>
          </Show>
          <RunMarks runs={recent()} past={recent.past()} label={t().jobs.stripOf(props.job.name)} />
        </Show>
      </div>
      <RunButton job={props.job} />
    </li>
  );
}
