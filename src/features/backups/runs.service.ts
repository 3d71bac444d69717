import type { Clock } from '../../core/clock.ts';
import { toIso, toIsoOrNull } from '../../core/clock.ts';
import { AppError, conflict, notFound } from '../../core/errors.ts';
import type { Ids } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import type { FilesystemAnswers } from '../../system/mounts/identity.ts';
import { ToolMissingError } from '../../system/process/tools.ts';
import { createProgress, type Progress } from '../../work/progress.ts';
import type { KeyedQueue } from '../../work/queue.ts';
import { type ExecuteDeps, executeLocalRun, type Outcome } from './execute.ts';
import type { JobRow } from './jobs.store.ts';
import type { LogLevel, LogStore } from './logs.store.ts';
import type { LocalDestination } from './model.ts';
import { isDiskFull } from './movers/rsync.ts';
import { displayName } from './names.ts';
import { completeOptions } from './options.ts';
import { overrulable } from './reasons.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import type { RunRow, RunStore } from './runs.store.ts';
import type { LogLineView, RunBody, RunErrorView, RunView } from './schema.ts';
import { RunStop } from './stop.ts';
import { sweepWrittenLists } from './written.ts';

export interface RunsDeps extends Omit<ExecuteDeps, 'allowed'> {
  runs: RunStore;
  logs: LogStore;
  log: Log;
  ids: Ids;
  clock: Clock;
  /** One writer per destination. */
  queue: KeyedQueue;
  /** Under which key a destination is queued: its filesystem where it can be told. */
  queueKey(config: LocalDestination, answers: FilesystemAnswers): Promise<string>;
  /** For one job: throws RunStop when a real path lies outside what it may touch. */
  allowedFor(job: JobRow): (realPath: string) => void;
  /** This process, as written into the lease of what it works on. */
  leaseOwner: string;
  maxRunsPerJob(): number;
  /** Called when the last active run has ended. */
  onIdle(): void;
}

interface Live {
  phase: RunRow['phase'];
  controller: AbortController;
  progress: () => Progress;
  settled: Promise<void>;
}

const confirmDays = 7;
const dayMs = 86_400_000;

export interface RunsService {
  /** Starts a run; 409 when the job has one already. */
  start(
    jobId: number,
    request: { trigger: RunRow['trigger']; scheduleId?: number; body?: RunBody },
  ): { run_id: number };
  /** Asks the active run of a job to stop; 409 when there is none. */
  cancel(jobId: number): void;
  get(id: number): RunView;
  list(jobId: number, limit: number, offset: number): RunView[];
  errors(id: number, limit: number, offset: number): RunErrorView[];
  logLines(id: number, level: LogLevel | undefined, limit: number, offset: number): LogLineView[];
  /** Settles what a dead process left; before anything is started. */
  settleDead(): void;
  /** Resolves when no run is active. */
  idle(): Promise<void>;
  /** Ends all runs as `interrupted` and waits for their children. */
  stop(): Promise<void>;
}

const isActive = (row: RunRow): boolean => row.status === 'pending' || row.status === 'running';

/** Marks the abort of a shutdown, which is not the user's cancel. */
const shutdown = Symbol('shutdown');

export function createRunsService(deps: RunsDeps): RunsService {
  const { runs, jobs, logs, clock, ids } = deps;
  const live = new Map<number, Live>();

  const view = (row: RunRow): RunView => {
    const now = isActive(row) ? live.get(row.id)?.progress() : undefined;
    return {
      id: row.id,
      job_id: row.jobId,
      job_name: row.jobName,
      status: row.status,
      trigger: row.trigger,
      schedule_id: row.scheduleId,
      started_at: toIsoOrNull(row.startedAt),
      completed_at: toIsoOrNull(row.completedAt),
      files_transferred: now?.files ?? row.filesTransferred,
      bytes_transferred: now?.bytes ?? row.bytesTransferred,
      files_deleted: row.filesDeleted,
      error_message: row.errorMessage,
      uuid: row.uuid,
      reason: row.reason,
      phase: (isActive(row) ? live.get(row.id)?.phase : null) ?? row.phase,
      progress: now ?? (row.progress as Progress | null),
      files_total: row.filesTotal,
      bytes_total: row.bytesTotal,
      warning_count: row.warningCount,
      error_count: row.errorCount,
      dry_run: row.dryRun,
      confirm: row.confirmUsedAt === null ? row.confirm : null,
    };
  };
  const existing = (id: number): RunRow => {
    const row = runs.get(id);
    if (!row) throw notFound('Run');
    return row;
  };

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
    controller: AbortController,
  ): Promise<void> => {
    const progress = createProgress(
      clock,
      (now) => void runs.patch(run.id, { progress: { ...now }, heartbeatAt: clock.now() }),
    );
    const entry = live.get(run.id);
    if (entry) entry.progress = progress.read;
    const recorder = createRecorder({
      run,
      verbosity: run.syncOptions.verbosity,
      acknowledged: new Set(run.syncOptions.acknowledged_paths),
      logs,
      runs,
      clock,
      onLost: (error) => deps.log.error('Log lines of a run were lost', { run: run.id, error }),
    });
    // Only in memory: each write to the database waits for a disk that the copy keeps busy, and after a crash the run
    // has no phase any more.
    const phase = (name: NonNullable<RunRow['phase']>) => {
      if (entry) entry.phase = name;
    };
    let outcome: Outcome | null = null;
    let stopped: unknown = null;
    try {
      if (job.destinationType !== 'local')
        throw new RunStop(
          'destination_unsupported',
          `Destinations of type ${job.destinationType} cannot be run by this version yet.`,
        );
      const answers: FilesystemAnswers = new Map();
      const key = await deps.queueKey(job.destinationConfig as LocalDestination, answers);
      outcome = await deps.queue.run(
        key,
        controller.signal,
        () => phase('waiting'),
        () => {
          runs.patch(run.id, { status: 'running', startedAt: clock.now(), leaseOwner: deps.leaseOwner });
          const allowed = deps.allowedFor(job);
          return executeLocalRun(
            { run, job, overruled, controller, answers, recorder, progress, phase },
            { ...deps, allowed },
          );
        },
      );
    } catch (error) {
      stopped = error;
    }
    await finish(run, finalState({ run, overruled, outcome, stopped, signal: controller.signal, recorder }), recorder);
  };

  const finalState = (end: {
    run: RunRow;
    overruled: ReadonlySet<string>;
    outcome: Outcome | null;
    stopped: unknown;
    signal: AbortSignal;
    recorder: Recorder;
  }): Partial<RunRow> & { status: RunRow['status'] } => {
    const { outcome, recorder } = end;
    const counts = {
      ...(outcome && {
        filesTransferred: outcome.filesTransferred,
        bytesTransferred: outcome.bytesTransferred,
        filesDeleted: outcome.filesDeleted,
        filesTotal: outcome.filesTotal,
        bytesTotal: outcome.bytesTotal,
      }),
      warningCount: recorder.counts.warnings,
      errorCount: recorder.counts.errors,
    };
    const failed = (reason: NonNullable<RunRow['reason']>, message: string) => ({
      ...counts,
      status: 'failed' as const,
      reason,
      errorMessage: message,
    });
    const stop = end.stopped instanceof RunStop ? end.stopped : end.signal.reason;
    if (stop instanceof RunStop) {
      const confirm =
        overrulable.has(stop.reason) && stop.finding
          ? { confirm: ids.token(18), findings: [...end.overruled, stop.finding] }
          : {};
      return { ...failed(stop.reason, stop.message), ...confirm };
    }
    if (end.signal.reason === shutdown)
      return failed('interrupted', 'The run was interrupted: Dynamight was shut down.');
    if (end.signal.aborted) return { ...counts, status: 'cancelled', errorMessage: 'Cancelled' };
    if (end.stopped instanceof ToolMissingError) return failed('tool_missing', end.stopped.message);
    if (isDiskFull(end.stopped))
      return failed('no_space', 'The destination is full. Free some space there and run again.');
    if (end.stopped) {
      deps.log.error('A run failed unexpectedly', { run: end.run.id, error: end.stopped });
      return failed('internal', `The run failed unexpectedly: ${(end.stopped as Error).message}`);
    }
    if (outcome?.failure) return failed(outcome.failure.reason, outcome.failure.message);
    if (counts.errorCount > 0) {
      const first = recorder.firstError();
      const files = counts.errorCount === 1 ? '1 file or folder' : `${counts.errorCount} files or folders`;
      return failed('partial', `${files} could not be copied, first ${first?.name}: ${first?.message}`);
    }
    return { ...counts, status: 'completed' };
  };

  const finish = async (run: RunRow, end: ReturnType<typeof finalState>, recorder: Recorder): Promise<void> => {
    const { status, errorMessage, filesTransferred = 0, bytesTransferred = 0, filesDeleted = 0 } = end;
    if (status === 'completed')
      recorder.say(
        `${run.dryRun ? 'Dry run: would have copied' : 'Completed:'} ${filesTransferred} files (${bytesTransferred} bytes), ${filesDeleted} deleted`,
      );
    else recorder.fail(status === 'cancelled' ? 'Cancelled' : (errorMessage ?? 'Failed'));
    recorder.close();
    const final = { ...end, phase: null, completedAt: clock.now(), leaseOwner: null, progress: null };
    for (let attempt = 1; ; attempt++) {
      try {
        runs.patch(run.id, { ...final, startedAt: runs.get(run.id)?.startedAt ?? clock.now() });
        break;
      } catch (error) {
        // A full disk under the database: the next start settles this run if space does not come back.
        deps.log.error('The end of a run could not be saved', { run: run.id, attempt, error });
        if (attempt === 5) break;
        await Bun.sleep(1000);
      }
    }
    logs.remove(runs.prune(run.jobId, deps.maxRunsPerJob()));
  };

  return {
    start(jobId, { trigger, scheduleId, body }) {
      const job = jobs.get(jobId);
      if (!job) throw notFound('Job');
      const options = completeOptions(body?.sync_options, job.syncOptions);
      if (runs.activeOf(jobId)) throw conflict('This job is already running');
      const overruled = takeConfirm(jobId, body?.confirm);
      const run = runs.start({
        uuid: ids.uuid(),
        jobId,
        jobName: job.name,
        trigger,
        scheduleId: scheduleId ?? null,
        dryRun: options.dry_run,
        syncOptions: options,
        createdAt: clock.now(),
      });
      if (!run) throw conflict('This job is already running');
      const controller = new AbortController();
      const idleProgress: Progress = {
        files: 0,
        bytes: 0,
        files_total: null,
        bytes_total: null,
        rate_bytes_per_second: null,
        eta_seconds: null,
      };
      const entry: Live = { phase: null, controller, progress: () => idleProgress, settled: Promise.resolve() };
      live.set(run.id, entry);
      entry.settled = work(run, job, overruled, controller)
        .catch((error) => deps.log.error('A run could not be finished', { run: run.id, error }))
        .finally(() => {
          live.delete(run.id);
          if (live.size === 0) deps.onIdle();
        });
      return { run_id: run.id };
    },
    cancel(jobId) {
      if (!runs.jobExists(jobId)) throw notFound('Job');
      const run = runs.activeOf(jobId);
      if (!run) throw conflict('This job is not running');
      runs.patch(run.id, { cancelRequestedAt: run.cancelRequestedAt ?? clock.now() });
      live.get(run.id)?.controller.abort(new AppError('conflict', 'Cancelled'));
    },
    get: (id) => view(existing(id)),
    list(jobId, limit, offset) {
      if (!runs.jobExists(jobId)) throw notFound('Job');
      return runs.list(jobId, limit, offset).map(view);
    },
    errors: (id, limit, offset) =>
      runs.errors(existing(id).id, limit, offset).map((row) => ({
        landing: row.landing,
        path: displayName(row.path),
        level: row.level,
        message: row.message,
      })),
    logLines(id, level, limit, offset) {
      const run = existing(id);
      return logs.list(run.uuid, level, limit, offset).map((row) => ({
        id: row.id,
        run_id: run.id,
        timestamp: toIso(row.timestamp),
        level: row.level,
        message: row.message,
      }));
    },
    settleDead() {
      for (const run of runs.active()) {
        if (live.has(run.id)) continue;
        runs.patch(run.id, {
          status: 'failed',
          reason: 'interrupted',
          errorMessage: 'The run was interrupted: Dynamight or the machine stopped. The next run finishes the work.',
          phase: null,
          progress: null,
          leaseOwner: null,
          completedAt: clock.now(),
        });
        logs.append(run.uuid, [{ timestamp: clock.now(), level: 'error', message: 'Interrupted' }]);
      }
      sweepWrittenLists(deps.dataDir);
      logs.sweep(runs.uuids());
    },
    async idle() {
      while (live.size > 0) await Promise.all([...live.values()].map((one) => one.settled));
    },
    async stop() {
      for (const one of live.values()) one.controller.abort(shutdown);
      await this.idle();
    },
  };
}
