import { createHash, randomBytes } from 'node:crypto';
import type { Content, WriteOptions, Written } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { nameOf, parentOf } from '../../names.ts';
import { type Place, urlOf } from './address.ts';
import { failureOf, inTheWay } from './failure.ts';
import type { Looking } from './looking.ts';
import { answeredTag, keptTime } from './owncloud.ts';
import { isDone, type PutPorts, put, requireSize, timeHeader } from './put.ts';

interface ChunkPorts extends PutPorts {
  uploads: { place: Place; root: Place };
  /** Looks into the place of uploads. */
  parts: Looking;
  partBytes: number;
}

/** What is remembered of an upload. `merging`: the server was told to put the parts together. */
interface State {
  id: string;
  path: string;
  size: number;
  partBytes: number;
  /** Tag of the file that was to be replaced when merging began. */
  merging?: { before: string | null };
}

/** The server takes 10,000 parts. */
const mostParts = 10_000;

function stateFrom(kept: unknown, path: string, size: number): State | null {
  const state = kept as Partial<State> | null;
  const fits =
    typeof state === 'object' &&
    state !== null &&
    state.path === path &&
    state.size === size &&
    typeof state.id === 'string' &&
    /^dynamight-[0-9a-f]{32}$/.test(state.id) &&
    Number.isSafeInteger(state.partBytes) &&
    (state.partBytes as number) > 0;
  return fits ? (state as State) : null;
}

/**
 * Chunked upload v2 of Nextcloud: a folder of numbered parts that the server puts together when `.file` in it is moved to
 * the name. The old file stays until then. Parts that arrived are found by listing that folder, after a crash too; the
 * server drops it after a day. Null when the server knows no such thing.
 */
export async function putInChunks(
  ports: ChunkPorts,
  path: string,
  content: Content,
  options: WriteOptions,
): Promise<Written | null> {
  const { connection, uploads, parts, looking, folders } = ports;
  const { what } = connection;
  const { signal, mtimeNs, resume } = options;
  const { size } = content;
  const destination = urlOf(uploads.root, path);
  const target = await looking.look(path, signal);
  if (target?.kind === 'folder') throw inTheWay(what, path, 'is a folder there');

  let state = stateFrom(resume?.load() ?? null, path, size);
  let there = state && (await arrivedParts(parts, state.id, signal));
  if (state?.merging && there === null && target?.kind === 'file' && target.size === size)
    if (target.tag !== state.merging.before) return finish(target.tag, null);
  if (state === null || there === null) {
    state = {
      id: `dynamight-${randomBytes(16).toString('hex')}`,
      path,
      size,
      partBytes: Math.max(ports.partBytes, Math.ceil(size / mostParts)),
    };
    await folders.ensure(parentOf(path), signal);
    const made = await connection.request('MKCOL', urlOf(uploads.place, state.id, 'folder'), {
      headers: { destination },
      signal,
    });
    if (!isDone(made.status)) {
      if (made.status < 500 && ![403, 423, 429].includes(made.status)) {
        void made.body?.cancel().catch(() => {});
        return null;
      }
      throw failureOf(made, { what, path });
    }
    there = new Map();
    resume?.save(state);
  }
  const { id, partBytes } = state;
  const count = Math.ceil(size / partBytes);
  const bytesOf = (part: number): number => Math.min(partBytes, size - (part - 1) * partBytes);
  const hasPart = (part: number): boolean => there?.get(numbered(part)) === bytesOf(part);
  // The checksum of the whole can only be told by whoever reads the whole.
  const hash = there.size === 0 ? createHash('sha1') : null;

  let done = 0;
  for (let part = 1; part <= count; part += 1) if (hasPart(part)) done += bytesOf(part);
  if (done > 0) options.onProgress?.(done);
  for (let part = 1; part <= count; part += 1) {
    if (hasPart(part)) continue;
    const start = (part - 1) * partBytes;
    const answer = await put(connection, {
      url: urlOf(uploads.place, `${id}/${numbered(part)}`),
      content,
      start,
      end: start + bytesOf(part),
      headers: { destination, 'oc-total-length': String(size) },
      onBytes: (bytes) => hash?.update(bytes),
      signal,
    });
    if (!isDone(answer.status)) {
      if (answer.status === 404) resume?.clear();
      throw answer.status === 404 ? lost() : failureOf(answer, { what, path });
    }
    void answer.body?.cancel().catch(() => {});
    done += bytesOf(part);
    options.onProgress?.(done);
  }
  there = (await arrivedParts(parts, id, signal)) ?? new Map();
  for (let part = 1; part <= count; part += 1)
    if (!hasPart(part)) {
      throw new StorageError('integrity', `${what} did not keep all parts of ${JSON.stringify(path)}.`);
    }
  return merge(state, hash?.digest('hex') ?? null);

  function lost(): StorageError {
    return new StorageError(
      'unavailable',
      `${what} has dropped the upload of ${JSON.stringify(path)}. It begins anew.`,
    );
  }

  async function merge(now: State, sha1: string | null): Promise<Written> {
    resume?.save({ ...now, merging: { before: target?.tag ?? null } });
    const answer = await connection.request('MOVE', urlOf(uploads.place, `${now.id}/.file`), {
      headers: {
        destination,
        overwrite: 'T',
        'oc-total-length': String(size),
        ...timeHeader(mtimeNs),
        ...(sha1 === null ? {} : { 'oc-checksum': `SHA1:${sha1}` }),
      },
      signal,
    });
    if (!isDone(answer.status)) {
      // 423: it is still putting the parts together; the next try finds them merged, or asks again.
      if (answer.status !== 404) throw failureOf(answer, { what, path });
      resume?.clear();
      throw lost();
    }
    void answer.body?.cancel().catch(() => {});
    const found = await requireSize(ports, path, content, signal);
    return finish(found.tag ?? answeredTag(answer), answer);
  }

  function finish(tag: string | null, answer: Response | null): Written {
    resume?.clear();
    options.onProgress?.(size);
    return {
      size,
      mtimeNs: answer ? keptTime(mtimeNs, answer) : null,
      hash: null,
      tag,
      id: answer?.headers.get('oc-fileid') ?? null,
      verified: true,
    };
  }
}

const numbered = (part: number): string => String(part).padStart(5, '0');

/** Sizes of the parts that arrived, by name; null when the server knows nothing of the upload. */
async function arrivedParts(parts: Looking, id: string, signal: AbortSignal): Promise<Map<string, number> | null> {
  try {
    const found = await parts.everything(id, signal);
    return new Map([...found].map(([path, { size }]) => [nameOf(path), size]));
  } catch (error) {
    if (error instanceof StorageError && error.code === 'not_found') return null;
    throw error;
  }
}
