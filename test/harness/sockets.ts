import { connect, type Socket } from 'node:net';

export interface SocketOfTest {
  /** Every message so far, parsed. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into any shape
  messages: any[];
  /** The same, as they came. */
  texts: string[];
  send(message: unknown): void;
  /** Resolves with the first message `wanted` is true of, also one that came before. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into any shape
  hears(wanted: (message: any) => boolean): Promise<any>;
  close(): void;
  /** Resolves when it is open, or never will be. */
  opened: Promise<unknown>;
  /** How it ended; `opened` false: it never was a socket. */
  closed: Promise<{ code: number; reason: string; opened: boolean }>;
}

/** A real client at `url` (`ws://…`, `ws+unix://…`), with headers as only programs can send them. */
export function openSocket(url: string, headers: Record<string, string> = {}): SocketOfTest {
  const socket = new WebSocket(url, { headers } as unknown as string[]);
  const messages: unknown[] = [];
  const texts: string[] = [];
  const waiting = new Set<() => void>();
  let isOpen = false;
  const { promise: opened, resolve: ready } = Promise.withResolvers<void>();
  socket.addEventListener('open', () => {
    isOpen = true;
    ready();
  });
  socket.addEventListener('message', ({ data }) => {
    texts.push(String(data));
    messages.push(JSON.parse(String(data)));
    for (const wake of waiting) wake();
  });
  const { promise: closed, resolve } = Promise.withResolvers<Awaited<SocketOfTest['closed']>>();
  socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason, opened: isOpen }));
  return {
    messages,
    texts,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    hears(wanted) {
      return new Promise((found, reject) => {
        const wake = () => {
          const message = messages.find(wanted);
          if (message === undefined) return;
          waiting.delete(wake);
          found(message);
        };
        waiting.add(wake);
        wake();
        void closed.then(({ code }) => reject(new Error(`closed with ${code} after ${JSON.stringify(messages)}`)));
      });
    },
    close: () => socket.close(),
    opened: Promise.race([opened, closed]),
    closed,
  };
}

/** Status of the answer to a request for a socket, with its body: 101 when the socket opened (it is cut at once). */
export async function knock(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  const reader = await openRawSocket(url, headers);
  reader.socket.destroy();
  return { status: reader.status, text: reader.body };
}

/** A WebSocket by hand, whose reader can stop: what comes is only counted in frames of text. */
export interface RawSocket {
  status: number;
  /** What followed the head of a refusal. */
  body: string;
  socket: Socket;
  /** Complete text messages so far. */
  messages(): string[];
  /** Code of the close frame, once it came. */
  closeCode(): number | null;
  closed: Promise<void>;
}

const key = 'dGhlIHNhbXBsZSBub25jZQ==';

/** Paused from the first byte after the head on: `socket.resume()` reads. */
export function openRawSocket(url: string, headers: Record<string, string> = {}): Promise<RawSocket> {
  const { hostname, port, pathname, search, host } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<RawSocket>();
  const socket = connect(Number(port), hostname);
  const lines = Object.entries({ host, upgrade: 'websocket', connection: 'Upgrade', ...headers })
    .concat([
      ['sec-websocket-version', '13'],
      ['sec-websocket-key', key],
    ])
    .map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`);
  let rest: Buffer = Buffer.alloc(0);
  let code: number | null = null;
  const found: string[] = [];
  const readFrames = () => {
    for (;;) {
      const frame = frameAt(rest);
      if (!frame) return;
      rest = rest.subarray(frame.end);
      if (frame.opcode === 1) found.push(frame.payload.toString());
      if (frame.opcode === 8) code = frame.payload.readUInt16BE(0);
    }
  };
  const closed = new Promise<void>((done) => socket.on('close', () => done()));
  socket.on('error', reject);
  let head = '';
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    if (head !== '') return readFrames();
    const end = rest.indexOf('\r\n\r\n');
    if (end === -1) return;
    head = rest.subarray(0, end).toString('latin1');
    rest = rest.subarray(end + 4);
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (status === 101) socket.pause();
    const answer = () =>
      resolve({ status, body: rest.toString(), socket, messages: () => found, closeCode: () => code, closed });
    if (status === 101 || rest.length >= length) return answer();
    socket.on('data', () => {
      if (rest.length >= length) answer();
    });
  });
  socket.on('end', () => reject(new Error('ended without an answer')));
  return promise;
}

/** A server's frame (never masked, never in parts) at the beginning of `bytes`; null while it is not whole. */
function frameAt(bytes: Buffer): { opcode: number; payload: Buffer; end: number } | null {
  if (bytes.length < 2) return null;
  const short = (bytes[1] ?? 0) & 0x7f;
  const at = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < at) return null;
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  const end = at + length;
  return bytes.length < end ? null : { opcode: (bytes[0] ?? 0) & 0x0f, payload: bytes.subarray(at, end), end };
}
