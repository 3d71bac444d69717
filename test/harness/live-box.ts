import { afterAll } from 'bun:test';
import { join } from 'node:path';
import { createLogStore } from '../../src/features/backups/logs.store.ts';
import { defaultSyncOptions } from '../../src/features/backups/options.ts';
import { createRunStore } from '../../src/features/backups/runs.store.ts';
import { listen, listenOnSocket } from '../../src/http/server.ts';
import { type BackupLab, backupLab } from './backup.ts';
import { openSocket, type SocketOfTest } from './sockets.ts';

/** A run of a job that the test writes itself: lines, progress and end come when it says so. */
export interface RunOfTest {
  id: number;
  uuid: string;
  /** Writes lines as a run does, and tells. */
  say(...messages: string[]): void;
  move(progress: { files: number; bytes: number }): void;
  /** Saves how it ended, and tells. */
  end(status?: 'completed' | 'failed' | 'cancelled', numbers?: { files: number; bytes: number }): void;
}

export interface LiveBox extends BackupLab {
  /** `http://127.0.0.1:port` */
  url: string;
  /** A session's cookie, `token=…`; of the same session each time. */
  cookie(): Promise<string>;
  /** Signed in by cookie unless other headers are given. */
  open(path: string, headers?: Record<string, string>): Promise<SocketOfTest>;
  /** Through the owner's socket. */
  openAsOwner(path: string): SocketOfTest;
  begin(job: number): RunOfTest;
}

/** Begins a run that the test writes itself. */
export function seedRun({ app }: BackupLab, jobId: number): RunOfTest {
  const { data, clock } = app;
  const runs = createRunStore(data.main);
  const logs = createLogStore(data.logs);
  const uuid = crypto.randomUUID();
  const { events } = app.app.backups;
  const run = runs.start({
    uuid,
    jobId,
    jobName: 'Backup',
    trigger: 'manual',
    scheduleId: null,
    retryOf: null,
    dryRun: false,
    syncOptions: defaultSyncOptions,
    createdAt: clock.now(),
  });
  if (!run) throw new Error('The job has an active run already');
  runs.patch(run.id, { status: 'running', startedAt: clock.now() });
  events.emit('run.started', { runId: run.id, jobId });
  return {
    id: run.id,
    uuid,
    say(...messages) {
      logs.append(
        uuid,
        messages.map((message) => ({ timestamp: clock.now(), level: 'info', message })),
      );
      events.emit('run.lines', { runId: run.id, runUuid: uuid });
    },
    move(progress) {
      runs.patch(run.id, { filesTransferred: progress.files, bytesTransferred: progress.bytes });
      events.emit('run.progress', { runId: run.id, jobId });
    },
    end(status = 'completed', { files, bytes } = { files: 0, bytes: 0 }) {
      const completedAt = clock.now();
      runs.patch(run.id, { status, completedAt, filesTransferred: files, bytesTransferred: bytes });
      events.emit('run.ended', { runId: run.id, jobId });
    },
  };
}

/** A real application that listens on a port and on its socket, over a fresh data folder. Closed after the file's tests. */
export function liveBox(): LiveBox {
  const lab = backupLab();
  const { app, signIn, dir } = lab.app;
  const tcp = listen(app.http, '127.0.0.1', 0);
  const unix = listenOnSocket(app.http, dir, 'test.sock');
  // Before the application is closed, which was asked for first: hooks of a file run in the order they were made.
  const close = lab.app.close;
  lab.app.close = () => {};
  afterAll(async () => {
    app.connections.closeAll(1001, 'The test is over');
    await app.http.server?.stop(true);
    await Promise.all([tcp.close(), unix.close()]);
    await app.backups.stop();
    close();
  });
  const url = `http://127.0.0.1:${tcp.port}`;
  let signedIn: Promise<string> | null = null; // many sockets ask at once; set-up happens once
  const cookie = async () => `token=${await (signedIn ??= signIn())}`;
  return {
    ...lab,
    url,
    cookie,
    async open(path, headers) {
      const socket = openSocket(`${url.replace('http', 'ws')}${path}`, headers ?? { cookie: await cookie() });
      await socket.opened;
      return socket;
    },
    openAsOwner: (path) => openSocket(`ws+unix://${join(dir, 'test.sock')}:${path}`),
    begin: (job) => seedRun(lab, job),
  };
}
