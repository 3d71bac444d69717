import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../core/errors.ts';
import { socketPath } from '../lib/socket-path.ts';
import { asOwner } from './caller.ts';
import { socketHandlers, takenBy, type Upgrader } from './upgrade.ts';

/** The socket is answered without a login, so nobody else may open it from the moment it exists. */
const socketMode = 0o600;
const graceMs = 1000;

interface ListenOptions {
  hostname: string;
  port: number;
  reusePort: boolean;
  development: boolean;
  idleTimeout: number;
  maxRequestBodySize: number;
  websocket: typeof socketHandlers;
}

const common = {
  /** Bun's error page would show stacks and our source. */
  development: false,
  /**
   * The listener's own refusal would carry neither an envelope nor the security headers. The guard refuses by length
   * and reads with a bound; what nobody reads is dropped as it comes (measured: 300 MB leave no trace in memory).
   */
  maxRequestBodySize: Number.MAX_SAFE_INTEGER,
  websocket: socketHandlers,
};

/** Anything that answers requests: the whole app, or the recovery app. */
export interface Handler extends Fetches {
  listen(options: ListenOptions): unknown;
  readonly server: { port?: number; stop(now?: boolean): Promise<void> } | null;
}

export interface Fetches {
  fetch(request: Request): Response | Promise<Response>;
}

export interface Listening {
  /** Port really bound (for port 0). */
  port: number;
  close(): Promise<void>;
}

/**
 * Opens the TCP door; `::` answers IPv4 as well, and stands for `0.0.0.0` where the machine has no IPv6. Throws with
 * `code` EADDRINUSE, EACCES or EADDRNOTAVAIL. A connection that says nothing for a minute is closed; one that does
 * not finish its request head is closed by the listener after some ten seconds.
 */
export function listen(app: Handler, host: string, port: number): Listening {
  const open = (hostname: string) =>
    // With reusePort (Elysia's default) a second server on the port would silently take every other connection.
    app.listen({ ...common, hostname, port, reusePort: false, idleTimeout: 60 });
  try {
    open(host);
  } catch (error) {
    if (host !== '::' || ['EADDRINUSE', 'EACCES'].includes(errnoOf(error) ?? '')) throw error;
    open('0.0.0.0');
  }
  const server = app.server;
  if (!server) throw new Error(`Could not listen on ${host} port ${port}`);
  return {
    port: server.port ?? port,
    close: () => stopServer(server),
  };
}

/** Takes no new connection, lets answers under way finish for a moment, then cuts what is left (sockets, slow readers). */
async function stopServer(server: { stop(now?: boolean): Promise<void> }): Promise<void> {
  await Promise.race([server.stop(), Bun.sleep(graceMs)]);
  await server.stop(true);
}

/** Opens the owner's door: whoever can open this socket (0600) owns the data folder and needs no login. */
export function listenOnSocket(app: Fetches, dir: string, file: string): Listening {
  const { path, release } = socketPath(dir, file);
  rmSync(join(dir, file), { force: true }); // a stale one: we hold the folder's lock
  const options = {
    ...common,
    unix: path,
    idleTimeout: 0, // only the owner is here, and commands wait for slow answers (a key made, a drive mounted)
    fetch: (request: Request, server: Upgrader) => app.fetch(takenBy(asOwner(request), server)),
  };
  const umask = process.umask(0o777 & ~socketMode);
  let server: Bun.Server<undefined>;
  try {
    // Bun's types know no idle timeout for sockets; its listener has one all the same (10 s by default).
    server = Bun.serve(options as unknown as Bun.Serve.Options<undefined>);
  } catch (error) {
    release();
    throw error;
  } finally {
    process.umask(umask);
  }
  chmodSync(join(dir, file), socketMode);
  return {
    port: 0,
    async close() {
      await stopServer(server);
      rmSync(join(dir, file), { force: true });
      release();
    },
  };
}
