export interface SocketDeps {
  url(): string;
  /** The socket is open; what must be said first is said here. */
  onOpen(): void;
  onText(text: string): void;
  /** It was closed, or could not be opened; another try is planned. */
  onDown(code: number): void;
  /** Calls back whenever another try is worth while at once (tab seen again, network back); returns how to stop. */
  onWake(again: () => void): () => void;
  /** 0 to 1; spreads the tabs of a house over time after a restart of the box. */
  random(): number;
}

export interface Socket {
  send(message: unknown): void;
  /** For good. */
  close(): void;
}

const firstWaitMs = 400;
const longestWaitMs = 15_000;
/** So long it must have lived for the next failure to count as the first again. */
const healthyMs = 5000;

/** Milliseconds until try number `failures` + 1: doubling up to 15 s, of which a random half. */
export function waitMs(failures: number, random: number): number {
  const full = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures, 10));
  return full * (0.5 + random / 2);
}

/** One WebSocket that comes back by itself until it is closed. */
export function openSocket(deps: SocketDeps): Socket {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let over = false;

  const connect = () => {
    clearTimeout(timer);
    timer = undefined;
    const mine = new WebSocket(deps.url());
    let openedAt = Number.POSITIVE_INFINITY;
    socket = mine;
    mine.addEventListener('open', () => {
      openedAt = performance.now();
      if (socket === mine) deps.onOpen();
    });
    mine.addEventListener('message', ({ data }) => {
      if (socket === mine && typeof data === 'string') deps.onText(data);
    });
    mine.addEventListener('close', ({ code }) => {
      if (socket !== mine) return;
      socket = null;
      failures = performance.now() - openedAt > healthyMs ? 0 : failures + 1;
      timer = setTimeout(connect, waitMs(failures, deps.random()));
      deps.onDown(code);
    });
  };

  const stopWaking = deps.onWake(() => {
    if (over || socket) return;
    failures = 0;
    connect();
  });
  connect();

  return {
    send(message) {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    close() {
      over = true;
      clearTimeout(timer);
      stopWaking();
      const mine = socket;
      socket = null;
      mine?.close(1000);
    },
  };
}

/** The tab is looked at again, or the network is back. */
export function onPageWake(again: () => void): () => void {
  const seen = () => !document.hidden && again();
  document.addEventListener('visibilitychange', seen);
  addEventListener('online', again);
  return () => {
    document.removeEventListener('visibilitychange', seen);
    removeEventListener('online', again);
  };
}

/** `ws://` or `wss://` on our own origin. */
export const socketUrl = (path: string): string => `${location.origin.replace(/^http/, 'ws')}${path}`;
