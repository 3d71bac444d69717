import { type Clock, toIso } from '../../core/clock.ts';
import { conflict, notFound } from '../../core/errors.ts';
import type { Events } from '../../core/events.ts';
import type { Kernel } from '../../work/kernel.ts';
import { listedPath } from './deletion-list.ts';
import type { BackupsEvents } from './events.ts';
import type { JobStore } from './jobs.store.ts';
import { type LogQuery, searchLog } from './log-search.ts';
import type { LogSweeper } from './log-sweeper.ts';
import { type LogLevel, type LogStore, lineNumber, type StoredLine } from './logs.store.ts';
import { displayName } from './names.ts';
import { type RemovedRun, type RunRecordStore, removedAtOnce } from './run-records.store.ts';
import { isActive, viewRun } from './run-view.ts';
import type { RunFilter, RunPhase, RunRow, RunStore } from './runs.store.ts';
import type { DeletionView, LogLineView, LogSearchView, RunErrorView, RunView, StatisticsView } from './schema.ts';

export interface RunRecordsDeps {
  runs: RunStore;
  records: RunRecordStore;
  jobs: Pick<JobStore, 'lastRun'>;
  logs: LogStore;
  sweeper: Pick<LogSweeper, 'forget'>;
  clock: Clock;
  events: Events<BackupsEvents>;
  see: Kernel<RunPhase>['see'];
  /** Old runs could not be pruned (full disk …): they go at the end of the next run. */
  onError(error: unknown): void;
}

const statisticsKeptMs = 400 * 86_400_000;

/** What is written down of runs: reading it, and removing it. */
export function createRunRecords({ runs, records, jobs, logs, sweeper, clock, events, see, onError }: RunRecordsDeps) {
  let stopped = false;
  const existing = (id: number): RunRow => {
    const row = runs.get(id);
    if (!row) throw notFound('Run');
    return row;
  };
  const existingJob = (id: number): number => {
    if (!runs.jobExists(id)) throw notFound('Job');
    return id;
  };
  const view = (row: RunRow): RunView => viewRun(row, see(row.id));
  const viewLine = (runId: number, row: StoredLine): LogLineView => ({
    id: lineNumber(row.id),
    run_id: runId,
    timestamp: toIso(row.timestamp),
    level: row.level,
    message: row.message,
  });

  /** The runs' rows are gone: now their lines, and the news of it. */
  const follow = (removed: readonly RemovedRun[]): void => {
    if (removed.length === 0) return;
    sweeper.forget(removed.map((run) => run.uuid));
    events.emit('runs.removed', { runIds: removed.map((run) => run.id) });
    for (const [jobId, ofJob] of Map.groupBy(removed, (run) => run.jobId)) {
      const wasLast = Math.max(...ofJob.map((run) => run.id)) > (jobs.lastRun(jobId)?.id ?? 0);
      if (wasLast) events.emit('job.changed', { jobId });
    }
  };
  /** The first ones before anybody else gets a word in. */
  const removeAll = async (some: () => RemovedRun[]): Promise<number> => {
    for (let count = 0; ; ) {
      const removed = some();
      follow(removed);
      count += removed.length;
      if (removed.length < removedAtOnce) return count;
      await Bun.sleep(0);
      if (stopped) return count;
    }
  };

  return {
    get: (id: number): RunView => view(existing(id)),
    find(id: number): RunView | null {
      const row = runs.get(id);
      return row && view(row);
    },
    /** Active runs, and the last run of every job. */
    current: (): RunView[] => runs.current().map(view),
    list: (jobId: number, limit: number, offset: number): RunView[] =>
      runs.list(existingJob(jobId), limit, offset).map(view),
    /** Runs of all jobs. */
    listAll: (filter: RunFilter, limit: number, offset: number): RunView[] =>
      runs.listAll(filter, limit, offset).map(view),
    errors: (id: number, limit: number, offset: number): RunErrorView[] =>
      runs.errors(existing(id).id, limit, offset).map((row) => ({
        landing: row.landing,
        path: displayName(row.path),
        level: row.level,
        message: row.message,
      })),
    logLines(id: number, level: LogLevel | undefined, limit: number, offset: number): LogLineView[] {
      const run = existing(id);
      return logs.list(run.uuid, level, limit, offset).map((row) => viewLine(run.id, row));
    },
    searchLog(id: number, query: LogQuery): LogSearchView {
      const run = existing(id);
      const { lines, searched, total } = searchLog(logs, run.uuid, query);
      return { lines: lines.map((row) => viewLine(run.id, row)), searched, total, more: searched < total };
    },
    /** What the deletion guard asks about; empty for runs it did not stop. */
    deletions(id: number, limit: number, offset: number): DeletionView[] {
      const run = existing(id);
      // A run that ended otherwise may have left a list half removed.
      if (run.reason !== 'too_many_deletions') return [];
      return logs.deletions(run.uuid, limit, offset).map(listedPath);
    },
    statistics: (jobId: number, limit: number, offset: number): StatisticsView[] =>
      records.statistics(existingJob(jobId), limit, offset).map((row) => ({
        job_id: row.jobId,
        started_at: toIso(row.startedAt),
        status: row.status,
        reason: row.reason,
        dry_run: row.dryRun,
        files: row.files,
        bytes: row.bytes,
        seconds: row.seconds,
      })),

    /** Removes a finished run; 409 while it is active. */
    remove(id: number): void {
      if (isActive(existing(id))) throw conflict('This run is still active. Cancel it before you delete it.');
      follow(records.removeOne(id));
    },
    /** Removes a job's finished runs; how many. */
    async removeOfJob(jobId: number): Promise<number> {
      existingJob(jobId);
      return removeAll(() => records.removeOfJob(jobId));
    },
    /** Removes every finished run, and what is left of those removed before; how many runs. */
    async purge(): Promise<number> {
      const count = await removeAll(records.purge);
      records.removeAllStatistics();
      return count;
    },
    /** Removes finished runs of a job beyond the newest `keep`, but never the last completed one. */
    prune: (jobId: number, keep: number): void => void removeAll(() => records.prune(jobId, keep)).catch(onError),
    /** Removes statistics that are too old. */
    sweep: (): void => records.removeStatistics(clock.now() - statisticsKeptMs),
    /** Removes nothing more: the databases are about to be closed. */
    stop(): void {
      stopped = true;
    },
  };
}

export type RunRecords = ReturnType<typeof createRunRecords>;
