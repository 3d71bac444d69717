import type { LogLineView, RunView } from '../features/backups/schema.ts';
import type { Api } from './client.ts';
import type { Io } from './io.ts';
import { progressBar, progressText } from './progress-bar.ts';

/** The first looks come fast, so that a run with nothing to do does not wait for us. */
const firstLookMs = 20;
const plainLineEveryMs = 10_000;
const logPage = 1000;

export const isOver = ({ status }: RunView): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

/** How a run is shown while it goes on. */
export interface Viewer {
  /** Each look costs as much as copying some files. */
  lookEveryMs: number;
  /** Called after every look; `run` may not have changed. */
  update(run: RunView): Promise<void>;
  /** Removes what must not stay. */
  end(): void;
}

/** Looks at a run until it is over; answers its last state. `idle` resolves when it may be worth a look at once. */
export async function followRun(
  api: Api,
  runId: number,
  viewer: Viewer,
  idle: () => Promise<void> = () => new Promise(() => {}),
): Promise<RunView> {
  const over = idle();
  try {
    for (let pauseMs = firstLookMs; ; pauseMs = Math.min(viewer.lookEveryMs, pauseMs * 1.5)) {
      const run = await api.get<RunView>(`/api/runs/${runId}`);
      await viewer.update(run);
      if (isOver(run)) return run;
      await Promise.race([Bun.sleep(pauseMs), over]);
    }
  } finally {
    viewer.end();
  }
}

/** One line at the bottom of the terminal. */
export const barViewer = (io: Io): Viewer => ({
  lookEveryMs: 250,
  async update(run) {
    io.status(isOver(run) ? '' : progressBar(run, io.columns()));
  },
  end: () => io.status(''),
});

/** A line every ten seconds, for logs and mails. */
export function lineViewer(io: Io, monotonic: () => number): Viewer {
  let last = monotonic();
  return {
    lookEveryMs: 1000,
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
    lookEveryMs: 250,
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
