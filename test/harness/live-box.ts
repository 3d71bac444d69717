import { afterAll } from 'bun:test';
import { join } from 'node:path';
import { listen, listenOnSocket } from '../../src/http/server.ts';
import { type BackupLab, backupLab } from './backup.ts';
import { beginRun, type RunOfTest } from './seed-run.ts';
import { openSocket, type SocketOfTest } from './sockets.ts';

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
export const seedRun = ({ app }: BackupLab, jobId: number): RunOfTest =>
  beginRun({ data: app.data, now: app.clock.now, events: app.app.backups.events }, jobId);

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
