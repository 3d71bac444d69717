import { A } from '@solidjs/router';
import { Show } from 'solid-js';
import { Dot } from '../components/status-pill.tsx';
import { t } from '../i18n/base.ts';
import { percent } from '../lib/format.ts';
import { useLive } from '../live/live.ts';

/** What runs now, in one line with one number; leads to it. Takes no room while nothing runs. */
export function NowRunning() {
  const live = useLive();
  const share = () => {
    let done = 0;
    let all = 0;
    for (const { progress } of live.activeRuns()) {
      if (!progress?.bytes_total) return undefined;
      done += Math.min(progress.bytes, progress.bytes_total);
      all += progress.bytes_total;
    }
    return all > 0 ? done / all : undefined;
  };
  const href = () => {
    const [only, ...more] = live.activeRuns();
    return only && more.length === 0 ? `/runs/${only.id}` : '/';
  };
  return (
    <Show when={live.activeRuns().length > 0}>
      <A class="now-running" href={href()}>
        <Dot mood="run" />
        <span>{t().now.running(live.activeRuns().length)}</span>
        <Show when={share()}>{(part) => <span class="now-share">{percent(part())}</span>}</Show>
      </A>
    </Show>
  );
}
