import { type DirHandle, makeFolder, openBelow, openChild, openRoot } from '../../../lib/dirfd.ts';
import { StorageError } from '../../errors.ts';
import { nameOf, namesOf, parentOf } from '../../names.ts';
import { codeOf, failure } from './failure.ts';
import type { LocalConfig } from './schema.ts';

const bytesOf = (name: string): Uint8Array => new TextEncoder().encode(name);
const noWay = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

/** One entry by the open folder it lies in. Valid while the work on it lasts. */
export interface Place {
  dir: DirHandle;
  name: Uint8Array;
}

/** Folders of the root by their handles: every name on the way is opened from the one above, and no link is followed. */
export interface Places {
  inFolder<T>(folder: string, work: (dir: DirHandle) => Promise<T>): Promise<T>;
  at<T>(path: string, work: (place: Place) => Promise<T>): Promise<T>;
  /** The same, after the folders above the path were made. */
  atNew<T>(path: string, work: (place: Place) => Promise<T>): Promise<T>;
  make(folder: string): Promise<void>;
  /** Makes the root itself, never the mount point it lies on. */
  makeRoot(): Promise<void>;
  close(): Promise<void>;
}

export function createPlaces(config: Pick<LocalConfig, 'mount_point' | 'backup_subdir'>): Places {
  const { mount_point: mountPoint, backup_subdir: subfolder } = config;
  /** Held until the end: a drive that goes away takes what is done through the handle with it. */
  let opened: Promise<DirHandle> | null = null;

  const noRoot = (cause: unknown): StorageError =>
    new StorageError(
      'no_root',
      `The folder ${JSON.stringify(subfolder === '' ? mountPoint : `${mountPoint}/${subfolder}`)} is not there. Plug in the drive, or make the folder.`,
      { cause },
    );

  async function openIt(): Promise<DirHandle> {
    try {
      const mount = await openRoot(mountPoint);
      try {
        return await openBelow(mount, namesOf(subfolder).map(bytesOf));
      } finally {
        await mount.close();
      }
    } catch (error) {
      throw noWay.has(codeOf(error) ?? '') ? noRoot(error) : failure(error, '');
    }
  }

  function root(): Promise<DirHandle> {
    opened ??= openIt().catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  }

  /** Walks down; `make` turns a missing folder into a new one. */
  async function walk(from: DirHandle, names: readonly string[], make: boolean): Promise<DirHandle> {
    let at = await openBelow(from, []);
    for (const name of names) {
      const above = at;
      try {
        at = await openChild(above, bytesOf(name)).catch(async (error: unknown) => {
          if (!make || codeOf(error) !== 'ENOENT') throw error;
          await makeFolder(above, bytesOf(name), 0o755).catch((problem: unknown) => {
            if (codeOf(problem) !== 'EEXIST') throw problem; // somebody else made it meanwhile
          });
          return openChild(above, bytesOf(name));
        });
      } finally {
        await above.close();
      }
    }
    return at;
  }

  async function through<T>(folder: string, make: boolean, work: (dir: DirHandle) => Promise<T>): Promise<T> {
    const dir = await walk(await root(), namesOf(folder), make).catch((error: unknown) => {
      // Only when it was to be made does it matter that something else is in its place.
      if (make && ['ENOTDIR', 'ELOOP'].includes(codeOf(error) ?? ''))
        throw new StorageError('exists', `Something that is no folder lies in the way of ${JSON.stringify(folder)}.`);
      throw error;
    });
    try {
      return await work(dir);
    } finally {
      await dir.close();
    }
  }

  const inFolder: Places['inFolder'] = (folder, work) => through(folder, false, work);
  return {
    inFolder,
    at: (path, work) => inFolder(parentOf(path), (dir) => work({ dir, name: bytesOf(nameOf(path)) })),
    atNew: (path, work) => through(parentOf(path), true, (dir) => work({ dir, name: bytesOf(nameOf(path)) })),
    make: (folder) => through(folder, true, async () => {}),
    async makeRoot() {
      const mount = await openRoot(mountPoint).catch((error: unknown) => {
        throw noWay.has(codeOf(error) ?? '') ? noRoot(error) : error;
      });
      try {
        await (await walk(mount, namesOf(subfolder), true)).close();
      } finally {
        await mount.close();
      }
    },
    async close() {
      const dir = await opened?.catch(() => null);
      opened = null;
      await dir?.close();
    },
  };
}
