import { batch, createContext, createMemo, createSignal, onCleanup, useContext } from 'solid-js';
import { createStore, reconcile, unwrap } from 'solid-js/store';
import { asApiError } from '../api/client.ts';
import { getRun, type JobView, listJobs, type RunView } from '../api/jobs.ts';
import { t } from '../i18n/base.ts';
import { createPolling } from '../lib/time.ts';
import { toldTopic } from '../lib/told.ts';
import { createTurnstile } from '../lib/turnstile.ts';
import { applyToJobs, applyToRuns, emptyTopic, readMessage, reduce, type TopicState } from './reduce.ts';
import { onPageWake, openSocket, socketUrl } from './socket.ts';

export const isActive = (status: string | undefined): boolean => status === 'pending' || status === 'running';

/** `connecting` until the first answer; `live` while the box tells or answers; `reconnecting` while it does neither. */
export type Connection = 'connecting' | 'live' | 'reconnecting';

/** A turn in the life of a run: seen for the first time while at work, or with another status than before. */
export type RunTurn = (run: RunView, before: RunView['status'] | undefined) => void;

export interface Live {
  /** All jobs, as last told; null until the first answer. A store: read the fields you show, they change in place. */
  jobs(): JobView[] | null;
  /** Active runs and the last run of each job; null until the first answer. */
  runs(): RunView[] | null;
  jobOf(id: number): JobView | undefined;
  /** The newest run of a job, whole. */
  lastRunOf(jobId: number): RunView | undefined;
  activeRuns(): RunView[];
  connection(): Connection;
  /** Why what is shown may be old, in words; null while all is well. */
  trouble(): string | null;
  /** Asks at once; for after an action when no socket tells. */
  refresh(): void;
  /** Told of every turn of a run; what was there at the start is no news. Returns how to stop. */
  onTurn(listener: RunTurn): () => void;
}

export const LiveContext = createContext<Live>();

/** The live state of the box, for every page behind the login. */
export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error('Only for screens behind the login');
  return live;
}

const calmMs = 3000;
const busyMs = 600;
/** So long the socket has to tell before the box is asked; a socket that is refused has it asked at once. */
const patienceMs = 1500;
/** While the socket tells everything, the box is not asked. */
const neverMs = 2 ** 31 - 1;

/** One socket for the tab; while it is away, the same facts are asked for every few seconds. */
export function createLive(): Live {
  const [state, setState] = createStore<{ jobs: JobView[] | null; runs: RunView[] | null }>({ jobs: null, runs: null });
  const [told, setTold] = createSignal(false);
  const [trouble, setTrouble] = createSignal<string | null>(null);
  const listeners = new Set<RunTurn>();
  const known = new Map<number, RunView['status']>();
  let jobs: TopicState<JobView> = emptyTopic;
  let runs: TopicState<RunView> = emptyTopic;
  let jobsTold: readonly JobView[] | null = null;
  let runsTold: readonly RunView[] | null = null;
  let over = false;
  const inTurn = createTurnstile(4);

  // Copies: the store writes into what it holds, and what came over the wire is compared with later.
  const copied = <T>(rows: readonly T[]): T[] => structuredClone(rows.map((row) => unwrap(row)));
  const showJobs = (rows: readonly JobView[]) => setState('jobs', reconcile(copied(rows), { key: 'id' }));
  const showRuns = (rows: readonly RunView[]) => {
    const first = state.runs === null;
    setState('runs', reconcile(copied(rows), { key: 'id' }));
    const turned = rows.filter((run) => known.get(run.id) !== run.status);
    for (const run of turned) {
      const before = known.get(run.id);
      known.set(run.id, run.status);
      if (!first) for (const listener of listeners) listener(run, before);
    }
  };

  const socket = openSocket({
    url: () => socketUrl('/api/ws/events'),
    onOpen: () => socket.send({ subscribe: ['jobs', 'runs'] }),
    onText(text) {
      const message = readMessage(text);
      if (!message) return;
      if (message.topic === 'jobs') {
        const step = reduce(jobs, message, applyToJobs<JobView>);
        if (step.gap) socket.send({ subscribe: ['jobs'] });
        else if (step.state.rows && step.state !== jobs) jobsTold = step.state.rows;
        jobs = step.state;
      } else if (message.topic === 'runs') {
        const step = reduce(runs, message, applyToRuns<RunView>);
        if (step.gap) socket.send({ subscribe: ['runs'] });
        else if (step.state.rows && step.state !== runs) runsTold = step.state.rows;
        runs = step.state;
      }
      // The first of both are shown together: a page drawn with one of them would be drawn again for the other.
      if (told() || (jobs.seq !== null && runs.seq !== null))
        batch(() => {
          if (jobsTold) showJobs(jobsTold);
          if (runsTold) showRuns(runsTold);
          jobsTold = runsTold = null;
        });
      if (jobs.seq === null || runs.seq === null || told()) return;
      setTold(true);
      setTrouble(null);
    },
    onDown() {
      jobs = emptyTopic;
      runs = emptyTopic;
      jobsTold = runsTold = null;
      setTold(false);
      ask(); // tells a lost network from a server without the socket, and an ended session from both
    },
    onWake: onPageWake,
    random: Math.random,
  });

  // What came with the page is shown at once, in a turn of its own; the socket tells it again, and what has changed since.
  const [firstJobs, firstRuns] = [toldTopic('jobs') as JobView[] | null, toldTopic('runs') as RunView[] | null];
  const first = setTimeout(() => {
    if (!firstJobs || !firstRuns || state.jobs !== null || state.runs !== null) return;
    batch(() => {
      showJobs(firstJobs);
      showRuns(firstRuns);
    });
  });

  const work = async () => {
    if (told()) return;
    try {
      const rows = await listJobs();
      const before = new Map((state.runs ?? []).map((run) => [run.id, run]));
      const lastRuns = rows.flatMap(({ last_run: last }) => (last ? [last] : []));
      const all = await Promise.all(
        // Two hundred jobs are no reason for two hundred questions at once, nor for those the socket answers meanwhile.
        lastRuns.map((last) => inTurn(async () => (over || told() ? [] : [await wholeRun(last, before.get(last.id))]))),
      );
      if (over || told()) return;
      showJobs(rows);
      showRuns(all.flat());
      setTrouble(null);
    } catch (thrown) {
      const { status, message } = asApiError(thrown);
      if (!over && !told()) setTrouble(status === 0 ? t().connection.stale : message);
    }
  };
  const activeRuns = createMemo(() => (state.runs ?? []).filter((run) => isActive(run.status)));
  const ask = createPolling(work, () => (told() ? neverMs : activeRuns().length > 0 ? busyMs : calmMs), patienceMs);
  onCleanup(() => {
    over = true;
    clearTimeout(first);
    socket.close();
  });

  const newest = createMemo(() => {
    const found = new Map<number, RunView>();
    for (const run of state.runs ?? []) if ((found.get(run.job_id)?.id ?? -1) < run.id) found.set(run.job_id, run);
    return found;
  });
  return {
    jobs: () => state.jobs,
    runs: () => state.runs,
    jobOf: (id) => state.jobs?.find((job) => job.id === id),
    lastRunOf: (jobId) => newest().get(jobId),
    activeRuns,
    connection: () => (trouble() ? 'reconnecting' : state.jobs === null ? 'connecting' : 'live'),
    trouble,
    refresh: () => ask(),
    onTurn(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A run that is over does not change any more: it is asked for once. */
async function wholeRun(last: NonNullable<JobView['last_run']>, known: RunView | undefined): Promise<RunView> {
  return known?.status === last.status && !isActive(last.status) ? known : getRun(last.id);
}
