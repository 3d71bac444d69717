import { A } from '@solidjs/router';
import { Show } from 'solid-js';
import type { AttentionView } from '../../api/attention.ts';
import type { JobView, RunView } from '../../api/jobs.ts';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { Dot } from '../../components/status-pill.tsx';
import { t as base } from '../../i18n/base.ts';
import { jobsText as t } from '../../i18n/jobs.ts';
import { exactTime, percent } from '../../lib/format.ts';
import { useLive } from '../../live/live.ts';
import { findingOf } from '../backups/findings.ts';
import { shareOf } from '../backups/run-progress.tsx';
import { safetyOf } from '../backups/safety.ts';
import { isUnsure } from './last-goods.ts';

/** How a job stands in one line, its trouble below; while it runs, how far it is. */
export function Standing(props: {
  job: JobView;
  lines: readonly AttentionView[];
  lastGood: RunView | null | undefined;
  now: number;
}) {
  const live = useLive();
  const run = () => live.lastRunOf(props.job.id);
  const safety = () =>
    safetyOf(props.job, run(), undefined, props.now, { lines: props.lines, lastGood: props.lastGood });
  const running = () => safety().standing === 'running';
  const share = () => shareOf(run()?.progress);
  const unsure = () => isUnsure(run(), props.lastGood);
  const at = () => (unsure() ? null : safety().at);
  const asks = () => {
    const last = run();
    return last !== undefined && findingOf(last) !== null;
  };
  return (
    <div class="standing">
      <p class="standing-line">
        <Dot mood={unsure() ? 'idle' : safety().mood} />
        <time datetime={at() ?? undefined} title={at() === null ? undefined : exactTime(at() ?? '')}>
          {unsure() ? base().loading : safety().sentence}
        </time>
        <Show when={running() && share()}>{(part) => <span class="soft">{percent(part())}</span>}</Show>
      </p>
      <Show when={running()}>
        <ProgressBar share={share()} label={base().job.progressOf(props.job.name)} />
      </Show>
      <Show when={safety().problem}>
        {(problem) => (
          <p class="standing-problem" title={problem()}>
            {problem()}
          </p>
        )}
      </Show>
      <Show when={asks()}>
        <A class="standing-answer" href={`/jobs/${props.job.id}`}>
          {t().decide}
        </A>
      </Show>
    </div>
  );
}
