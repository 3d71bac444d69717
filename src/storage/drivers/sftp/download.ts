import { StorageError } from '../../errors.ts';
import type { Channel, Handle } from './channel.ts';

/** Asked for and not yet taken by the reader, at most. */
const aheadBytes = 2 * 1024 * 1024;
/** One request; larger ones win nothing and hold up others on the channel. */
const pieceBytes = 128 * 1024;

/** Exactly so many bytes from there; null when the file ends before. Servers may answer less than they are asked for. */
export async function readExactly(
  channel: Channel,
  handle: Handle,
  position: number,
  length: number,
): Promise<Buffer<ArrayBuffer> | null> {
  const all = Buffer.allocUnsafeSlow(length);
  const step = Math.min(pieceBytes, channel.readBytes);
  const one = async (from: number): Promise<boolean> => {
    const to = Math.min(from + step, length);
    for (let at = from; at < to; ) {
      const count = await channel.read(handle, all.subarray(at, to), position + at);
      if (count === 0) return false;
      at += count;
    }
    return true;
  };
  const steps = Array.from({ length: Math.ceil(length / step) }, (_, index) => one(index * step));
  return (await Promise.all(steps)).every(Boolean) ? all : null;
}

/** The bytes of an open file from `start` to `end`, read ahead; the handle is closed at its end, whatever end that is. */
export function download(
  channel: Channel,
  handle: Handle,
  range: { start: number; end: number },
  signal: AbortSignal,
  translate: (error: unknown) => Promise<unknown>,
  onMoved: (bytes: number) => void,
): ReadableStream<Uint8Array> {
  const step = Math.min(pieceBytes, channel.readBytes);
  const ahead: Promise<Buffer<ArrayBuffer> | null>[] = [];
  let asked = range.start;
  let over = false;
  let aborted: (() => void) | null = null;

  function finish(): void {
    if (over) return;
    over = true;
    if (aborted) signal.removeEventListener('abort', aborted);
    channel.close(handle).catch(() => null);
  }
  function askAhead(): void {
    while (asked < range.end && ahead.length * step < aheadBytes) {
      const piece = readExactly(channel, handle, asked, Math.min(step, range.end - asked));
      piece.catch(() => null); // heard when its turn comes
      ahead.push(piece);
      asked += step;
    }
  }
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        aborted = () => {
          controller.error(signal.reason);
          finish();
        };
        signal.addEventListener('abort', aborted, { once: true });
        if (range.start < range.end) return;
        finish();
        controller.close();
      },
      async pull(controller) {
        try {
          askAhead();
          const piece = await ahead.shift();
          if (over) return;
          if (piece === null || piece === undefined)
            throw new StorageError('changed', 'The file at the server became shorter while it was read.');
          onMoved(piece.byteLength);
          controller.enqueue(piece);
          if (ahead.length > 0 || asked < range.end) return;
          finish();
          controller.close();
        } catch (error) {
          if (over) return;
          finish();
          controller.error(await translate(error));
        }
      },
      cancel: finish,
    },
    { highWaterMark: 0 },
  );
}
