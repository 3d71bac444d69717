import { AppError } from '../core/errors.ts';

/** What happens on one WebSocket. Handed over with the upgrade; the listener calls it with Bun's own socket. */
export interface SocketEvents {
  open(socket: Bun.ServerWebSocket<SocketEvents>): void;
  message(socket: Bun.ServerWebSocket<SocketEvents>, message: string | Buffer): void;
  /** Something that had to wait was taken by the other end. */
  drain(socket: Bun.ServerWebSocket<SocketEvents>): void;
  close(socket: Bun.ServerWebSocket<SocketEvents>, code: number, reason: string): void;
}

/**
 * For every listener: each socket's own events, and limits. What comes in is small; what goes out is held back by its
 * sender long before the limit here, which only a mistake of ours can reach. Not compressed: a compressor is 300 KiB
 * a socket, and a bomb to unpack. A peer that answers no ping for two minutes is gone.
 */
export const socketHandlers = {
  open: (socket: Bun.ServerWebSocket<SocketEvents>) => socket.data.open(socket),
  message: (socket: Bun.ServerWebSocket<SocketEvents>, message: string | Buffer) =>
    socket.data.message(socket, message),
  drain: (socket: Bun.ServerWebSocket<SocketEvents>) => socket.data.drain(socket),
  close: (socket: Bun.ServerWebSocket<SocketEvents>, code: number, reason: string) =>
    socket.data.close(socket, code, reason),
  maxPayloadLength: 64 * 1024,
  backpressureLimit: 4 * 1024 * 1024,
  closeOnBackpressureLimit: true,
  idleTimeout: 120,
  sendPings: true,
  perMessageDeflate: false,
};

/** The part of a listener that turns a request into a socket. */
export interface Upgrader {
  upgrade(request: Request, options: { data: SocketEvents }): boolean;
}

const servers = new WeakMap<Request, Upgrader>();

/** Remembers which listener took a request: only that one can upgrade it. The first to say so counts. */
export function takenBy(request: Request, server: unknown): Request {
  if (!servers.has(request)) servers.set(request, server as Upgrader);
  return request;
}

export const asksForSocket = ({ method, headers }: Request): boolean =>
  method === 'GET' && headers.get('upgrade')?.toLowerCase() === 'websocket';

/**
 * Makes a WebSocket of a request whose caller and address were found good; the route answers nothing more. Throws
 * `upgrade_required` for a request that asks for none (`events` is asked for only then).
 */
export function upgrade(request: Request, events: () => SocketEvents): void {
  const server = asksForSocket(request) ? servers.get(request) : undefined;
  if (!server?.upgrade(request, { data: events() }))
    throw new AppError('upgrade_required', 'This is a WebSocket. Ask for it with a WebSocket client.');
}
