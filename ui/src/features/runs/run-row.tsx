import { A } from '@solidjs/router';
import { Show } from 'solid-js';
import type { RunView } from '../../api/runs.ts';
import { Dot } from '../../components/status-pill.tsx';
import { runsText as t } from '../../i18n/runs.ts';
import { exactTime, percent } from '../../lib/format.ts';
import { isActive } from '../../live/live.ts';
import { shareOf } from '../backups/run-progress.tsx';
import { whyFailed } from '../backups/why-failed.ts';
import { factsOf, phaseOf } from '../backups/words.ts';
import { timeOfDay } from './days.ts';
import { moodOf, secondsOf, stateOf, timeTaken } from './run-words.ts';

/** One run in the history: how it went, what it did, when; leads to it. Moves while it is at work. */
export function RunRow(props: { run: RunView }) {
  const state = () => stateOf(props.run);
  const facts = () => {
    if (!isActive(props.run.status)) return factsOf(props.run).join(' · ') || (whyFailed(props.run) ?? '');
    const share = shareOf(props.run.progress);
    const phase = props.run.phase === null ? '' : phaseOf(props.run);
    return share === undefined ? phase : `${phase} · ${percent(share)}`;
  };
  const seconds = () => secondsOf(props.run);
  return (
    <A class="run-row" href={`/runs/${props.run.id}`}>
      <Dot mood={moodOf[state()]} />
      <span class="run-row-name">{props.run.job_name}</span>
      <span class="run-row-state">{t().run.state[state()]}</span>
      <span class="run-row-facts">{facts()}</span>
      <span class="run-row-when">
        <Show when={props.run.started_at}>
          {(at) => (
            <time datetime={at()} title={exactTime(at())}>
              {timeOfDay(at())}
            </time>
          )}
        </Show>
        <Show when={seconds() !== null}>
          <span class="run-row-took">{timeTaken(seconds() ?? 0)}</span>
        </Show>
      </span>
    </A>
  );
}
