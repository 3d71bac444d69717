import { type BigIntStats, constants, fstat, fstatSync, open, openSync } from 'node:fs';
import { errnoOf } from '../core/errors.ts';
import { type DirHandle, entryPath, openBelow } from '../lib/dirfd.ts';
import { type HashThread, openHashThread } from '../lib/hash-thread.ts';
import { isLocalFolder } from '../lib/local-folder.ts';
import { folderOf } from './names.ts';
import { closeFile, type OpenedFile, openedFile, stateOf, unreadable } from './opened-file.ts';
import { besidePace, createPace, type Pace } from './pace.ts';

/** Files of one source, opened by their path below its handle, never through a link. */
export interface SourceFiles {
  /** Null: there is no such file (any more). Throws `source` when it cannot be opened. */
  open(path: string): Promise<OpenedFile | null>;
  close(): Promise<void>;
}

/** Folders kept open: neighbours are sent one after the other. */
const keptFolders = 16;
const goneCodes = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO']);

// Without O_NONBLOCK a pipe that took the file's place would keep us waiting for its writer.
const readOnly = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const openBeside = (path: Buffer): Promise<number> =>
  new Promise((resolve, reject) => {
    open(path, readOnly, (error, fd) => (error ? reject(error) : resolve(fd)));
  });
const statBeside = (fd: number): Promise<BigIntStats> =>
  new Promise((resolve, reject) => {
    fstat(fd, { bigint: true }, (error, stat) => (error ? reject(error) : resolve(stat)));
  });

interface Folder {
  dir: DirHandle;
  pace: Pace;
}

/** @param root stays open as long as the answer is used; closing is the caller's */
export function openSourceFiles(root: DirHandle): SourceFiles {
  const folders = new Map<string, Promise<Folder>>();
  let users = 0;
  let retired: Promise<Folder>[] = [];
  let thread: Promise<HashThread | null> | null = null;
  const localPace = createPace();

  const openFolder = async (path: string): Promise<Folder> => {
    const names = path === '' ? [] : path.split('/').map((name) => Buffer.from(name, 'latin1'));
    const dir = await openBelow(root, names);
    return { dir, pace: (await isLocalFolder(dir)) ? localPace : besidePace };
  };
  const folderAt = (path: string): Promise<Folder> => {
    const known = folders.get(path);
    if (known) {
      folders.delete(path);
      folders.set(path, known);
      return known;
    }
    const opened = openFolder(path);
    opened.catch(() => folders.delete(path));
    folders.set(path, opened);
    if (folders.size > keptFolders) {
      const [oldest, handle] = folders.entries().next().value as [string, Promise<Folder>];
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
    await Promise.all(done.map((handle) => handle.then(({ dir }) => dir.close()).catch(() => {})));
  };

  const hashThread = (): Promise<HashThread | null> => {
    thread ??= openHashThread();
    return thread;
  };

  return {
    async open(path) {
      users += 1;
      try {
        const { dir, pace } = await folderAt(folderOf(path));
        const name = entryPath(dir, Buffer.from(path.slice(path.lastIndexOf('/') + 1), 'latin1'));
        const fd = await pace.ask(
          () => openSync(name, readOnly),
          () => openBeside(name),
        );
        const stat = await pace.ask(
          () => fstatSync(fd, { bigint: true }),
          () => statBeside(fd),
        );
        if (stat.isFile()) return openedFile({ fd, state: stateOf(stat), pace, hashThread });
        await closeFile(fd, pace);
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
      (await thread)?.close();
      thread = null;
    },
  };
}
