import type { Clock } from '../core/clock.ts';

/** Why a socket was closed, as its other end sees it. */
export const closeCode = {
  /** Everything was said. */
  done: 1000,
  /** The server stops; ask again later. */
  shutdown: 1001,
  /** Binary where text is spoken. */
  unsupported: 1003,
  /** What came in makes no sense, or is too much. */
  policy: 1008,
  internal: 1011,
  /** The other end reads too slowly, or there are too many sockets. */
  tooSlow: 1013,
  /** The session it was opened with has ended. */
  sessionEnded: 4401,
  /** What was followed does not exist any more. */
  gone: 4404,
} as const;
export type CloseCode = (typeof closeCode)[keyof typeof closeCode];

/** Bytes that may wait for a slow reader before a sender should hold back what can be told later. */
const roomBytes = 64 * 1024;
/** More messages than this in such a time are no conversation. */
const messagesAllowed = 100;
const messageWindowMs = 10_000;

/** One open socket, as those see it who have something to say on it. */
export interface Connection {
  /**
   * Sends text (JSON). Never refuses and never waits: whoever sends much looks at `drained` or `roomy` first, which
   * is what bounds the memory of a socket. Does nothing once the socket is closed.
   */
  send(text: string): void;
  /** Everything sent within `work` leaves in as few packets as possible. */
  batch(work: () => void): void;
  /** The other end (or its network) has taken everything. `Listener.drained` tells when that becomes true again. */
  readonly drained: boolean;
  /** Only a little waits: news may still be added. */
  readonly roomy: boolean;
  /** Repeated calls do nothing; `Listener.closed` follows. */
  close(code: CloseCode, reason: string): void;
}

/** What somebody does on one connection. */
export interface Listener {
  /** A text message; sockets that only tell leave it out, and what comes in is dropped. */
  received?(text: string): void;
  /** Everything that had to wait was taken. */
  drained(): void;
  /** It is over; nothing is called afterwards. */
  closed(): void;
}

/** The part of Bun's ServerWebSocket that is used here. */
export interface Wire {
  /** Bytes written; -1: waits in memory, 0: dropped. */
  send(text: string): number;
  cork<T>(work: () => T): T;
  getBufferedAmount(): number;
  close(code?: number, reason?: string): void;
  terminate(): void;
}

/** A connection with what its wire tells it. */
export interface WiredConnection extends Connection {
  message(message: string | Buffer): void;
  drain(): void;
  closed(): void;
  /** Ends it at once when something still waits for its reader: nothing more may reach the other end. */
  cut(code: CloseCode, reason: string): void;
}

/**
 * Speaks on `wire` on behalf of what `serve` answers; `serve` may send at once. What a listener throws is told to
 * `onError` and ends the connection: its other end asks again.
 */
export function wireConnection(
  wire: Wire,
  { clock, onError }: { clock: Clock; onError(error: unknown): void },
  serve: (connection: Connection) => Listener,
): WiredConnection {
  let open = true;
  let listener: Listener | null = null;
  /** Messages that came in since `since`. */
  let received = 0;
  let since = clock.monotonic();

  const close = (code: CloseCode, reason: string) => {
    if (!open) return;
    open = false;
    wire.close(code, reason);
  };
  const attempt = (work: () => void) => {
    try {
      work();
    } catch (error) {
      onError(error);
      close(closeCode.internal, 'An unexpected error occurred');
    }
  };
  const isDrained = () => open && wire.getBufferedAmount() === 0;
  const tooMany = (): boolean => {
    const now = clock.monotonic();
    if (now - since >= messageWindowMs) [received, since] = [0, now];
    received += 1;
    return received > messagesAllowed;
  };

  const connection: WiredConnection = {
    send(text) {
      if (open && wire.send(text) === 0) close(closeCode.tooSlow, 'Too slow');
    },
    batch(work) {
      if (open) wire.cork(work);
    },
    get drained() {
      return isDrained();
    },
    get roomy() {
      return open && wire.getBufferedAmount() < roomBytes;
    },
    close,
    message(message) {
      if (!open) return;
      if (tooMany()) close(closeCode.policy, 'Too many messages');
      else if (typeof message !== 'string') close(closeCode.unsupported, 'Only text is spoken here');
      else attempt(() => listener?.received?.(message));
    },
    drain() {
      if (isDrained()) attempt(() => listener?.drained());
    },
    closed() {
      open = false;
      attempt(() => listener?.closed());
    },
    cut(code, reason) {
      if (open && !isDrained()) {
        open = false;
        wire.terminate();
      } else close(code, reason);
    },
  };
  attempt(() => {
    listener = serve(connection);
  });
  return connection;
}
