import { type BigIntStats, link, lstat, rename, unlink } from 'node:fs';
import { promisify } from 'node:util';
import { errnoOf } from '../../../core/errors.ts';
import { type DirHandle, entryPath } from '../../../lib/dirfd.ts';
import { nameBytes } from './paths.ts';
import type { There } from './policy.ts';

export const renameEntry = promisify(rename);
export const linkEntry = promisify(link);
const unlinkEntry = promisify(unlink);

/** What lies at a name, with times in nanoseconds; null: nothing. Never what a link leads to. */
export const lookAt = (dir: DirHandle, name: string): Promise<BigIntStats | null> =>
  new Promise((resolve, reject) => {
    lstat(entryPath(dir, nameBytes(name)), { bigint: true }, (error, stat) => {
      if (!error) resolve(stat);
      else if (errnoOf(error) === 'ENOENT') resolve(null);
      else reject(error);
    });
  });

export const thereOf = (stat: BigIntStats): There => ({
  kind: stat.isFile() ? 'file' : stat.isDirectory() ? 'dir' : stat.isSymbolicLink() ? 'link' : 'other',
  mtimeNs: stat.mtimeNs,
});

/** Removes one name of ours; nothing there is fine, and so is a disk that is gone. */
export const removeQuietly = (dir: DirHandle, name: string): Promise<void> =>
  unlinkEntry(entryPath(dir, nameBytes(name))).catch(() => {});
export const removeEntry = (dir: DirHandle, name: string): Promise<void> =>
  unlinkEntry(entryPath(dir, nameBytes(name)));

const noLinks = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK']);

/**
 * Gives a temporary file its name only if nobody has it: false when somebody does. One system call where there are
 * hard links; elsewhere (exFAT) a moment lies between looking and renaming.
 */
export async function placeNew(dir: DirHandle, temp: string, name: string): Promise<boolean> {
  const [from, to] = [entryPath(dir, nameBytes(temp)), entryPath(dir, nameBytes(name))];
  try {
    await linkEntry(from, to);
  } catch (error) {
    const code = errnoOf(error) ?? '';
    if (code === 'EEXIST') return false;
    if (!noLinks.has(code)) throw error;
    if ((await lookAt(dir, name)) !== null) return false;
    await renameEntry(from, to);
    return true;
  }
  await unlinkEntry(from);
  return true;
}
