import { readPiece } from '../../content.ts';
import type { Content } from '../../driver.ts';
import type { Channel, Handle } from './channel.ts';

/** Read from the content at a time. */
const pieceBytes = 512 * 1024;
/** Of a file that is sent beside many others this much is on its way all the same. */
const leastInFlightBytes = 256 * 1024;
/** Sent and not yet acknowledged, at most: about what the window of an SSH channel lets through. */
const mostInFlightBytes = 2 * 1024 * 1024;
/** The same of all files together: it waits in our memory, and the last for the first. */
const allInFlightBytes = 8 * 1024 * 1024;

/**
 * Sends a content from `start` on to an open file, many writes at a time. Resolves when the last one was sent, with the
 * promise that all were acknowledged, so that what follows can be sent behind them without waiting.
 */
export async function send(
  channel: Channel,
  handle: Handle,
  content: Content,
  start: number,
  signal: AbortSignal,
  /** Called with the end of what the server has acknowledged without a gap. */
  onArrived: (end: number) => void,
  /** Files that are sent just now, this one among them. */
  sideBySide: () => number,
): Promise<{ arrived: Promise<void> }> {
  const waiting: { end: number; done: boolean }[] = [];
  let inFlight = 0;
  let failure: { error: unknown } | null = null;
  /** Called after every answer. */
  let wake: () => void = () => {};

  async function sendOne(bytes: Uint8Array<ArrayBuffer>, position: number): Promise<void> {
    const mine = { end: position + bytes.byteLength, done: false };
    waiting.push(mine);
    inFlight += bytes.byteLength;
    try {
      await channel.write(handle, bytes, position);
      mine.done = true;
      let end = -1;
      while (waiting[0]?.done) end = waiting.shift()?.end ?? end;
      if (end >= 0 && failure === null) onArrived(end);
    } catch (error) {
      failure ??= { error };
    }
    inFlight -= bytes.byteLength;
    wake();
  }
  const mayFly = () =>
    Math.max(leastInFlightBytes, Math.min(mostInFlightBytes, allInFlightBytes / Math.max(1, sideBySide())));
  const nextAnswer = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  const check = () => {
    if (failure !== null) throw failure.error;
  };

  // Sending copies, so that one piece's memory serves all of them.
  const memory = content.size - start > pieceBytes ? Buffer.allocUnsafeSlow(pieceBytes) : undefined;
  for (let at = start; at < content.size; at += pieceBytes) {
    const piece = await readPiece(content, at, Math.min(pieceBytes, content.size - at), signal, memory);
    for (let offset = 0; offset < piece.byteLength; offset += channel.writeBytes) {
      while (inFlight >= mayFly() && failure === null) await nextAnswer();
      signal.throwIfAborted();
      check();
      void sendOne(piece.subarray(offset, offset + channel.writeBytes), at + offset);
    }
  }
  const allAnswered = async () => {
    while (inFlight > 0) await nextAnswer();
    check();
  };
  const arrived = allAnswered();
  arrived.catch(() => {}); // whoever waits for it hears of it
  return { arrived };
}
