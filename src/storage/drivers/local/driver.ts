import { join } from 'node:path';
import { type DirHandle, entryPath, flushFolder, listNames } from '../../../lib/dirfd.ts';
import { nameText } from '../../../lib/file-names.ts';
import type { Entry, StorageDriver } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { listedName, pathBelow, requireName } from '../../names.ts';
import { isPartName } from '../../part-names.ts';
import type { DriverPorts } from '../../port.ts';
import { removeEmptyFolder, renameEntry, spaceOf, statOf, unlinkEntry } from './calls.ts';
import { readStream } from './download.ts';
import { entryOf } from './entries.ts';
import { codeOf, failure } from './failure.ts';
import { filesystemHabits } from './filesystem.ts';
import { createPlaces } from './places.ts';
import type { LocalConfig } from './schema.ts';
import { requireReplaceable, writeAtomic } from './upload.ts';

/** Entries asked for side by side while a folder is listed. */
const statWidth = 64;

/** Fatal: a name that is no text would come back as another name. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function nameOfBytes(bytes: Uint8Array, folder: string): string {
  try {
    return listedName(decoder.decode(bytes));
  } catch (error) {
    if (error instanceof StorageError) throw error;
    const shown = JSON.stringify(pathBelow(folder, nameText(bytes)));
    throw new StorageError(
      'name',
      `The name of ${shown} is not valid UTF-8. Rename it, so that the folder can be listed.`,
    );
  }
}

/** A folder of this machine. Names are UTF-8, links are told and never followed, every file is flushed when it is there. */
export function createLocalDriver(
  config: LocalConfig,
  _credential: unknown = null,
  _ports: DriverPorts = {},
): StorageDriver {
  const root = join(config.mount_point, config.backup_subdir);
  const places = createPlaces(config);
  let habits: ReturnType<typeof filesystemHabits> | null = null;
  const known = () => (habits ??= filesystemHabits(root));

  async function call<T>(path: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      throw signal.aborted ? signal.reason : failure(error, path);
    }
  }

  async function listFolder(dir: DirHandle, folder: string, signal: AbortSignal): Promise<Entry[]> {
    const names = (await listNames(dir)).filter((bytes) => !isPartName(bytes.toString('latin1')));
    const entries: Entry[] = [];
    for (let at = 0; at < names.length; at += statWidth) {
      signal.throwIfAborted();
      const some = names.slice(at, at + statWidth).map(async (bytes) => {
        const path = pathBelow(folder, nameOfBytes(bytes, folder));
        const stat = await statOf(dir, bytes).catch((error: unknown) => {
          if (codeOf(error) === 'ENOENT') return null; // removed since the names were read
          throw error;
        });
        return stat && entryOf(path, stat);
      });
      for (const entry of await Promise.all(some)) if (entry) entries.push(entry);
    }
    return entries;
  }

  /** Files that died on their way are ours, and no reason to keep a folder. */
  async function removeParts(dir: DirHandle): Promise<boolean> {
    const names = await listNames(dir);
    if (!names.every((bytes) => isPartName(bytes.toString('latin1')))) return false;
    for (const bytes of names) await unlinkEntry(entryPath(dir, bytes));
    return names.length > 0;
  }

  return {
    capabilities: {
      get mtimePrecisionNs() {
        return known().mtimePrecisionNs;
      },
      get caseSensitive() {
        return known().caseSensitive;
      },
      hash: null,
      flat: false,
      folders: 'real',
      normalisesNames: false,
      bulkRemove: false,
      copy: false,
      move: true,
      resumes: false,
      maxFileBytes: null,
      parallelWrites: 4,
      parallelLists: 4,
      pathProblem(path) {
        const name = path.slice(path.lastIndexOf('/') + 1);
        return isPartName(name) ? 'has a name that is kept for files on their way' : known().pathProblem(path);
      },
    },
    list: (folder, signal) =>
      call(folder, signal, () => places.inFolder(folder, (dir) => listFolder(dir, folder, signal))),
    stat: (path, signal) =>
      call(path, signal, async () => {
        if (path === '') return places.inFolder('', async () => folderEntry);
        try {
          return await places.at(path, async ({ dir, name }) => entryOf(path, await statOf(dir, name)));
        } catch (error) {
          if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes(codeOf(error) ?? '')) return null;
          throw error;
        }
      }),
    read: (path, range, signal) =>
      call(path, signal, () => places.at(path, (place) => readStream(place, path, range, signal))),
    async write(path, content, options) {
      options.signal.throwIfAborted();
      requireName(path, this.capabilities.pathProblem(path));
      return call(path, options.signal, () =>
        places.atNew(path, (place) => writeAtomic(place, path, content, options)),
      );
    },
    remove: (path, signal) =>
      call(path, signal, () =>
        places
          .at(path, async ({ dir, name }) => {
            if ((await statOf(dir, name)).isDirectory())
              throw new StorageError('exists', `${JSON.stringify(path)} is a folder. It was not removed.`);
            await unlinkEntry(entryPath(dir, name));
          })
          .catch(ignoreMissing),
      ),
    removeFolder: (path, signal) =>
      call(path, signal, () =>
        places
          .at(path, async ({ dir, name }) => {
            const remove = () => removeEmptyFolder(entryPath(dir, name));
            await remove().catch(async (error: unknown) => {
              if (codeOf(error) === 'ENOTEMPTY' && (await places.inFolder(path, removeParts))) await remove();
              else throw error;
            });
          })
          .catch(ignoreMissing),
      ),
    async makeFolder(path, signal) {
      signal.throwIfAborted();
      if (path !== '') requireName(path, this.capabilities.pathProblem(path));
      await call(path, signal, () => (path === '' ? places.makeRoot() : places.make(path)));
    },
    async move(from, to, signal) {
      signal.throwIfAborted();
      requireName(to, this.capabilities.pathProblem(to));
      await call(from, signal, () =>
        places.at(from, async (source) => {
          if (!(await statOf(source.dir, source.name)).isFile())
            throw new StorageError('exists', `${JSON.stringify(from)} is no file. It was not moved.`);
          await places.atNew(to, async (target) => {
            await requireReplaceable(target, to);
            await renameEntry(entryPath(source.dir, source.name), entryPath(target.dir, target.name));
            await flushFolder(target.dir);
            await flushFolder(source.dir);
          });
        }),
      );
    },
    space: (signal) =>
      call('', signal, () =>
        places.inFolder('', async (dir) => {
          const { blocks, bavail, bsize } = await spaceOf(dir.path);
          return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
        }),
      ),
    probe: (signal) => call('', signal, () => places.inFolder('', async () => ({ folder: root }))),
    close: () => places.close(),
  };
}

const folderEntry: Entry = { path: '', kind: 'folder', size: 0, mtimeNs: null, hash: null, tag: null, id: null };

/** A link in the way of what is to be removed leads nowhere: nothing of ours is behind it. */
function ignoreMissing(error: unknown): void {
  if (!['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes(codeOf(error) ?? '')) throw error;
}
