import type { Clock } from '../../core/clock.ts';
import { conflict, notFound } from '../../core/errors.ts';
import type { Events } from '../../core/events.ts';
import type { Ids } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import type { FilesystemAnswers } from '../../system/mounts/identity.ts';
import { createKernel, type Kernel, type Work } from '../../work/kernel.ts';
import type { KeyedQueue } from '../../work/queue.ts';
import type { BackupsEvents } from './events.ts';
import { type ExecuteDeps, executeRun, type Outcome } from './execute.ts';
import type { JobRow } from './jobs.store.ts';
import type { LogStore } from './logs.store.ts';
import { completeOptions } from './options.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { cancelled, type FinalState, finalState, shutdown } from './run-end.ts';
import type { RunPhase, RunRow, RunStore } from './runs.store.ts';
import type { RunBody } from './schema.ts';
import { sweepWrittenLists } from './written.ts';

export interface RunsDeps extends Omit<ExecuteDeps, 'allowed' | 'usualMs'> {
  runs: RunStore;
  logs: LogStore;
  log: Log;
  ids: Ids;
  clock: Clock;
  events: Events<BackupsEvents>;
  /** One writer per destination. */
  queue: KeyedQueue;
  /** Under which key a destination is queued: its filesystem where it can be told. */
  queueKey(job: JobRow, answers: FilesystemAnswers): Promise<string>;
  /** For one job: throws RunStop when a real path lies outside what it may touch. */
  allowedFor(job: JobRow): (realPath: string) => void;
  /** This process, as written into the lease of what it works on. */
  leaseOwner: string;
  /** Called when a run has ended: old ones of its job go. */
  prune(jobId: number): void;
  /** Called when the last active run has ended. */
  onIdle(): void;
}

interface RunRequest {
  trigger: RunRow['trigger'];
  scheduleId?: number | null;
  /** The interrupted run this one makes up for. */
  retryOf?: number;
  /** Slots that are used up with it, in one transaction. */
  slots?: readonly { scheduleId: number; slot: number }[];
  body?: RunBody;
}

/** A confirm token works for so long. */
export const confirmDays = 7;
const dayMs = 86_400_000;
const saveTries = 5;
const saveAgainMs = 1000;

export interface RunsService {
  /** Starts a run; 409 when the job has one already. */
  start(jobId: number, request: RunRequest): { run_id: number };
  /** Asks the active run of a job to stop; 409 when there is none. */
  cancel(jobId: number): void;
  /** A line in the log of the job's active run; false when it has none. */
  note(jobId: number, text: string): boolean;
  see: Kernel<RunPhase>['see'];
  /** Settles what a dead process left; before anything is started. */
  settleDead(): void;
  /** Resolves when no run is active. */
  idle(): Promise<void>;
  /** Ends all runs as `interrupted` and waits for their children. */
  stop(): Promise<void>;
}

/** The life of runs: started, worked on, ended, and settled after a crash. */
export function createRunsService(deps: RunsDeps): RunsService {
  const { runs, jobs, logs, clock, ids, events } = deps;
  const recorders = new Map<number, Recorder>();
  const kernel = createKernel<RunPhase>({
    clock,
    port: { heartbeat: (id, at, progress) => void runs.patch(id, { heartbeatAt: at, progress: { ...progress } }) },
    onChange(runId) {
      const jobId = runs.get(runId)?.jobId;
      if (jobId !== undefined) events.emit('run.progress', { runId, jobId });
    },
    onError: (run, error) => deps.log.error('A run could not be kept or finished', { run, error }),
    onIdle: deps.onIdle,
  });

  /** The findings a confirm token overrules; takes the token. */
  const takeConfirm = (jobId: number, confirm: string | undefined): ReadonlySet<string> => {
    if (confirm === undefined) return new Set();
    const stopped = runs.byConfirm(jobId, confirm, clock.now() - confirmDays * dayMs);
    if (!stopped?.findings || !runs.useConfirm(stopped.id, clock.now()))
      throw conflict(
        'This confirmation is not valid: it was used, is older than seven days, or belongs to another job.',
      );
    return new Set(stopped.findings);
  };

  const work = async (
    run: RunRow,
    job: JobRow,
    overruled: ReadonlySet<string>,
    { controller, progress, phase }: Work<RunPhase>,
  ): Promise<void> => {
    const recorder = createRecorder({
      run,
      verbosity: run.syncOptions.verbosity,
      acknowledged: new Set(run.syncOptions.acknowledged_paths),
      logs,
      runs,
      clock,
      onStored: () => events.emit('run.lines', { runId: run.id, runUuid: run.uuid }),
      onLost: (error) => deps.log.error('Log lines of a run were lost', { run: run.id, error }),
    });
    recorders.set(run.id, recorder);
    let outcome: Outcome | null = null;
    let stopped: unknown = null;
    try {
      const answers: FilesystemAnswers = new Map();
      const key = await deps.queueKey(job, answers);
      outcome = await deps.queue.run(
        key,
        controller.signal,
        () => phase('waiting'),
        () => {
          const now = clock.now();
          runs.patch(run.id, { status: 'running', startedAt: now, heartbeatAt: now, leaseOwner: deps.leaseOwner });
          deps.step('running');
          const allowed = deps.allowedFor(job);
          return executeRun(
            { run, job, overruled, controller, answers, recorder, progress, phase },
            { ...deps, allowed, usualMs: () => runs.usualMs(job.id) },
          );
        },
      );
    } catch (error) {
      stopped = error;
    }
    const { signal } = controller;
    const end = finalState({ outcome, stopped, signal, recorder, overruled, token: () => ids.token(18) });
    if (end.reason === 'internal') deps.log.error('A run failed unexpectedly', { run: run.id, error: stopped });
    await finish(run, end, recorder, signal);
  };

  const finish = async (run: RunRow, end: FinalState, recorder: Recorder, signal: AbortSignal): Promise<void> => {
    const { status, errorMessage, filesTransferred = 0, bytesTransferred = 0, filesDeleted = 0 } = end;
    if (status === 'completed')
      recorder.say(
        `${run.dryRun ? 'Dry run: would have copied' : 'Completed:'} ${filesTransferred} files (${bytesTransferred} bytes), ${filesDeleted} deleted`,
      );
    else if (status === 'cancelled') recorder.say('Cancelled');
    else recorder.fail(errorMessage ?? 'Failed');
    recorders.delete(run.id);
    recorder.close();
    deps.step('ending');
    const final = { ...end, phase: null, completedAt: clock.now(), leaseOwner: null, progress: null };
    for (let attempt = 1; ; attempt++) {
      try {
        runs.patch(run.id, { ...final, startedAt: runs.get(run.id)?.startedAt ?? clock.now() });
        break;
      } catch (error) {
        // A full disk under the database. Until there is room again the job counts as running; the next start settles
        // the run if we are told to stop before.
        if (attempt === 1) deps.log.error('The end of a run cannot be saved yet', { run: run.id, error });
        if (signal.reason === shutdown && attempt >= saveTries) return;
        await Bun.sleep(saveAgainMs);
      }
    }
    deps.step('ended');
    events.emit('run.ended', { runId: run.id, jobId: run.jobId });
    deps.prune(run.jobId);
  };

  return {
    start(jobId, { trigger, scheduleId = null, retryOf = null, slots = [], body }) {
      const job = jobs.get(jobId);
      if (!job) throw notFound('Job');
      const options = completeOptions(body?.sync_options, job.syncOptions);
      if (runs.activeOf(jobId)) throw conflict('This job is already running');
      const overruled = takeConfirm(jobId, body?.confirm);
      const run = runs.start(
        {
          uuid: ids.uuid(),
          jobId,
          jobName: job.name,
          trigger,
          scheduleId,
          retryOf,
          dryRun: options.dry_run,
          syncOptions: options,
          createdAt: clock.now(),
        },
        slots,
      );
      if (!run) throw conflict('This job is already running');
      deps.step('pending');
      events.emit('run.started', { runId: run.id, jobId }); // first: a run can end before its start returns
      kernel.start(run.id, (item) => work(run, job, overruled, item));
      return { run_id: run.id };
    },
    cancel(jobId) {
      if (!runs.jobExists(jobId)) throw notFound('Job');
      const run = runs.activeOf(jobId);
      if (!run) throw conflict('This job is not running');
      runs.patch(run.id, { cancelRequestedAt: run.cancelRequestedAt ?? clock.now() });
      kernel.cancel(run.id, cancelled);
    },
    note(jobId, text) {
      const run = runs.activeOf(jobId);
      const recorder = run && recorders.get(run.id);
      recorder?.say(text);
      return recorder !== undefined;
    },
    see: kernel.see,
    settleDead() {
      for (const run of runs.active()) {
        if (kernel.see(run.id)) continue;
        logs.append(run.uuid, [{ timestamp: clock.now(), level: 'error', message: 'Interrupted' }]);
        logs.done(run.uuid);
        runs.patch(run.id, {
          status: 'failed',
          reason: 'interrupted',
          errorMessage: 'The run was interrupted: Dynamight or the machine stopped. The next run finishes the work.',
          phase: null,
          progress: null,
          leaseOwner: null,
          startedAt: run.startedAt ?? run.createdAt,
          completedAt: clock.now(),
        });
      }
      sweepWrittenLists(deps.dataDir);
      logs.sweep(runs.uuids());
    },
    idle: kernel.idle,
    stop: () => kernel.stop(shutdown),
  };
}
