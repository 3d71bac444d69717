import { StorageError } from '../../errors.ts';
import { type Place, urlOf } from './address.ts';
import type { Connection } from './connection.ts';
import { failureOf, notFound } from './failure.ts';
import type { Looking } from './looking.ts';

export interface Range {
  start?: number;
  end?: number;
}

/** Lets the bytes from `skip` on pass, `length` of them; anything less is an error, and anything more is cut off. */
function exactly(body: ReadableStream<Uint8Array> | null, skip: number, length: number, what: string) {
  const reader = (body ?? new Blob([]).stream()).getReader();
  let [before, left] = [skip, length];
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          if (left === 0 && before === 0) {
            void reader.cancel().catch(() => {});
            return controller.close();
          }
          const { done, value } = await reader.read();
          if (done) throw new StorageError('unreachable', `${what} ended an answer before all of the file was there.`);
          const dropped = Math.min(before, value.byteLength);
          before -= dropped;
          const piece = value.subarray(dropped, dropped + left);
          left -= piece.byteLength;
          if (piece.byteLength > 0) return controller.enqueue(piece);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

const numberIn = (text: string | null): number | null =>
  text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;

/** GET of a file or a part of it. The stream ends well only when every byte was there. */
export async function download(
  ports: { connection: Connection; place: Place; looking: Looking },
  path: string,
  { start = 0, end }: Range,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const { connection, place, looking } = ports;
  const { what } = connection;
  /** Size of the file by another question, where the answer does not tell. */
  const sizeThere = async (): Promise<number> => {
    const found = await looking.look(path, signal);
    if (found === null || found.kind === 'folder') throw notFound(what, path);
    return found.size;
  };
  if (end !== undefined && end <= start) {
    await sizeThere();
    return exactly(null, 0, 0, what);
  }
  const partly = start > 0 || end !== undefined;
  const answer = await connection.request('GET', urlOf(place, path), {
    headers: partly ? { range: `bytes=${start}-${end === undefined ? '' : end - 1}` } : {},
    signal,
  });
  const { status, headers } = answer;
  const drop = () => void answer.body?.cancel().catch(() => {});
  if (status === 206 && partly) {
    const [, from, to] = /^bytes (\d+)-(\d+)\//.exec(headers.get('content-range') ?? '') ?? [];
    if (Number(from) === start && Number(to) >= start && (end === undefined || Number(to) < end))
      return exactly(answer.body, 0, Number(to) - start + 1, what);
    drop();
    throw new StorageError(
      'protocol',
      `${what} answers with another part of ${JSON.stringify(path)} than was asked for.`,
    );
  }
  if (status === 200) {
    // What has neither tag nor date is no file but a page about a folder, at some servers.
    const isPage = !headers.has('etag') && !headers.has('last-modified');
    const told = isPage ? null : numberIn(headers.get('content-length'));
    const size =
      told ??
      (await sizeThere().catch((error: unknown): never => {
        drop();
        throw error;
      }));
    return exactly(answer.body, Math.min(start, size), Math.max(0, Math.min(end ?? size, size) - start), what);
  }
  if (status === 416 && partly) {
    drop();
    await sizeThere();
    return exactly(null, 0, 0, what);
  }
  if (status >= 300 && status <= 399) {
    drop();
    await sizeThere();
    throw new StorageError('protocol', `${what} does not hand out ${JSON.stringify(path)} under its own address.`);
  }
  if (status === 403 || status === 405) {
    drop();
    await sizeThere();
  }
  throw failureOf(answer, { what, path });
}
