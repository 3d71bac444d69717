import { createHash } from 'node:crypto';
import { readPiece, streamOf } from '../../content.ts';
import type { Content, WriteOptions, Written } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { parentOf } from '../../names.ts';
import { type Place, urlOf } from './address.ts';
import type { Connection } from './connection.ts';
import { failureOf, inTheWay, redirected } from './failure.ts';
import type { Folders } from './folders.ts';
import type { Looking } from './looking.ts';

/** Sent from memory up to this size, as a stream in such pieces above it; bytes. */
export const pieceBytes = 1024 * 1024;
/**
 * From this size on the file is looked at after it was sent. Smaller ones fit into what a connection holds anyway: their
 * second request would cost more than the first, and the folder is listed by whoever moves files.
 */
export const lookFromBytes = 64 * 1024;

export interface PutPorts {
  connection: Connection;
  place: Place;
  folders: Folders;
  looking: Looking;
}

export interface Put {
  url: string;
  content: Content;
  start?: number;
  end?: number;
  headers?: Record<string, string>;
  /** Hears all that is sent, once and in its order. */
  onBytes?(bytes: Uint8Array): void;
  /** Of a large body: bytes the connection has taken, from 0; anew when it is sent again. */
  onTaken?(bytes: number): void;
  signal: AbortSignal;
}

/** The time of change as Nextcloud and its kin take it: whole seconds, rounded down. */
export const timeHeader = (mtimeNs: bigint | null): Record<string, string> => {
  if (mtimeNs === null) return {};
  const second = mtimeNs / 1_000_000_000n;
  return { 'x-oc-mtime': String(mtimeNs < 0n && mtimeNs % 1_000_000_000n !== 0n ? second - 1n : second) };
};

/** One PUT. Any status but 401 resolves; what the source throws is thrown as it is. */
export async function put(connection: Connection, request: Put): Promise<Response> {
  const { content, url, signal, start = 0, end = content.size } = request;
  const size = end - start;
  const headers = { 'content-type': 'application/octet-stream', ...request.headers };
  if (size <= pieceBytes) {
    const bytes = size === 0 ? new Uint8Array() : await readPiece(content, start, size, signal);
    request.onBytes?.(bytes);
    return connection.request('PUT', url, { headers, body: () => bytes, signal });
  }
  let failure: { error: unknown } | null = null;
  // What the source says is what counts, not what the connection makes of it.
  const watched: Content = {
    size: content.size,
    async read(offset, length, into) {
      try {
        const bytes = await content.read(offset, length, into);
        return bytes;
      } catch (error) {
        failure ??= { error };
        throw error;
      }
    },
  };
  let told = start;
  try {
    return await connection.request('PUT', url, {
      headers: { ...headers, 'content-length': String(size) },
      body() {
        let at = start;
        const heard: Content = {
          size: watched.size,
          async read(offset, length, into) {
            // Asked for when what came before it has left.
            if (offset > start) request.onTaken?.(offset - start);
            const bytes = await watched.read(offset, length, into);
            if (offset >= told && at === offset) {
              request.onBytes?.(bytes);
              told = offset + bytes.byteLength;
            }
            at = offset + bytes.byteLength;
            return bytes;
          },
        };
        return streamOf(heard, pieceBytes, undefined, { start, end, signal });
      },
      signal,
    });
  } catch (error) {
    throw failure ? (failure as { error: unknown }).error : error;
  }
}

/** How far one PUT of a whole file is; what is sent again is not told again. */
export function takenBy({ onProgress }: WriteOptions): Pick<Put, 'onTaken'> {
  let most = 0;
  return {
    onTaken(bytes) {
      if (bytes <= most) return;
      most = bytes;
      onProgress?.(bytes);
    },
  };
}

export const isDone = (status: number): boolean => status >= 200 && status < 300 && status !== 207;

/** A PUT into a folder of the root that may have to be made first. Throws for everything that is no success. */
export async function putInFolder(ports: PutPorts, path: string, request: Put): Promise<Response> {
  const { connection, folders, looking } = ports;
  const { what } = connection;
  const { signal } = request;
  const folder = parentOf(path);
  // No body is sent to find out that its folder is missing: all who write into a new one side by side would.
  if (!folders.knows(folder))
    await folders.ensure(folder, signal).catch((error: unknown) => {
      // Where folders are not ours to make, those that are there may still be written into.
      if (!(error instanceof StorageError && error.code === 'permission')) throw error;
    });
  // Nor a large one that the nonce ended.
  if (request.content.size > pieceBytes) await connection.fresh(() => looking.look('', signal));
  let answer = await put(connection, request);
  if (answer.status === 409 || answer.status === 404) {
    void answer.body?.cancel().catch(() => {});
    folders.forget(folder);
    if (folder === '') {
      const root = await looking.look('', signal);
      if (root === null) throw failureOf(new Response(null, { status: 404 }), { what, path: '' });
    }
    await folders.ensure(folder, signal);
    answer = await put(connection, request);
  }
  if (isDone(answer.status)) {
    void answer.body?.cancel().catch(() => {});
    folders.seen(folder);
    return answer;
  }
  if (answer.status >= 300 && answer.status <= 399) throw redirected(answer, request.url, what);
  if (![400, 403, 404, 405, 409].includes(answer.status)) throw failureOf(answer, { what, path });
  // Each server has its own word for "a folder has this name" and "that is no folder".
  void answer.body?.cancel().catch(() => {});
  if ((await looking.look(path, signal))?.kind === 'folder') throw inTheWay(what, path, 'is a folder there');
  const above = await looking.look(folder, signal);
  if (above !== null && above.kind !== 'folder') throw inTheWay(what, folder, 'is a file there');
  throw failureOf(new Response(null, { status: answer.status }), { what, path });
}

/** Compares what lies there with what was sent. */
export async function requireSize(ports: PutPorts, path: string, content: Content, signal: AbortSignal) {
  const found = await ports.looking.look(path, signal);
  if (found?.kind === 'file' && found.size === content.size) return found;
  const there = found?.kind === 'file' ? `${found.size} bytes arrived` : 'nothing arrived';
  throw new StorageError(
    'integrity',
    `${ports.connection.what}: ${there} of the ${content.size} that were sent of ${JSON.stringify(path)}.`,
  );
}

/**
 * PUT under the name itself, for servers that are known to keep the old file until the new one is whole (mod_dav_fs and
 * Nextcloud write beside it and rename): one request per small file.
 */
export async function putWhole(
  ports: PutPorts,
  path: string,
  content: Content,
  options: WriteOptions,
): Promise<Written> {
  const { connection, place } = ports;
  const { signal } = options;
  await putInFolder(ports, path, { url: urlOf(place, path), content, signal, ...takenBy(options) });
  const look = async () => {
    try {
      return await requireSize(ports, path, content, signal);
    } catch (error) {
      if (error instanceof StorageError && error.code === 'integrity')
        await connection.request('DELETE', urlOf(place, path), { signal });
      throw error;
    }
  };
  const found = content.size >= lookFromBytes ? await look() : null;
  if (content.size > 0) options.onProgress?.(content.size);
  return {
    size: content.size,
    mtimeNs: null,
    hash: null,
    tag: found?.tag ?? null,
    id: null,
    verified: found !== null,
  };
}

export async function sha1Of(content: Content, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha1');
  let piece: Uint8Array<ArrayBuffer> | undefined;
  for (let at = 0; at < content.size; at += pieceBytes) {
    piece = await readPiece(content, at, Math.min(pieceBytes, content.size - at), signal, piece);
    hash.update(piece);
  }
  return hash.digest('hex');
}
