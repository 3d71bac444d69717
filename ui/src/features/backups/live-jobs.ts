import { createMemo, onCleanup } from 'solid-js';
import { createStore, reconcile } from 'solid-js/store';
import { asApiError } from '../../api/client.ts';
import { getRun, type JobView, listJobs, type RunView } from '../../api/jobs.ts';
import { useSession } from '../../lib/session.ts';
import { text } from '../../lib/text.ts';
import { createPolling } from '../../lib/time.ts';

const calmMs = 3000;
const busyMs = 600;

export const isActive = (status: string | undefined): boolean => status === 'pending' || status === 'running';

export interface LiveJobs {
  /** null until the first answer. */
  jobs(): JobView[] | null;
  /** The last run of a job, whole. */
  runOf(job: JobView): RunView | undefined;
  /** Why what is shown is old, in words; null while the box answers. */
  trouble(): string | null;
  refresh(): void;
}

/** The jobs and the last run of each, asked for again every few seconds, twice a second while something runs. */
export function createLiveJobs(onChange: (job: JobView, run: RunView, before: RunView | undefined) => void): LiveJobs {
  const session = useSession();
  const [state, setState] = createStore<{
    jobs: JobView[] | null;
    runs: Record<number, RunView>;
    trouble: string | null;
  }>({
    jobs: null,
    runs: {},
    trouble: null,
  });
  let over = false;
  onCleanup(() => {
    over = true;
  });

  const learnRun = async (job: JobView) => {
    const last = job.last_run;
    if (!last) return;
    const before = state.runs[job.id];
    const settled = before?.id === last.id && before.status === last.status && !isActive(last.status);
    if (settled) return;
    const run = await getRun(last.id);
    if (over) return;
    setState('runs', job.id, reconcile(run));
    onChange(job, run, before === undefined ? undefined : { ...before });
  };

  const work = async () => {
    try {
      const jobs = await listJobs();
      if (over) return;
      await Promise.all(jobs.map(learnRun));
      if (over) return;
      setState('jobs', reconcile(jobs, { key: 'id' }));
      setState('trouble', null);
    } catch (thrown) {
      if (over) return;
      const { status, message } = asApiError(thrown);
      if (status === 401) session.ended();
      else setState('trouble', status === 0 ? text.connection.stale : message);
    }
  };
  const busy = createMemo(() => (state.jobs ?? []).some((job) => isActive(job.last_run?.status)));
  const refresh = createPolling(work, () => (busy() ? busyMs : calmMs));
  return {
    jobs: () => state.jobs,
    runOf: (job) => state.runs[job.id],
    trouble: () => state.trouble,
    refresh,
  };
}
