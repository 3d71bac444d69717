import { systemClock } from '../core/clock.ts';
import type { LogLineView, RunView } from '../features/backups/schema.ts';
import { type Api, OwnerGoneError } from './client.ts';
import type { Io } from './io.ts';
import { progressBar, progressText } from './progress-bar.ts';
import type { Watch } from './watch.ts';

/** So long without news, a look: rates fall while nothing moves, and news may have been lost. */
const silenceMs = 1000;
/** After its server ended, a command asks so long whether it was started again: it knows how the run ended. */
const comebackMs = 2000;
const askAgainMs = 200;
const plainLineEveryMs = 10_000;
const logPage = 1000;

export const isOver = ({ status }: RunView): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

/** How a run is shown while it goes on. */
export interface Viewer {
  /** Called with all news, and when there is none for a while; `run` may not have changed. */
  update(run: RunView): Promise<void>;
  /** Removes what must not stay. */
  end(): void;
}

/** Where a run is: asked, and watched. */
export interface Where {
  api: Api;
  watch: Watch;
}

/** Follows a run until it is over; answers its last state. Rejects with OwnerGoneError when its server is gone for good. */
export async function followRun({ api, watch }: Where, runId: number, viewer: Viewer): Promise<RunView> {
  let told: RunView | null = null;
  let news = Promise.withResolvers<void>();
  const watching = watch(runId, (run) => {
    told = run;
    news.resolve();
  });
  const ask = async (): Promise<RunView> => {
    const deadline = systemClock.monotonic() + comebackMs;
    for (;;) {
      try {
        return await api.get<RunView>(`/api/runs/${runId}`);
      } catch (error) {
        if (!(error instanceof OwnerGoneError) || systemClock.monotonic() >= deadline) throw error;
        await Bun.sleep(askAgainMs);
      }
    }
  };
  try {
    for (;;) {
      news = Promise.withResolvers<void>();
      const run = told ?? (await ask());
      told = null;
      await viewer.update(run);
      if (isOver(run)) return run;
      if (!told) await Promise.race([news.promise, watching.lost, Bun.sleep(silenceMs)]);
      if (watching.isLost()) await Bun.sleep(askAgainMs);
    }
  } finally {
    watching.close();
    viewer.end();
  }
}

/** One line at the bottom of the terminal. */
export const barViewer = (io: Io): Viewer => ({
  async update(run) {
    io.status(isOver(run) ? '' : progressBar(run, io.columns()));
  },
  end: () => io.status(''),
});

/** A line every ten seconds, for logs and mails. */
export function lineViewer(io: Io, monotonic: () => number): Viewer {
  let last = monotonic();
  return {
    async update(run) {
      if (isOver(run) || monotonic() - last < plainLineEveryMs) return;
      last = monotonic();
      io.say(progressText(run));
    },
    end() {},
  };
}

/** One JSON object per line: progress when it changes, every log line once and in order, at last the run itself. */
export function jsonViewer(io: Io, api: Api): Viewer {
  let seen = 0;
  let shown = '';
  const logs = async (runId: number) => {
    for (;;) {
      const lines = await api.get<LogLineView[]>(`/api/runs/${runId}/logs?limit=${logPage}&offset=${seen}`);
      for (const { run_id, timestamp, level, message } of lines)
        io.print(JSON.stringify({ type: 'log', run_id, timestamp, level, message }));
      seen += lines.length;
      await io.flush(); // a slow reader slows us, it does not fill our memory
      if (lines.length < logPage) return;
    }
  };
  return {
    async update(run) {
      const progress = JSON.stringify({ type: 'progress', run_id: run.id, phase: run.phase, ...run.progress });
      if (run.progress && progress !== shown) io.print(progress);
      shown = progress;
      await logs(run.id);
      if (isOver(run)) io.print(JSON.stringify(run));
    },
    end() {},
  };
}
