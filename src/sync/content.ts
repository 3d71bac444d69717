import { type BigIntStats, close, constants, fstat, fstatSync, open, read } from 'node:fs';
import { errnoOf } from '../core/errors.ts';
import { type DirHandle, entryPath, openBelow } from '../lib/dirfd.ts';
import type { Content, HashKind } from '../storage/driver.ts';
import { StorageError } from '../storage/errors.ts';
import type { FileState } from './decide.ts';
import { canHash } from './hashes.ts';
import { folderOf } from './names.ts';

/** One file of a source while it is sent. */
export interface OpenedFile {
  /** What it looked like when it was opened: what is sent is exactly this. */
  readonly state: FileState;
  readonly content: Content;
  /** It did not stay what it was when it was opened. */
  readonly changed: boolean;
  /** It could not be read. */
  readonly failure: StorageError | null;
  /** SHA-256 of the whole content; reads what nobody asked for. Throws `source` as a read does. */
  sha256(): Promise<string>;
  /** Another hash of it; null when we cannot work it out. Reads it all once more. */
  hash(kind: HashKind): Promise<string | null>;
  close(): Promise<void>;
}

/** Files of one source, opened by their path below its handle, never through a link. */
export interface SourceFiles {
  /** Null: there is no such file (any more). Throws `source` when it cannot be opened. */
  open(path: string): Promise<OpenedFile | null>;
  close(): Promise<void>;
}

/** Files up to here are read at once. */
const smallBytes = 256 * 1024;
const pieceBytes = 1024 * 1024;
/** Folders kept open: neighbours are sent one after the other. */
const keptFolders = 16;
const goneCodes = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO']);

const openAt = (path: Buffer): Promise<number> =>
  new Promise((resolve, reject) => {
    // Without O_NONBLOCK a pipe that took the file's place would keep us waiting for its writer.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    open(path, flags, (error, fd) => (error ? reject(error) : resolve(fd)));
  });
const statOf = (fd: number): Promise<BigIntStats> =>
  new Promise((resolve, reject) => {
    fstat(fd, { bigint: true }, (error, stat) => (error ? reject(error) : resolve(stat)));
  });
const readAt = (fd: number, bytes: Uint8Array, at: number, length: number, offset: number): Promise<number> =>
  new Promise((resolve, reject) => {
    read(fd, bytes, at, length, offset, (error, got) => (error ? reject(error) : resolve(got)));
  });
const closeFd = (fd: number): Promise<void> => new Promise((resolve) => close(fd, () => resolve()));

const unreadable = (error: unknown): StorageError => {
  const code = errnoOf(error) ?? 'unknown error';
  const why = code === 'EACCES' || code === 'EPERM' ? 'permission denied' : code;
  return new StorageError('source', `cannot be read: ${why}`, { cause: error });
};

const stateOf = (stat: BigIntStats): FileState => ({
  size: Number(stat.size),
  mtimeNs: stat.mtimeNs,
  ctimeNs: stat.ctimeNs,
  ino: stat.ino,
});
const sameState = (a: FileState, b: FileState): boolean =>
  a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs;

/** @param root stays open as long as the answer is used; closing is the caller's */
export function openSourceFiles(root: DirHandle): SourceFiles {
  const folders = new Map<string, Promise<DirHandle>>();
  let users = 0;
  let retired: Promise<DirHandle>[] = [];

  const folderAt = (path: string): Promise<DirHandle> => {
    const known = folders.get(path);
    if (known) {
      folders.delete(path);
      folders.set(path, known);
      return known;
    }
    const names = path === '' ? [] : path.split('/').map((name) => Buffer.from(name, 'latin1'));
    const opened = openBelow(root, names);
    opened.catch(() => folders.delete(path));
    folders.set(path, opened);
    if (folders.size > keptFolders) {
      const [oldest, handle] = folders.entries().next().value as [string, Promise<DirHandle>];
      folders.delete(oldest);
      retired.push(handle);
    }
    return opened;
  };

  /** Handles nobody can be using now. */
  const closeRetired = async (): Promise<void> => {
    if (users > 0) return;
    const done = retired;
    retired = [];
    await Promise.all(done.map((handle) => handle.then((dir) => dir.close()).catch(() => {})));
  };

  return {
    async open(path) {
      users += 1;
      try {
        const dir = await folderAt(folderOf(path));
        const fd = await openAt(entryPath(dir, Buffer.from(path.slice(path.lastIndexOf('/') + 1), 'latin1')));
        const stat = await statOf(fd);
        if (stat.isFile()) return openedFile(fd, stateOf(stat));
        await closeFd(fd);
        return null;
      } catch (error) {
        if (goneCodes.has(errnoOf(error) ?? '')) return null;
        throw unreadable(error);
      } finally {
        users -= 1;
        await closeRetired();
      }
    },
    async close() {
      retired.push(...folders.values());
      folders.clear();
      await closeRetired();
    },
  };
}

function openedFile(fd: number, state: FileState): OpenedFile {
  const hasher = new Bun.CryptoHasher('sha256');
  let hashed = 0;
  let digest: string | null = null;
  let changed = false;
  let failure: StorageError | null = null;
  let whole: Uint8Array<ArrayBuffer> | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  const stop = (error: StorageError): StorageError => {
    failure ??= error;
    return error;
  };

  /** From the disk; what comes in order goes into the hash on its way. */
  async function load(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (failure) throw failure;
    const bytes = new Uint8Array(length);
    let at = 0;
    try {
      while (at < length) {
        const got = await readAt(fd, bytes, at, length - at, offset + at);
        if (got === 0) break;
        at += got;
      }
    } catch (error) {
      throw stop(unreadable(error));
    }
    // Looked at after every piece: the last one is not handed out before all of them are known to belong together.
    if (at < length || !sameState(state, stateOf(fstatSync(fd, { bigint: true })))) {
      changed = true;
      throw stop(new StorageError('source', 'The file changed while it was being read.', { details: { changed } }));
    }
    if (offset <= hashed && offset + length > hashed) {
      hasher.update(bytes.subarray(hashed - offset));
      hashed = offset + length;
    }
    return bytes;
  }

  /** One after the other: parts may be asked for side by side, and are hashed in their order. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  };

  async function upTo(end: number): Promise<void> {
    while (hashed < end) await load(hashed, Math.min(pieceBytes, end - hashed));
  }

  return {
    state,
    get changed() {
      return changed;
    },
    get failure() {
      return failure;
    },
    content: {
      size: state.size,
      read: (offset, length) =>
        inTurn(async () => {
          if (offset + length > state.size)
            throw new StorageError('source', 'More was asked for than the file held when it was opened.');
          if (state.size > smallBytes) {
            // An upload that goes on where it stopped skips what is there: the hash does not.
            await upTo(offset);
            return load(offset, length);
          }
          whole ??= await load(0, state.size);
          return whole.slice(offset, offset + length);
        }),
    },
    sha256: () =>
      inTurn(async () => {
        await upTo(state.size);
        digest ??= hasher.digest('hex');
        return digest;
      }),
    hash: (kind) =>
      inTurn(async () => {
        if (!canHash(kind)) return null;
        const another = new Bun.CryptoHasher(kind);
        for (let at = 0; at < state.size; at += pieceBytes)
          another.update(await load(at, Math.min(pieceBytes, state.size - at)));
        return another.digest('hex');
      }),
    async close() {
      await turn;
      await closeFd(fd);
    },
  };
}
