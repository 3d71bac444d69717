import { constants } from 'node:fs';
import { entryPath } from '../../../lib/dirfd.ts';
import { StorageError } from '../../errors.ts';
import { closeFile, openFile, readAt, statOpen } from './calls.ts';
import { failure } from './failure.ts';
import type { Place } from './places.ts';

const chunkBytes = 256 * 1024;
/** A pipe or a device with this name must not hold us up. */
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The file is held open until the stream ends, so that a successor under its name changes nothing. */
export async function readStream(
  { dir, name }: Place,
  path: string,
  range: { start?: number; end?: number },
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const fd = await openFile(entryPath(dir, name), flags, 0);
  const stat = await statOpen(fd).catch(async (error: unknown) => {
    await closeFile(fd);
    throw error;
  });
  if (!stat.isFile()) {
    await closeFile(fd);
    throw new StorageError('not_found', `${JSON.stringify(path)} is no file.`);
  }
  const end = Math.min(range.end ?? Number.POSITIVE_INFINITY, Number(stat.size));
  let at = range.start ?? 0;
  let busy = false;
  let ended = false;

  /** Closes once nobody reads from it: its number may belong to another file right afterwards. */
  const finish = () => {
    signal.removeEventListener('abort', onAbort);
    const first = !ended;
    ended = true;
    return first && !busy ? closeFile(fd) : undefined;
  };
  const onAbort = () => void finish();
  signal.addEventListener('abort', onAbort, { once: true });

  async function nextChunk(): Promise<Uint8Array> {
    const buffer = new Uint8Array(Math.min(chunkBytes, end - at));
    busy = true;
    try {
      const count = await readAt(fd, buffer, at);
      if (count === 0) throw new StorageError('changed', `${JSON.stringify(path)} became shorter while it was read.`);
      at += count;
      return buffer.subarray(0, count);
    } finally {
      busy = false;
      if (ended) await closeFile(fd);
    }
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          signal.throwIfAborted();
          if (at < end) controller.enqueue(await nextChunk());
          signal.throwIfAborted();
        } catch (error) {
          await finish();
          throw signal.aborted ? signal.reason : failure(error, path);
        }
        if (at >= end) {
          controller.close();
          await finish();
        }
      },
      cancel: () => finish(),
    },
    { highWaterMark: 0 },
  );
}
