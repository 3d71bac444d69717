import type { Events } from '../../src/core/events.ts';
import type { DataFolder } from '../../src/db/data-folder.ts';
import type { BackupsEvents } from '../../src/features/backups/events.ts';
import { createLogStore, type LogLevel } from '../../src/features/backups/logs.store.ts';
import { defaultSyncOptions } from '../../src/features/backups/options.ts';
import { createRunStore, type RunErrorRow, type RunRow } from '../../src/features/backups/runs.store.ts';

/** A run of a job that somebody else writes than the program: lines, progress and end come when told. */
export interface RunOfTest {
  id: number;
  uuid: string;
  /** Writes lines as a run does, and tells. */
  say(...messages: string[]): void;
  warn(...messages: string[]): void;
  /** Files that could not be copied, or changed meanwhile. */
  fail(...files: Pick<RunErrorRow, 'path' | 'message' | 'level'>[]): void;
  move(progress: { files: number; bytes: number } & Partial<RunRow>): void;
  /** Saves how it ended, and tells. */
  end(
    status?: 'completed' | 'failed' | 'cancelled',
    numbers?: { files: number; bytes: number } & Partial<RunRow>,
  ): void;
}

export interface RunSeedDeps {
  data: Pick<DataFolder, 'main' | 'logs'>;
  now: () => number;
  /** Nobody is told without it: for a folder no server holds. */
  events?: Events<BackupsEvents>;
}

/** Begins a run; `more` are columns of its row. Needs no test runner. */
export function beginRun({ data, now, events }: RunSeedDeps, jobId: number, more: Partial<RunRow> = {}): RunOfTest {
  const runs = createRunStore(data.main);
  const logs = createLogStore(data.logs);
  const uuid = crypto.randomUUID();
  const run = runs.start({
    uuid,
    jobId,
    jobName: 'Backup',
    trigger: 'manual',
    scheduleId: null,
    retryOf: null,
    dryRun: false,
    syncOptions: defaultSyncOptions,
    createdAt: now(),
    ...more,
  });
  if (!run) throw new Error('The job has an active run already');
  runs.patch(run.id, { status: 'running', startedAt: now() });
  events?.emit('run.started', { runId: run.id, jobId });
  const write = (level: LogLevel, messages: readonly string[]) => {
    logs.append(
      uuid,
      messages.map((message) => ({ timestamp: now(), level, message })),
    );
    events?.emit('run.lines', { runId: run.id, runUuid: uuid });
  };
  return {
    id: run.id,
    uuid,
    say: (...messages) => write('info', messages),
    warn: (...messages) => write('warning', messages),
    fail: (...files) => runs.addErrors(files.map((file) => ({ ...file, runId: run.id, landing: 'src' }))),
    move({ files, bytes, ...columns }) {
      runs.patch(run.id, { filesTransferred: files, bytesTransferred: bytes, ...columns });
      events?.emit('run.progress', { runId: run.id, jobId });
    },
    end(status = 'completed', { files, bytes, ...columns } = { files: 0, bytes: 0 }) {
      runs.patch(run.id, {
        status,
        completedAt: now(),
        phase: null,
        filesTransferred: files,
        bytesTransferred: bytes,
        ...columns,
      });
      events?.emit('run.ended', { runId: run.id, jobId });
    },
  };
}
