import { StorageError } from '../../errors.ts';
import type { DriveApi } from './api.ts';
import { driveError } from './errors.ts';
import type { Item } from './items.ts';

/** The bytes of one file from `start` up to but not including `end`. */
export async function readFile(
  api: DriveApi,
  path: string,
  file: Item,
  range: { start?: number; end?: number },
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const what = `Reading ${JSON.stringify(path)}`;
  const start = Math.min(range.start ?? 0, file.size);
  const end = Math.min(range.end ?? file.size, file.size);
  if (end <= start) return new Blob([]).stream();
  const whole = start === 0 && end === file.size;

  async function ask(more: Record<string, string>): Promise<Response> {
    const query = new URLSearchParams({ alt: 'media', supportsAllDrives: 'true', ...more });
    return api.send(`${api.origin}/drive/v3/files/${encodeURIComponent(file.id)}?${query}`, {
      method: 'GET',
      headers: whole ? {} : { Range: `bytes=${start}-${end - 1}` },
      signal,
    });
  }

  let response = await ask({});
  if (response.status === 403) {
    const error = await driveError(response, what);
    if (error.details['reason'] !== 'cannotDownloadAbusiveFile') throw error;
    // What Google's scanner thinks of a file must not stand between its owner and his backup.
    response = await ask({ acknowledgeAbuse: 'true' });
  }
  if (response.status === 416) throw changed(what);
  if (!response.ok) throw await driveError(response, what);
  const length = response.headers.get('content-length');
  const wanted = end - start;
  if (response.status !== (whole ? 200 : 206) || (length !== null && Number(length) !== wanted)) {
    await response.body?.cancel();
    throw changed(what);
  }
  return exactly(response.body ?? new Blob([]).stream(), wanted, what, signal);
}

const changed = (what: string): StorageError =>
  new StorageError('changed', `${what}: the file was replaced at Google Drive meanwhile.`);

/** Ends well only after exactly that many bytes. */
function exactly(
  stream: ReadableStream<Uint8Array>,
  bytes: number,
  what: string,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  let left = bytes;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          signal.throwIfAborted();
          const { done, value } = await reader.read();
          signal.throwIfAborted();
          if (value) left -= value.byteLength;
          if (left < 0 || (done && left > 0))
            throw new StorageError('unreachable', `${what}: the connection to Google Drive ended in the middle.`);
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          controller.error(signal.aborted ? signal.reason : error);
          void reader.cancel().catch(() => {});
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
