import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createRequestFraming } from './http-framing.ts';

/** `up` is from the client to the server. */
export type Direction = 'up' | 'down';

/** Bytes count from the start of the connection, or of the request and of its answer for rules with `when`. */
export type Strike =
  /** The connection ends after so many bytes: for the client by a reset, or by an end as if all had been said. */
  | { cut: Direction; afterBytes: number; how?: 'reset' | 'end' }
  /** After so many bytes nothing moves any more, and nobody is told. */
  | { stall: Direction; afterBytes: number }
  | { bytesPerSecond: number }
  /** The server does what it was asked, and the client's connection is reset in place of the answer. HTTP only. */
  | { dropAnswer: true }
  /** Another answer. The server never hears of the request, unless `done`: then it did it. HTTP only. */
  | { status: number; headers?: Record<string, string>; body?: string; done?: boolean };

export interface ChaosRule {
  /** Fits `METHOD /path?query` of a request. Without it the rule strikes whole connections. */
  when?: RegExp;
  /** How many requests or connections are spared first; default 0. */
  after?: number;
  /** How many are struck; default 1. */
  times?: number;
  strike: Strike;
}

export interface ChaosProxy {
  readonly port: number;
  /** `METHOD /path?query` of every request, in order. */
  readonly requests: readonly string[];
  /** How often any rule struck. */
  readonly strikes: number;
  /** Bytes that went through since the start. */
  readonly bytes: Readonly<Record<Direction, number>>;
  /** Connections ever made. */
  readonly connections: number;
  /** Takes these rules in the place of all others. */
  setRules(...rules: ChaosRule[]): void;
  /** Resets every connection there is; while `refusing` new ones are reset at once. */
  reset(refusing?: boolean): void;
  stop(): Promise<void>;
}

interface State {
  rules: { rule: ChaosRule; spared: number; left: number }[];
  requests: string[];
  strikes: number;
  bytes: Record<Direction, number>;
  connections: number;
  refusing: boolean;
  links: Set<() => void>;
}

/**
 * A network that misbehaves by rule, between a client and a server on the loopback. Without rules it only passes bytes
 * on. `http` makes it look into plain HTTP/1.1: heads are passed on as they are, so that signatures hold.
 */
export async function startChaosProxy(
  target: { port: number; host?: string },
  { http = false }: { http?: boolean } = {},
): Promise<ChaosProxy> {
  const state: State = {
    rules: [],
    requests: [],
    strikes: 0,
    bytes: { up: 0, down: 0 },
    connections: 0,
    refusing: false,
    links: new Set(),
  };
  const server = createServer((client) => {
    state.connections += 1;
    if (state.refusing) client.resetAndDestroy();
    else link(client, connect(target.port, target.host ?? '127.0.0.1'), state, http);
  });
  const resetAll = () => {
    for (const end of state.links) end();
  };
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  return {
    port: (server.address() as AddressInfo).port,
    requests: state.requests,
    bytes: state.bytes,
    get strikes() {
      return state.strikes;
    },
    get connections() {
      return state.connections;
    },
    setRules(...rules) {
      state.rules = rules.map((rule) => ({ rule, spared: rule.after ?? 0, left: rule.times ?? 1 }));
    },
    reset(refusing = false) {
      state.refusing = refusing;
      resetAll();
    },
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      resetAll();
      await closed;
    },
  };
}

/** The strike for this request (or connection, when there is none), taken from its rule. */
function strikeFor(state: State, request: string | null): Strike | null {
  for (const one of state.rules) {
    const fits = request === null ? !one.rule.when : (one.rule.when?.test(request) ?? false);
    if (!fits || one.left === 0) continue;
    if (one.spared > 0) {
      one.spared -= 1;
      continue;
    }
    one.left -= 1;
    return one.rule.strike;
  }
  return null;
}

function link(client: Socket, server: Socket, state: State, http: boolean): void {
  let ended = false;
  let stalled = false;
  let strike = strikeFor(state, null);
  let counted: Record<Direction, number> = { up: 0, down: 0 };
  const split = createRequestFraming();
  /** The start of an answer, until its head is whole; null while none is awaited. */
  let answer: Buffer | null = null;
  let swallowing = false;

  const end = (how: 'reset' | 'end' = 'reset') => {
    if (ended) return;
    ended = true;
    state.links.delete(reset);
    if (how === 'reset') client.resetAndDestroy();
    else {
      client.end();
      state.links.add(() => client.destroy()); // a client may keep its half open, and `stop` would wait for it
    }
    server.destroySoon();
  };
  const reset = () => end();
  state.links.add(reset);

  const slow = (bytes: number) =>
    strike && 'bytesPerSecond' in strike ? Bun.sleep((bytes / strike.bytesPerSecond) * 1000) : null;

  /** Passes bytes on as far as the strike lets them. */
  async function pass(direction: Direction, bytes: Buffer): Promise<void> {
    const to = direction === 'up' ? server : client;
    let allowed = bytes;
    let after: (() => void) | null = null;
    if (strike && 'afterBytes' in strike) {
      const hit = strike;
      if (('cut' in hit ? hit.cut : hit.stall) === direction && counted[direction] + bytes.length >= hit.afterBytes) {
        allowed = bytes.subarray(0, hit.afterBytes - counted[direction]);
        after = () => {
          state.strikes += 1;
          if ('cut' in hit) end(hit.how);
          else stalled = true;
        };
      }
    }
    await slow(allowed.length);
    if (ended || stalled) return;
    counted[direction] += allowed.length;
    state.bytes[direction] += allowed.length;
    if (allowed.length > 0 && !to.write(allowed)) await drained(to);
    after?.();
  }

  function answerInstead(hit: Extract<Strike, { status: number }>): void {
    state.strikes += 1;
    const body = hit.body ?? '';
    const headers = { 'content-length': Buffer.byteLength(body), connection: 'close', ...hit.headers };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    client.write([`HTTP/1.1 ${hit.status} Struck`, ...lines, '', body].join('\r\n'));
    end('end');
  }

  async function fromClient(chunk: Buffer): Promise<void> {
    if (!http) return pass('up', chunk);
    for (const piece of split(chunk)) {
      if (piece.head !== null) {
        const request = piece.head.split(' ', 2).join(' ');
        state.requests.push(request);
        const special = strikeFor(state, request);
        if (special) {
          strike = special;
          counted = { up: 0, down: 0 };
        }
        answer = Buffer.alloc(0);
        swallowing = special !== null && 'status' in special && !special.done;
      }
      if (!swallowing) await pass('up', piece.bytes);
      else if (piece.last || (piece.head !== null && /\r\nexpect:/i.test(piece.head)))
        return answerInstead(strike as Extract<Strike, { status: number }>);
    }
  }

  async function fromServer(chunk: Buffer): Promise<void> {
    if (answer === null) return pass('down', chunk);
    answer = Buffer.concat([answer, chunk]);
    const headEnd = answer.indexOf('\r\n\r\n');
    if (headEnd === -1) return;
    const whole = answer;
    if (/^HTTP\/1\.1 1\d\d/.test(whole.toString('latin1', 0, 12))) {
      answer = Buffer.alloc(0);
      await pass('down', whole.subarray(0, headEnd + 4));
      const rest = whole.subarray(headEnd + 4);
      return rest.length > 0 ? fromServer(rest) : undefined;
    }
    answer = null;
    if (strike && 'dropAnswer' in strike) {
      state.strikes += 1;
      return end();
    }
    if (strike && 'status' in strike) return answerInstead(strike);
    await pass('down', whole);
  }

  const run = (from: Socket, handle: (chunk: Buffer) => Promise<void>) => {
    from.on('data', (chunk: Buffer) => {
      from.pause();
      void handle(chunk).then(() => {
        if (!stalled && !ended) from.resume();
      });
    });
    from.on('error', () => end());
  };
  run(client, fromClient);
  run(server, fromServer);
  client.on('end', () => !stalled && server.end());
  server.on('end', () => !stalled && client.end());
  client.on('close', () => end());
  server.on('close', () => !stalled && end('end'));
}

const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.once('drain', resolve);
    socket.once('close', () => resolve());
  });
