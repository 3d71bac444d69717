import type { Content } from './driver.ts';
import { StorageError } from './errors.ts';

/** A file that lies in memory. */
export const bytesContent = (bytes: Uint8Array): Content => ({
  size: bytes.byteLength,
  read: async (offset, length) => bytes.slice(offset, offset + length),
});

/** Rejects with the signal's reason as soon as it is aborted, whatever the promise does afterwards. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    work.then(
      (value) => {
        signal.removeEventListener('abort', stop);
        resolve(value);
      },
      (error: unknown) => {
        signal.removeEventListener('abort', stop);
        reject(error);
      },
    );
  });
}

/**
 * One piece of a content for a driver: exactly `length` bytes, or `source`; an abort is not kept waiting by a disk that
 * does not answer.
 */
export async function readPiece(
  content: Content,
  offset: number,
  length: number,
  signal: AbortSignal,
  into?: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  signal.throwIfAborted();
  const bytes = await orAborted(content.read(offset, length, into), signal);
  if (bytes.byteLength !== length)
    throw new StorageError('source', 'The file gave fewer bytes than it had when it was opened. It changed meanwhile.');
  return bytes;
}

interface StreamOptions {
  /** Where to begin and to end (not included); the whole content unless told. */
  start?: number;
  end?: number;
  signal?: AbortSignal;
}

/**
 * A content as a body to be sent: `chunkBytes` at a time, read when asked for. `onBytes` hears of every chunk handed
 * out. Ends after exactly the content's size, or errors. A chunk is good until the next one is asked for: `fetch` copies
 * what it takes, and a large file goes through the memory of one chunk.
 */
export function streamOf(
  content: Content,
  chunkBytes: number,
  onBytes?: (bytes: number) => void,
  options: StreamOptions = {},
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { start = 0, end = content.size, signal = new AbortController().signal } = options;
  let at = start;
  let chunk: Uint8Array<ArrayBuffer> | undefined;
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        if (at < end) {
          chunk = await readPiece(content, at, Math.min(chunkBytes, end - at), signal, chunk);
          at += chunk.byteLength;
          controller.enqueue(chunk);
          onBytes?.(chunk.byteLength);
        }
        if (at >= end) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
