import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import {
  type CloseCode,
  type Connection,
  closeCode,
  type Listener,
  type Wire,
  type WiredConnection,
  wireConnection,
} from './connection.ts';

export interface ConnectionsDeps {
  /** Is this session still good? Asked for every open socket once a minute, and when a socket opens. */
  isOpen(sessionId: number): boolean;
  clock: Clock;
  log: Pick<Log, 'error'>;
  /** Open sockets of everybody together. */
  most?: number;
  checkEveryMs?: number;
}

/** What a listener calls for one socket: the `data` of its upgrade. */
export interface SocketCalls {
  open(wire: Wire): void;
  message(wire: Wire, message: string | Buffer): void;
  drain(wire: Wire): void;
  close(wire: Wire): void;
}

/** A page has one socket open, a script a few; the rest is room for many viewers of one run. */
const mostSockets = 1000;
const checkEveryMs = 60_000;

/** All open sockets: how many there may be, and when each must go. */
export interface Connections {
  /**
   * Calls for a socket that is about to open for a session (null: the box's owner, for whom nothing ends). Throws
   * `unavailable` when there are too many sockets or the server stops.
   */
  accept(sessionId: number | null, serve: (connection: Connection) => Listener): SocketCalls;
  /** Closes the sockets of these sessions at once. */
  endSessions(sessionIds: readonly number[]): void;
  /** Closes everything; further sockets are refused. */
  closeAll(code: CloseCode, reason: string): void;
  size(): number;
}

export function createConnections(deps: ConnectionsDeps): Connections {
  const { isOpen, most = mostSockets } = deps;
  const wiring = {
    clock: deps.clock,
    onError: (error: unknown) => deps.log.error('A live connection failed', { error }),
  };
  const open = new Map<WiredConnection, number | null>();
  let stopping = false;
  let timer: ReturnType<typeof setInterval> | null = null;

  const endSessions = (sessionIds: readonly number[]) => {
    for (const [connection, session] of open)
      if (session !== null && sessionIds.includes(session))
        connection.cut(closeCode.sessionEnded, 'The session has ended');
  };
  /** Time ends sessions without an event. */
  const check = () => {
    const sessions = new Set([...open.values()].filter((session) => session !== null));
    endSessions([...sessions].filter((session) => !isOpen(session)));
  };
  const add = (connection: WiredConnection, session: number | null) => {
    open.set(connection, session);
    timer ??= setInterval(check, deps.checkEveryMs ?? checkEveryMs);
  };
  const remove = (connection: WiredConnection) => {
    open.delete(connection);
    if (open.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };

  return {
    accept(sessionId, serve) {
      if (stopping) throw new AppError('unavailable', 'The server is about to stop');
      if (open.size >= most)
        throw new AppError('unavailable', `There are ${most} live connections already. Close some and try again.`, {
          retryAfterSeconds: 10,
        });
      let connection: WiredConnection | null = null;
      return {
        open(wire) {
          // Between the guard's look and now the session may have ended.
          if (sessionId !== null && !isOpen(sessionId))
            return wire.close(closeCode.sessionEnded, 'The session has ended');
          if (stopping) return wire.close(closeCode.shutdown, 'The server stops');
          connection = wireConnection(wire, wiring, serve);
          add(connection, sessionId);
        },
        message: (_, message) => connection?.message(message),
        drain: () => connection?.drain(),
        close() {
          if (!connection) return;
          remove(connection);
          connection.closed();
          connection = null;
        },
      };
    },
    endSessions,
    closeAll(code, reason) {
      stopping = true;
      for (const connection of open.keys()) connection.close(code, reason);
    },
    size: () => open.size,
  };
}
