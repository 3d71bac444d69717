import { Show } from 'solid-js';
import type { RunView } from '../../api/jobs.ts';
import { ago, exactTime } from '../../lib/format.ts';
import { text } from '../../lib/text.ts';
import { factsOf, outcomeOf } from './words.ts';

/** The last run in words; the exact time on hover. */
export function LastRun(props: { run: RunView | undefined; now: number }) {
  return (
    <Show when={props.run} fallback={<p class="job-state">{text.job.never}</p>}>
      {(run) => {
        const at = () => run().completed_at ?? run().started_at;
        const sentence = () => text.job.done[outcomeOf(run())](at() === null ? '' : ago(at() ?? '', props.now));
        return (
          <>
            <p class="job-state" data-outcome={outcomeOf(run())}>
              <time datetime={at() ?? undefined} title={at() === null ? undefined : exactTime(at() ?? '')}>
                {sentence()}
              </time>
              <Show when={factsOf(run()).length > 0}>
                <span class="job-facts">{factsOf(run()).join(' · ')}</span>
              </Show>
            </p>
            <Show when={run().status === 'failed' && run().error_message}>
              <p class="job-problem">{run().error_message}</p>
            </Show>
          </>
        );
      }}
    </Show>
  );
}
