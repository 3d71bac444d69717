import { connect } from 'node:net';

export interface WireAnswer {
  /** Everything that came back, as latin1. */
  text: string;
  /** Status of each answer, in order. */
  statuses: number[];
  /** The server closed the connection by itself. */
  closed: boolean;
}

/** A first answer may take its time on a busy machine; what belongs to it follows at once. */
const firstMs = 3000;
const quietMs = 40;

/** Sends bytes as they are (latin1), piece by piece, and collects what comes back until the line is quiet or closed. */
export function sendRaw(port: number, pieces: string | string[]): Promise<WireAnswer> {
  const { promise, resolve } = Promise.withResolvers<WireAnswer>();
  const socket = connect(port, '127.0.0.1');
  let text = '';
  let timer: Timer | undefined;
  const finish = (closed: boolean) => {
    clearTimeout(timer);
    socket.destroy();
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1]));
    resolve({ text, statuses, closed });
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => finish(false), text === '' ? firstMs : quietMs);
  };
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    wait();
  });
  socket.on('error', () => {}); // told by close
  socket.on('close', () => finish(true));
  const send = async () => {
    for (const piece of [pieces].flat()) {
      if (socket.destroyed) break;
      socket.write(piece, 'latin1');
      if (Array.isArray(pieces)) await Bun.sleep(5);
    }
    wait();
  };
  socket.on('connect', () => void send());
  return promise;
}
