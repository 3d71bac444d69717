import { A } from '@solidjs/router';
import { For, Show } from 'solid-js';
import type { Asked } from '../../api/asked.ts';
import type { RunView } from '../../api/jobs.ts';
import { Card } from '../../components/card.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { Dot } from '../../components/status-pill.tsx';
import { overviewText as t } from '../../i18n/overview.ts';
import { about, duration, exactTime, percent, shortTime, until } from '../../lib/format.ts';
import { createNow } from '../../lib/time.ts';
import { useLive } from '../../live/live.ts';
import { isGuess, shareOf } from '../backups/run-progress.tsx';
import type { Coming } from './coming.ts';

const mostRunning = 5;

/** What runs now, then what will run by itself, soonest first. */
export function Next(props: { asked: Asked<Coming[]> }) {
  const live = useLive();
  const now = createNow();
  const coming = () => (props.asked.value() ?? []).filter((one) => live.jobOf(one.jobId));
  const nothing = () => props.asked.value() !== null && coming().length === 0 && live.activeRuns().length === 0;
  return (
    <Card title={t().next.title} class="next">
      <Show
        when={props.asked.value() !== null || live.activeRuns().length > 0 || props.asked.problem()}
        fallback={<Skeleton lines={3} />}
      >
        <ul class="next-list">
          <For each={live.activeRuns().slice(0, mostRunning)}>{(run) => <Now run={run} />}</For>
          <For each={coming()}>
            {(one) => (
              <li>
                <A href={`/jobs/${one.jobId}`}>{live.jobOf(one.jobId)?.name}</A>
                <time class="next-when" datetime={one.at} title={exactTime(one.at)}>
                  {until(one.at, now())}
                </time>
                <span class="next-exact">{shortTime(one.at)}</span>
              </li>
            )}
          </For>
        </ul>
        <Show when={nothing()}>
          <p class="soft">{t().next.none}</p>
        </Show>
        <Show when={props.asked.value() === null && props.asked.problem()}>
          <p class="soft">{t().next.failed}</p>
        </Show>
      </Show>
    </Card>
  );
}

function Now(props: { run: RunView }) {
  const share = () => shareOf(props.run.progress);
  const left = () => {
    const { progress } = props.run;
    if (!progress?.eta_seconds) return null;
    return isGuess(progress) ? about(progress.eta_seconds) : duration(progress.eta_seconds);
  };
  return (
    <li>
      <A href={`/runs/${props.run.id}`}>{props.run.job_name}</A>
      <span class="next-when next-now">
        <Dot mood="run" /> {share() === undefined ? t().next.now : t().next.share(percent(share() ?? 0))}
      </span>
      <span class="next-exact">{left() === null ? t().next.running : t().next.left(left() ?? '')}</span>
    </li>
  );
}
