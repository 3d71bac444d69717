import { close, constants, fchmod, fstat, fsync, lstat, mkdir, open, readdir, type Stats } from 'node:fs';
import { promisify } from 'node:util';

const openFile = promisify(open);
const closeFile = promisify(close);

/** Not in node's constants; the same number on x86 and ARM. */
const O_PATH = 0o10000000;
const folderOnly = constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * A folder held open. What is done through it happens in that folder, whatever its path leads to meanwhile: a name
 * checked and a name used are in the same place. Costs a file descriptor until `close`.
 */
export interface DirHandle {
  readonly fd: number;
  /** The folder itself, for calls of node:fs in this process while the handle is open. */
  readonly path: string;
  close(): Promise<void>;
}

const slash = 0x2f;
const dot = 0x2e;

/** A single name of the folder; throws EINVAL for what would leave it. */
function checkName(name: Uint8Array): void {
  const dots = name.byteLength < 3 && name[0] === dot && (name.byteLength === 1 || name[1] === dot);
  if (name.byteLength === 0 || dots || name.includes(slash) || name.includes(0))
    throw Object.assign(new Error('Not a name inside a folder'), { code: 'EINVAL' });
}

/**
 * Path of one entry of a held folder, for calls that do not follow a link at the end: lstat, mkdir, unlink, rename, or
 * open with O_NOFOLLOW. Names are bytes: not every name is UTF-8. Throws EINVAL for `.`, `..`, and anything with a slash.
 */
export function entryPath(dir: DirHandle, name: Uint8Array): Buffer {
  checkName(name);
  return Buffer.concat([Buffer.from(`${dir.path}/`), name]);
}

function held(fd: number): DirHandle {
  let open = true;
  return {
    fd,
    path: `/proc/self/fd/${fd}`,
    async close() {
      if (!open) return;
      open = false;
      await closeFile(fd);
    },
  };
}

/** Opens the folder a walk starts from; links in its own path are followed, once. Throws node's errors. */
export const openRoot = async (path: string): Promise<DirHandle> =>
  held(await openFile(path, O_PATH | constants.O_DIRECTORY));

/** Opens a folder in a held one. Throws ELOOP when the entry is a link, ENOTDIR when it is no folder. */
export async function openChild(dir: DirHandle, name: Uint8Array): Promise<DirHandle> {
  const path = entryPath(dir, name);
  try {
    return held(await openFile(path, O_PATH | folderOnly));
  } catch (error) {
    // With O_DIRECTORY the kernel calls a link "not a directory"; the difference matters to whoever words the answer.
    if ((error as { code?: string }).code !== 'ENOTDIR') throw error;
    const isLink = await statEntry(dir, name).then(
      (stat) => stat.isSymbolicLink(),
      () => false,
    );
    if (!isLink) throw error;
    throw Object.assign(new Error('A link is in the way'), { code: 'ELOOP', cause: error });
  }
}

/**
 * Walks down from a root, one folder at a time, each opened from the handle of the one above and never through a link:
 * swapping a folder for a link meanwhile leads nowhere. The root stays open and belongs to the caller; so does the result.
 */
export async function openBelow(root: DirHandle, names: readonly Uint8Array[]): Promise<DirHandle> {
  let at = held(await openFile(root.path, O_PATH | constants.O_DIRECTORY));
  for (const name of names) {
    const above = at;
    try {
      at = await openChild(above, name);
    } finally {
      await above.close();
    }
  }
  return at;
}

/** Every name as bytes, unsorted. */
export const listNames = (dir: DirHandle): Promise<Buffer[]> =>
  new Promise((resolve, reject) => {
    readdir(dir.path, { encoding: 'buffer' }, (error, names) => (error ? reject(error) : resolve(names)));
  });

/** What an entry is; never what a link points to, and nothing is opened. */
export const statEntry = (dir: DirHandle, name: Uint8Array): Promise<Stats> =>
  new Promise((resolve, reject) => {
    lstat(entryPath(dir, name), (error, stat) => (error ? reject(error) : resolve(stat)));
  });

const withoutModes = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/**
 * Makes one folder in a held one, with these permission bits whatever the umask, and flushes the new name to the
 * medium. Throws EEXIST for anything that has the name already, a dangling link included.
 */
export async function makeFolder(dir: DirHandle, name: Uint8Array, mode: number): Promise<void> {
  await promisify(mkdir)(entryPath(dir, name), mode);
  const made = await openFile(entryPath(dir, name), constants.O_RDONLY | folderOnly);
  try {
    const stat = await promisify(fstat)(made);
    // Somebody may have put another folder there meanwhile: only ours is changed. Inherited set-group-id stays.
    if (stat.uid === process.geteuid?.()) await promisify(fchmod)(made, (stat.mode & 0o7000) | mode);
  } catch (error) {
    if (!withoutModes.has((error as { code?: string }).code ?? '')) throw error; // FAT keeps no modes
  } finally {
    await closeFile(made);
  }
  await flushFolder(dir);
}

/** fsync of a held folder: new and removed names survive a power cut. */
export async function flushFolder(dir: DirHandle): Promise<void> {
  const fd = await openFile(dir.path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await promisify(fsync)(fd);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EINVAL') throw error; // a filesystem that cannot flush folders
  } finally {
    await closeFile(fd);
  }
}
