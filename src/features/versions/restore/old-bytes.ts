import { close, constants, fstat, open, read, type Stats } from 'node:fs';
import { errnoOf } from '../../../core/errors.ts';
import { type DirHandle, entryPath, openBelow } from '../../../lib/dirfd.ts';
import type { StorageDriver } from '../../../storage/driver.ts';
import { isPassing, StorageError } from '../../../storage/errors.ts';
import { folderOf, nameOf, textOf } from '../../../sync/names.ts';
import { nameBytes, namesOf } from './paths.ts';

/** The content of one old file, to be read once from its beginning. */
export interface OldBytes {
  /** How many there are, where that is known before they are read. */
  readonly size: number | null;
  /**
   * The next bytes, at most `into.byteLength` of them, put at the beginning of `into`; 0 at the end. Throws StorageError.
   */
  read(into: Uint8Array): Promise<number>;
  /** Lets go of it, whether it was read to its end or not. */
  close(): Promise<void>;
}

/** Where old files lie. */
export interface OldFiles {
  /** `path` is latin1, from the destination's root. null: there is no such file. Throws StorageError. */
  open(path: string, signal: AbortSignal): Promise<OldBytes | null>;
  close(): Promise<void>;
}

const gone = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO']);
/** The disk itself is not there any more. */
const diskGone = new Set(['ENODEV', 'ESTALE', 'ENOTCONN']);

const unreadable = (path: string, error: unknown): StorageError => {
  const code = errnoOf(error) ?? 'unknown error';
  const name = JSON.stringify(textOf(path) ?? path);
  return diskGone.has(code)
    ? new StorageError('no_root', 'The drive with the backup is gone. Plug it in and go on.', { cause: error })
    : new StorageError('source', `The old content of ${name} cannot be read (${code}).`, { cause: error });
};

const openAt = (path: Buffer): Promise<number> =>
  new Promise((resolve, reject) => {
    // A pipe that took the file's place would keep us waiting for its writer.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    open(path, flags, (error, fd) => (error ? reject(error) : resolve(fd)));
  });
const statOf = (fd: number): Promise<Stats> =>
  new Promise((resolve, reject) => {
    fstat(fd, (error, stat) => (error ? reject(error) : resolve(stat)));
  });
const readAt = (fd: number, into: Uint8Array, at: number): Promise<number> =>
  new Promise((resolve, reject) => {
    read(fd, into, 0, into.byteLength, at, (error, got) => (error ? reject(error) : resolve(got)));
  });
const closeFd = (fd: number): Promise<void> => new Promise((resolve) => close(fd, () => resolve()));

/**
 * Old files in a folder of this machine, never through a link. The handle of the latest folder is kept: neighbours
 * follow one another.
 * @param root stays open as long as the answer is used; closing it is the caller's
 */
export function folderFiles(root: DirHandle): OldFiles {
  let latest: { path: string; users: number; dir: Promise<DirHandle> } | null = null;

  const leave = async (one: NonNullable<typeof latest>): Promise<void> => {
    one.users -= 1;
    if (one.users === 0) await one.dir.then((dir) => dir.close()).catch(() => {});
  };

  async function enter(path: string): Promise<NonNullable<typeof latest>> {
    if (latest?.path !== path) {
      const before = latest;
      latest = { path, users: 1, dir: openBelow(root, namesOf(path)) };
      latest.dir.catch(() => {});
      if (before) void leave(before);
    }
    latest.users += 1;
    return latest;
  }

  return {
    async open(path) {
      const folder = await enter(folderOf(path));
      let fd = -1;
      try {
        fd = await openAt(entryPath(await folder.dir, nameBytes(nameOf(path))));
        const stat = await statOf(fd);
        if (stat.isFile()) return bytesOfOpen(fd, stat.size, path);
        await closeFd(fd);
        return null;
      } catch (error) {
        if (fd !== -1) await closeFd(fd);
        if (gone.has(errnoOf(error) ?? '')) return null;
        throw unreadable(path, error);
      } finally {
        await leave(folder);
      }
    },
    async close() {
      const last = latest;
      latest = null;
      if (last) await leave(last);
    },
  };
}

function bytesOfOpen(fd: number, size: number, path: string): OldBytes {
  let at = 0;
  return {
    size,
    async read(into) {
      try {
        const got = await readAt(fd, into, at);
        at += got;
        return got;
      } catch (error) {
        throw unreadable(path, error);
      }
    },
    close: () => closeFd(fd),
  };
}

/** Tries to go on reading where a stream broke, without one byte between them. */
const resumes = 3;

/** Old files at a service, or wherever a driver leads. The driver belongs to the caller, and does the waiting. */
export function driverFiles(driver: StorageDriver): OldFiles {
  return {
    async open(path, signal) {
      const text = textOf(path);
      if (text === null) return null; // no service has names that are no text
      try {
        return await bytesOfStream((start) => driver.read(text, { start }, signal), signal);
      } catch (error) {
        if (error instanceof StorageError && error.code === 'not_found') return null;
        throw error;
      }
    },
    async close() {},
  };
}

/** A stream that breaks is begun anew where it broke; whether both parts belong together is for the hash to say. */
async function bytesOfStream(
  from: (start: number) => Promise<ReadableStream<Uint8Array>>,
  signal: AbortSignal,
): Promise<OldBytes> {
  let reader = (await from(0)).getReader();
  let rest: Uint8Array = new Uint8Array(0);
  let at = 0;
  let tries = 0;

  async function next(): Promise<Uint8Array | null> {
    for (;;)
      try {
        const { done, value } = await reader.read();
        tries = 0;
        return done ? null : value;
      } catch (error) {
        if (signal.aborted || !isPassing(error) || tries >= resumes) throw error;
        tries += 1;
        reader = (await from(at)).getReader();
      }
  }

  return {
    size: null,
    async read(into) {
      while (rest.byteLength === 0) {
        const value = await next();
        if (value === null) return 0;
        at += value.byteLength;
        rest = value;
      }
      const some = rest.subarray(0, into.byteLength);
      into.set(some);
      rest = rest.subarray(some.byteLength);
      return some.byteLength;
    },
    close: () => reader.cancel().catch(() => {}),
  };
}
