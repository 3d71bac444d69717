import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  type Stats,
  unlinkSync,
} from 'node:fs';
import { type DirHandle, entryPath, listNames, openBelow, openRoot } from '../../lib/dirfd.ts';
import { type HeldLock, tryLock } from '../../lib/flock.ts';
import type { FilesystemKind } from '../../system/rsync/args.ts';

export interface LitterInput {
  /** The destination's root, through an open handle. */
  root: string;
  /** The destination's lock file, below the root: nothing is swept while somebody writes there. */
  lockFile: string;
  sources: readonly { real: string; landing: string }[];
  filesystem: FilesystemKind;
  /** When the first attempt began whose end nobody saw, milliseconds: what is older is not of it. */
  since: number;
  signal: AbortSignal;
}

/**
 * Removes the temporary files of an rsync that had no chance to do so itself (power cut, pulled drive, SIGKILL), and
 * answers how many. Nothing else takes them away, and a large one may take the room the next run needs.
 *
 * A person's file can look like one: `.bashrc.backup` is `.NAME.XXXXXX`. Gone is only what has such a name, is not in
 * the source, lies beside a `NAME` there or here, and was left as rsync leaves it: ours, closed to others, one name,
 * and last changed when it was last written, since that attempt began (a finished file carries its source's time).
 * FAT tells less; there it must be the beginning of the very file whose name it carries.
 * Folders are opened one below the other and never through a link; other filesystems are not entered.
 */
export async function sweepLitter(input: LitterInput): Promise<number> {
  const lock = await lockWithin(`${input.root}/${input.lockFile}`, lockWaitMs, input.signal);
  if (!lock) return 0;
  const root = await openRoot(input.root);
  let removed = 0;
  try {
    for (const source of input.sources) removed += await sweepLanding(root, source, input);
  } finally {
    await root.close();
    lock.release();
  }
  return removed;
}

/** Entries looked at before others get their turn on this thread. */
const batch = 1000;
const lockWaitMs = 3000;
const lockAgainMs = 100;

async function sweepLanding(
  root: DirHandle,
  { real, landing }: LitterInput['sources'][number],
  input: LitterInput,
): Promise<number> {
  const landingNames = landing.split('/').map((name) => Buffer.from(name));
  const device = lstatSync(`${root.path}/.`).dev;
  const source = Buffer.from(`${real}/`).toString('latin1');
  const open: string[] = [''];
  let removed = 0;
  let seen = 0;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const below = at.split('/').slice(0, -1);
    const folder = await openBelow(root, [...landingNames, ...below.map(bytes)]).catch(() => null);
    if (!folder) continue; // gone, or closed to us: then nothing of ours lies there
    try {
      for (const name of await listNames(folder)) {
        if (++seen % batch === 0) await new Promise<void>((resume) => setImmediate(resume));
        input.signal.throwIfAborted();
        const stat = lookAt(entryPath(folder, name));
        if (!stat || stat.dev !== device) continue;
        const text = name.toString('latin1');
        if (stat.isDirectory()) open.push(`${at}${text}/`);
        else if (
          isLeftOver(stat, input) &&
          isTemporary(text, source + at, folder, input.filesystem) &&
          remove(folder, name)
        )
          removed += 1;
      }
    } finally {
      await folder.close();
    }
  }
  return removed;
}

/** FAT keeps times of two seconds, and a clock is read a little before the medium's. */
const slackMs = 3000;

/** Is it as rsync leaves a file it was writing, by everything but its name. */
function isLeftOver(stat: Stats, { filesystem, since }: LitterInput): boolean {
  if (!stat.isFile() || stat.nlink !== 1 || stat.mtimeMs < since - slackMs) return false;
  if (filesystem === 'fat') return true; // keeps no owner, no mode, and no time of change
  return (
    stat.uid === process.geteuid?.() && (stat.mode & 0o077) === 0 && Math.abs(stat.ctimeMs - stat.mtimeMs) <= slackMs
  );
}

/** rsync cuts names that leave no room for its own letters. */
const cutName = 200;

/** `.photo.jpg.x3Fq9Z` of `photo.jpg` or `.photo.jpg`, when the source has no file of that very name. */
function isTemporary(name: string, sourceFolder: string, here: DirHandle, filesystem: FilesystemKind): boolean {
  const stem = /^\.(.+)\.[A-Za-z0-9]{6}$/s.exec(name)?.[1];
  if (stem === undefined || lookAt(bytes(sourceFolder + name))) return false;
  const names = [stem, `.${stem}`];
  if (filesystem === 'fat')
    return names.some((meant) => isBeginningOf(entryPath(here, bytes(name)), bytes(sourceFolder + meant)));
  for (const meant of names)
    if (lookAt(bytes(sourceFolder + meant)) || lookAt(entryPath(here, bytes(meant)))) return true;
  return (
    stem.length >= cutName && namesIn(sourceFolder).some((one) => one.startsWith(stem) || one.startsWith(`.${stem}`))
  );
}

const headBytes = 64 * 1024;

/** Shorter than the file, and the same as far as a look at its head tells. */
function isBeginningOf(path: Buffer, file: Buffer): boolean {
  const heads: Buffer[] = [];
  const sizes: number[] = [];
  for (const one of [path, file]) {
    let fd: number;
    try {
      fd = openSync(one, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch {
      return false;
    }
    try {
      const stat = fstatSync(fd);
      if (!stat.isFile()) return false;
      const head = Buffer.alloc(headBytes);
      heads.push(head.subarray(0, readSync(fd, head, 0, headBytes, 0)));
      sizes.push(stat.size);
    } catch {
      return false;
    } finally {
      closeSync(fd);
    }
  }
  const [part = Buffer.alloc(0), whole = Buffer.alloc(0)] = heads;
  return (sizes[0] ?? 0) < (sizes[1] ?? 0) && whole.subarray(0, part.length).equals(part);
}

const bytes = (latin1: string): Buffer => Buffer.from(latin1, 'latin1');

function lookAt(path: Buffer): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(bytes(folder), { encoding: 'latin1' });
  } catch {
    return [];
  }
}

/** False when it cannot be removed: the next sweep tries again. */
function remove(folder: DirHandle, name: Buffer): boolean {
  try {
    unlinkSync(entryPath(folder, name));
    return true;
  } catch {
    return false;
  }
}

/** An rsync that was told to end holds the lock a little longer. null when somebody goes on holding it. */
async function lockWithin(path: string, withinMs: number, signal: AbortSignal): Promise<HeldLock | null> {
  for (let left = withinMs; ; left -= lockAgainMs) {
    signal.throwIfAborted();
    try {
      const lock = tryLock(path);
      if (lock || left <= 0) return lock;
    } catch {
      return null; // no lock to be had there: rsync will not get it either, and says so
    }
    await Bun.sleep(lockAgainMs);
  }
}
