import type { Content, Entry, StorageDriver, WriteOptions, Written } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { requireName } from '../../names.ts';
import type { DriverPorts } from '../../port.ts';
import { sweepUploads } from './abandoned.ts';
import { type CopySizes, copyObject } from './copy.ts';
import { firstBelow, headOf, tagOfHead } from './head.ts';
import { listBelow, listFolder } from './listing.ts';
import { putParts } from './parts.ts';
import { putWhole } from './put.ts';
import { readObject } from './read.ts';
import { removeObject, removeObjects } from './remove.ts';
import { createRoom } from './room.ts';
import type { S3Config, S3Credential } from './schema.ts';
import { openSession } from './session.ts';

const mebi = 1024 * 1024;
const gibi = 1024 * mebi;
/** Bodies on their way, all uploads together. */
const roomBytes = 40 * mebi;

/** S3 and what speaks like it. */
export interface S3Driver extends StorageDriver {
  copy(from: string, to: string, signal: AbortSignal): Promise<void>;
  listBelow(folder: string, signal: AbortSignal): AsyncIterable<Entry[]>;
  removeMany(paths: readonly string[], signal: AbortSignal): Promise<{ path: string; error: StorageError }[]>;
  sweep(folder: string, keep: readonly unknown[], olderThanMs: number, signal: AbortSignal): Promise<number>;
}

export function createS3Driver(config: S3Config, credential: S3Credential, ports: DriverPorts): S3Driver {
  const session = openSession(config, credential, ports);
  const { keys } = session;
  const room = createRoom(roomBytes);
  const { multipartFromBytes = 16 * mebi, partBytes = 5 * mebi } = ports.tuning ?? {};
  const copySizes: CopySizes = {
    fromBytes: ports.tuning?.multipartFromBytes ?? 5 * gibi,
    partBytes: ports.tuning?.partBytes ?? 512 * mebi,
  };
  const maxFileBytes = 5 * 1024 * gibi;
  const fits = (path: string) => requireName(path, keys.problem(path));

  async function stat(path: string, signal: AbortSignal): Promise<Entry | null> {
    const folder: Entry = { path, kind: 'folder', size: 0, mtimeNs: null, hash: null, tag: null, id: null };
    if (path !== '') {
      const head = await headOf(session, path, signal);
      if (head) {
        const hash = head.md5 === null ? null : ({ kind: 'md5', hex: head.md5 } as const);
        return { path, kind: 'file', size: head.size, mtimeNs: head.mtimeNs, hash, tag: tagOfHead(head), id: null };
      }
    }
    const below = await firstBelow(session, keys.prefixOf(path), signal);
    return path === '' || (below.Contents ?? []).length > 0 ? folder : null;
  }

  async function write(path: string, content: Content, options: WriteOptions): Promise<Written> {
    options.signal.throwIfAborted();
    fits(path);
    if (content.size > maxFileBytes)
      throw new StorageError('too_large', `${JSON.stringify(path)} is larger than 5 TiB, more than a bucket can hold.`);
    return content.size < multipartFromBytes
      ? putWhole(session, room, path, content, options)
      : putParts(session, room, path, content, options, partBytes);
  }

  async function copy(from: string, to: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    fits(to);
    await copyObject(session, from, to, copySizes, signal);
  }

  return {
    capabilities: {
      mtimePrecisionNs: 1n,
      hash: null,
      flat: true,
      folders: 'implied',
      caseSensitive: true,
      normalisesNames: false,
      bulkRemove: true,
      copy: true,
      move: false,
      resumes: true,
      maxFileBytes,
      parallelWrites: 24,
      parallelLists: 8,
      pathProblem: (path) => keys.problem(path),
    },
    list: (folder, signal) => listFolder(session, folder, signal),
    listBelow: (folder, signal) => listBelow(session, folder, signal),
    stat,
    read: (path, range, signal) => readObject(session, path, range, signal),
    write,
    remove: (path, signal) => removeObject(session, path, signal),
    async removeFolder(_, signal) {
      signal.throwIfAborted();
    },
    removeMany: (paths, signal) => removeObjects(session, paths, signal),
    async makeFolder(_, signal) {
      signal.throwIfAborted();
    },
    async move(from, to, signal) {
      await copy(from, to, signal);
      if (from !== to) await removeObject(session, from, signal);
    },
    copy,
    async space(signal) {
      signal.throwIfAborted();
      return null;
    },
    async probe(signal) {
      await firstBelow(session, keys.root, signal);
      return { server: config.endpoint ?? 'AWS', bucket: config.bucket, prefix: keys.root, region: config.region };
    },
    sweep(folder, keep, olderThanMs, signal) {
      const known = keep.map((state) => (state as { upload?: unknown } | null)?.upload);
      const uploads = new Set(known.filter((upload) => typeof upload === 'string'));
      return sweepUploads(session, { prefix: keys.prefixOf(folder), exact: false, keep: uploads, olderThanMs }, signal);
    },
    async close() {
      session.close();
    },
  };
}
