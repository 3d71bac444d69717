import { chmodSync, closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { asOwner } from './caller.ts';
import type { Http } from './http.ts';

/** Larger than any JSON body we take, so that the guard, not the listener, words the refusal. */
const maxRequestBodySize = 16 * 1024 * 1024;
const maxSocketPath = 107;

/** Anything that answers requests: the whole app, or the recovery app. */
export type Handler = Pick<Http, 'fetch' | 'listen' | 'server'>;

export interface Listening {
  /** Port really bound (for port 0). */
  port: number;
  close(): Promise<void>;
}

/** Opens the TCP door. Throws when the address is taken. */
export function listen(app: Handler, host: string, port: number): Listening {
  app.listen({ hostname: host, port, maxRequestBodySize, idleTimeout: 60 });
  const server = app.server;
  if (!server) throw new Error(`Could not listen on ${host} port ${port}`);
  return {
    port: server.port ?? port,
    close: () => server.stop(true),
  };
}

/**
 * A path the kernel accepts for a UNIX socket (107 bytes) however deep the data folder lies: through a handle of the
 * folder where the real one is too long. `release` gives the handle back.
 */
export function socketPath(dir: string, file: string): { path: string; release(): void } {
  const path = join(dir, file);
  if (Buffer.byteLength(path) <= maxSocketPath) return { path, release() {} };
  const fd = openSync(dir, 'r');
  return { path: `/proc/self/fd/${fd}/${file}`, release: () => closeSync(fd) };
}

/** Opens the owner's door: whoever can open this socket (0600) owns the data folder and needs no login. */
export function listenOnSocket(app: Pick<Http, 'fetch'>, dir: string, file: string): Listening {
  const { path, release } = socketPath(dir, file);
  rmSync(join(dir, file), { force: true }); // a stale one: we hold the folder's lock
  const server = Bun.serve({
    unix: path,
    maxRequestBodySize,
    fetch: (request) => app.fetch(asOwner(request)),
  });
  chmodSync(join(dir, file), 0o600);
  return {
    port: 0,
    async close() {
      await server.stop(true);
      rmSync(join(dir, file), { force: true });
      release();
    },
  };
}
