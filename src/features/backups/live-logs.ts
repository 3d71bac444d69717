import { toIso } from '../../core/clock.ts';
import type { Events } from '../../core/events.ts';
import { type Connection, closeCode, type Listener } from '../../realtime/connection.ts';
import type { BackupsEvents } from './events.ts';
import type { LogStore } from './logs.store.ts';
import type { RunRecords } from './run-records.service.ts';
import { isActive } from './run-view.ts';
import type { RunView } from './schema.ts';

export interface LiveLogsDeps {
  logs: Pick<LogStore, 'after' | 'idOf'>;
  records: Pick<RunRecords, 'get'>;
  events: Events<BackupsEvents>;
  /** Something went wrong while lines were read: the followers of that run are closed. */
  onError(error: unknown): void;
}

/** What one socket can have waiting at most, and what one reading of the database brings. */
const pageLines = 250;
const pageBytes = 64 * 1024;
/** After so many lines told, everything else that waits in this process gets its turn. */
const linesPerTurn = 4000;

/** Lines as messages, ready to send. */
interface Page {
  messages: string[];
  /** Id of the last line; null for an empty page. */
  last: number | null;
  /** More lines may follow at once, and none will ever come between: it may be kept. */
  full: boolean;
}

/** One run that somebody follows. */
interface Watch {
  run: Pick<RunView, 'id' | 'uuid'>;
  followers: Set<Follower>;
  /** The one `status` message; null while the run is active. */
  end: string | null;
  /** Just read, by the id of the line before: sockets in lock step share them. */
  pages: Map<number | null, Page>;
}
interface Follower {
  connection: Connection;
  /** It takes many lines as one message. */
  batched: boolean;
  /** Id of the last line it was sent. */
  last: number | null;
}

/**
 * The log of a run as it is written: `log` messages from the first line on, then one `status`, then close 1000.
 *
 * A socket pulls: it keeps the id of its last line and reads on whenever there is news and everything sent before was
 * taken. So nothing is lost or repeated, whenever it came and however slowly it reads, and at most one page waits in
 * memory. A run that is removed meanwhile closes with 4404.
 */
export function createLiveLogs({ logs, records, events, onError }: LiveLogsDeps) {
  const watches = new Map<number, Watch>();
  /** Followers that may have something to read, in turn. */
  const ready = new Map<Follower, Watch>();
  let turn: ReturnType<typeof setImmediate> | null = null;

  const pageAfter = (watch: Watch, last: number | null): Page => {
    const known = watch.pages.get(last);
    if (known) return known;
    const lines = logs.after(watch.run.uuid, last, pageLines);
    const page: Page = { messages: [], last: null, full: lines.length === pageLines };
    let bytes = 0;
    for (const { id, timestamp, level, message } of lines) {
      if (bytes >= pageBytes) {
        page.full = true;
        break;
      }
      const text = JSON.stringify({ type: 'log', run_id: watch.run.id, timestamp: toIso(timestamp), level, message });
      bytes += Buffer.byteLength(text);
      page.messages.push(text);
      page.last = id;
    }
    watch.pages.set(last, page);
    return page;
  };

  const leave = (watch: Watch, follower: Follower) => {
    ready.delete(follower);
    watch.followers.delete(follower);
    if (watch.followers.size === 0 && watches.get(watch.run.id) === watch) watches.delete(watch.run.id);
  };
  const dismiss = (watch: Watch, code: typeof closeCode.gone | typeof closeCode.internal, reason: string) => {
    watches.delete(watch.run.id);
    for (const follower of watch.followers) {
      leave(watch, follower);
      follower.connection.close(code, reason);
    }
  };

  /** Tells one page; answers how many lines. */
  const step = (watch: Watch, follower: Follower): number => {
    const { connection, batched } = follower;
    if (!connection.drained) return 0; // `drained` brings it back
    const { messages, last } = pageAfter(watch, follower.last);
    if (last !== null) {
      if (batched) connection.send(`[${messages.join()}]`);
      else
        connection.batch(() => {
          for (const message of messages) connection.send(message);
        });
      follower.last = last;
      ready.set(follower, watch);
    } else if (watch.end !== null) {
      connection.send(watch.end);
      leave(watch, follower);
      connection.close(closeCode.done, 'The run has ended');
    }
    return messages.length + 1;
  };
  const takeTurn = () => {
    turn = null;
    let told = 0;
    for (const [follower, watch] of ready) {
      ready.delete(follower);
      try {
        told += step(watch, follower);
      } catch (error) {
        onError(error);
        dismiss(watch, closeCode.internal, 'The log cannot be read');
      }
      if (told >= linesPerTurn) break;
    }
    if (ready.size > 0) schedule();
    else for (const watch of watches.values()) watch.pages.clear();
  };
  const schedule = () => {
    turn ??= setImmediate(takeTurn);
  };
  const wake = (watch: Watch) => {
    for (const [last, page] of watch.pages) if (!page.full) watch.pages.delete(last);
    for (const follower of watch.followers) ready.set(follower, watch);
    schedule();
  };

  const endOf = (run: RunView): string | null =>
    isActive(run)
      ? null
      : JSON.stringify({
          type: 'status',
          run_id: run.id,
          status: run.status,
          files_transferred: run.files_transferred,
          bytes_transferred: run.bytes_transferred,
        });

  events.on('run.lines', ({ runId }) => {
    const watch = watches.get(runId);
    if (watch) wake(watch);
  });
  events.on('run.ended', ({ runId }) => {
    const watch = watches.get(runId);
    if (!watch) return;
    watch.end = endOf(records.get(runId));
    wake(watch);
  });
  events.on('runs.removed', ({ runIds }) => {
    for (const id of runIds) {
      const watch = watches.get(id);
      if (watch) dismiss(watch, closeCode.gone, 'The run was removed');
    }
  });

  const watchOf = (runId: number): Watch => {
    const known = watches.get(runId);
    if (known) return known;
    const run = records.get(runId);
    const watch: Watch = {
      run: { id: run.id, uuid: run.uuid },
      followers: new Set(),
      end: endOf(run),
      pages: new Map(),
    };
    watches.set(runId, watch);
    return watch;
  };

  /**
   * What to do on a socket that follows a run. `after` lines from the first are left out; `batched`: lines come as JSON
   * arrays of messages. Throws `not_found`.
   */
  return (runId: number, { after = 0, batched = false } = {}): ((connection: Connection) => Listener) => {
    records.get(runId);
    return (connection) => {
      const watch = watchOf(runId);
      const last = after > 0 ? logs.idOf(watch.run.uuid, after) : null;
      const follower: Follower = { connection, batched, last };
      watch.followers.add(follower);
      const look = () => {
        if (!watch.followers.has(follower)) return;
        ready.set(follower, watch);
        schedule();
      };
      look();
      return { drained: look, closed: () => leave(watch, follower) };
    };
  };
}

export type LiveLogs = ReturnType<typeof createLiveLogs>;
