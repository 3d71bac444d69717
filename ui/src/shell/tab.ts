import { createEffect, createMemo, onCleanup } from 'solid-js';
import type { Mood } from '../components/status-pill.tsx';
import { t } from '../i18n/base.ts';
import { pageTitle } from '../lib/page-title.ts';
import type { Live } from '../live/live.ts';
import { showFavicon } from './favicon.ts';

/** Keeps title and icon of the tab: what runs or failed can be seen from any other tab. */
export function keepTab(live: Live): void {
  const failed = createMemo(() => (live.jobs() ?? []).some((job) => live.lastRunOf(job.id)?.status === 'failed'));
  const running = createMemo(() => live.activeRuns().length);
  const mood = createMemo<Mood>(() => (running() > 0 ? 'run' : failed() ? 'bad' : 'ok'));
  const prefix = () => {
    if (running() > 0) return `${t().now.titleRunning(running())} · `;
    return failed() ? `${t().now.titleFailed} · ` : '';
  };
  createEffect(() => showFavicon(mood()));
  createEffect(() => {
    document.title = `${prefix()}${t().title(pageTitle())}`;
  });
  onCleanup(() => showFavicon('ok'));
}
