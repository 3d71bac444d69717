import { existsSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../core/errors.ts';
import { listSnapshots, mainFile, readOwner } from '../db/data-folder.ts';
import { inspectDatabase } from '../db/inspect.ts';
import { snapshotTime } from '../housekeeping.ts';
import { tryLock } from '../lib/flock.ts';
import { mountOf } from '../system/mounts/locate.ts';
import { readMounts } from '../system/mounts/mountinfo.ts';
import { spaceOf } from '../system/mounts/space.ts';
import type { Check } from './check.ts';
import { ownerText } from './owner.ts';
import { bytesText } from './words.ts';

const dayMs = 86_400_000;

/** The data folder and what lies in it. Only reads; works beside a running server. */
export async function folderChecks(dir: string, uid: number): Promise<Check[]> {
  if (!existsSync(dir)) return [newFolderCheck(dir)];
  const owner = lookAtOwner(dir);
  return [
    rightsCheck(dir, uid),
    filesystemCheck(dir),
    owner.check,
    ...databaseChecks(dir, owner.inUse),
    keyCheck(dir),
    snapshotCheck(dir, Date.now()),
    await spaceCheck(dir),
  ];
}

const newFolderCheck = (dir: string): Check => ({
  name: 'data folder',
  state: 'ok',
  message: `${dir} does not exist yet; it is made at the first start`,
});

function rightsCheck(dir: string, uid: number): Check {
  const name = 'data folder';
  const { uid: owner, mode, isDirectory } = describe(dir);
  if (!isDirectory) return { name, state: 'problem', message: `${dir} is not a folder. Name another with --data-dir` };
  if (owner !== uid && uid !== 0)
    return {
      name,
      state: 'problem',
      message: `${dir} belongs to user ${owner}, this is user ${uid}. Run this as that user or as root`,
    };
  if (owner !== uid)
    return {
      name,
      state: 'warning',
      message: `${dir} belongs to user ${owner}. Run the server as that user: chown -R root ${dir} if it is to be root`,
    };
  if ((mode & 0o077) !== 0)
    return {
      name,
      state: 'warning',
      message: `${dir} can be opened by others (mode ${mode.toString(8)}), and it holds secrets. chmod 700 ${dir}`,
    };
  return { name, state: 'ok', message: `${dir} (mode ${mode.toString(8)})` };
}

function describe(dir: string) {
  const stat = statSync(dir);
  return { uid: stat.uid, mode: stat.mode & 0o777, isDirectory: stat.isDirectory() };
}

const unfit: Record<string, string> = {
  overlay: 'is thrown away with its container',
  '9p': 'has no reliable locks',
  nfs: 'has no reliable locks',
  nfs4: 'has no reliable locks',
  cifs: 'has no reliable locks',
  smb3: 'has no reliable locks',
  vfat: 'keeps no rights, so that anybody could read the secrets',
  exfat: 'keeps no rights, so that anybody could read the secrets',
  ramfs: 'is lost at a restart',
};

/** SQLite and the lock need a local filesystem that stays. */
export function filesystemVerdict(fsType: string): Check {
  const name = 'filesystem';
  const why = unfit[fsType] ?? (/^fuse\.(sshfs|rclone|s3fs|davfs)/.test(fsType) ? 'has no reliable locks' : undefined);
  if (why !== undefined)
    return {
      name,
      state: 'problem',
      message: `${fsType} ${why}. Put the data folder on a local disk (ext4, xfs, btrfs)`,
    };
  if (fsType === 'tmpfs')
    return { name, state: 'warning', message: 'tmpfs is lost at a restart. Put the data folder on a disk' };
  return { name, state: 'ok', message: fsType };
}

function filesystemCheck(dir: string): Check {
  try {
    return filesystemVerdict(mountOf(realpathSync(dir), readMounts()).fsType);
  } catch (error) {
    return { name: 'filesystem', state: 'warning', message: `unknown: ${(error as Error).message}` };
  }
}

/** The lock is taken for a moment: what is written in it may be from a process that is long gone. */
function lookAtOwner(dir: string): { inUse: boolean; check: Check } {
  const name = 'in use';
  const path = join(dir, 'lock');
  const free = { inUse: false, check: { name, state: 'ok' as const, message: 'no' } };
  if (!existsSync(path)) return free;
  try {
    const lock = tryLock(path);
    if (lock === null) return { inUse: true, check: { name, state: 'ok', message: `by ${ownerText(readOwner(dir))}` } };
    lock.release();
    return free;
  } catch (error) {
    const message = `the lock cannot be taken: ${(error as Error).message}`;
    return { inUse: true, check: { name, state: 'problem', message } };
  }
}

function databaseChecks(dir: string, inUse: boolean): Check[] {
  return [
    databaseCheck(dir, mainFile, inUse, 'dynamight doctor --recover puts a saved copy back'),
    databaseCheck(dir, 'logs.db', inUse, 'The next start sets it aside and begins a new one; old log lines are lost'),
    databaseCheck(dir, 'catalog.db', inUse, 'It is set aside and made anew; the next run compares every file again'),
  ];
}

function databaseCheck(dir: string, file: string, inUse: boolean, cure: string): Check {
  const path = join(dir, file);
  if (!existsSync(path)) {
    const lived = file === mainFile && (existsSync(join(dir, 'secret.key')) || listSnapshots(dir).length > 0);
    if (lived) return { name: file, state: 'problem', message: `missing. ${cure}` };
    return { name: file, state: 'ok', message: 'not made yet' };
  }
  const { problem } = inspectDatabase(path, { inUse, thorough: false });
  if (problem === null) return { name: file, state: 'ok', message: bytesText(statSync(path).size) };
  return { name: file, state: 'problem', message: `damaged: ${problem}. ${cure}` };
}

function keyCheck(dir: string): Check {
  const name = 'secret.key';
  const path = join(dir, name);
  try {
    const { mode } = describe(path);
    if ((mode & 0o077) === 0) return { name, state: 'ok', message: 'there' };
    return { name, state: 'problem', message: `can be read by others (mode ${mode.toString(8)}). chmod 600 ${path}` };
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') return { name, state: 'problem', message: (error as Error).message };
    if (!existsSync(join(dir, mainFile))) return { name, state: 'ok', message: 'not made yet' };
    return {
      name,
      state: 'problem',
      message: `missing: saved credentials and two-factor secrets cannot be opened. Put your own copy of it back at ${path}`,
    };
  }
}

function snapshotCheck(dir: string, nowMs: number): Check {
  const name = 'saved copies';
  const [newest, ...older] = listSnapshots(dir);
  if (newest === undefined) return { name, state: 'ok', message: 'none yet; a running server makes one a day' };
  const at = snapshotTime(newest);
  const age = at === null ? 0 : nowMs - at;
  const shown = at === null ? newest : `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  if (age < -dayMs)
    return {
      name,
      state: 'problem',
      message: `the newest is from the future (${shown}): the clock is wrong. timedatectl set-ntp true`,
    };
  return { name, state: 'ok', message: `${older.length + 1}, the newest from ${shown}` };
}

const tooLittleBytes = 64_000_000;
const littleBytes = 500_000_000;

async function spaceCheck(dir: string): Promise<Check> {
  const name = 'free space';
  const { freeBytes, totalBytes, freeInodes } = await spaceOf(dir);
  const shown = `${bytesText(freeBytes)} of ${bytesText(totalBytes)} for the data folder`;
  if (freeBytes < tooLittleBytes || freeInodes === 0)
    return {
      name,
      state: 'problem',
      message: `${freeInodes === 0 ? 'no new file fits' : shown}. Nothing can be saved; free some space`,
    };
  if (freeBytes < littleBytes || freeBytes < totalBytes / 100)
    return { name, state: 'warning', message: `only ${shown}. Free some space soon` };
  return { name, state: 'ok', message: shown };
}
