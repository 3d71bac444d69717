import { chmodSync, closeSync, constants, fstatSync, mkdirSync, openSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../core/errors.ts';
import { type Filesystem, type FilesystemAnswers, filesystemOf, mountPointOf } from '../../system/mounts/identity.ts';
import type { FilesystemKind } from '../../system/rsync/args.ts';
import type { LocalDestination } from './model.ts';
import { RunStop } from './stop.ts';

/** A local destination, held open: everything goes through the handle, so writes follow the filesystem, not the path. */
export interface OpenDestination {
  /** Real path of the root, also where it is still to be made. */
  root: string;
  /** The root; its nearest existing parent while it is missing. */
  handle: number;
  /** The root through the handle; good for this process only. */
  handlePath: string;
  filesystem: Filesystem;
  kind: FilesystemKind;
  /** True when the root is not there yet (dry runs make nothing). */
  missing: boolean;
  /** Throws RunStop when the path no longer leads to what the handle holds: pulled out, unmounted, mounted over. */
  check(): void;
  close(): void;
}

/** Where a job writes, in one line: the identity of what it knew there before. */
export const destinationAddress = (config: LocalDestination): string =>
  config.usb_uuid ? `drive:${config.usb_uuid.toLowerCase()}/${config.backup_subdir}` : `local:${rootPath(config)}`;

/** `mount_point/backup_subdir`. */
export const rootPath = (config: LocalDestination): string =>
  config.backup_subdir === '' ? config.mount_point : `${config.mount_point.replace(/\/$/, '')}/${config.backup_subdir}`;

const fatLike = new Set(['vfat', 'msdos', 'exfat', 'fuseblk', 'ntfs', 'ntfs3', 'fuse.exfat']);

async function rootMount(config: LocalDestination): Promise<string> {
  if (!config.usb_uuid) return config.mount_point;
  const mountPoint = await mountPointOf(config.usb_uuid);
  if (mountPoint !== null) return mountPoint;
  throw new RunStop(
    'drive_absent',
    `Drive ${config.usb_uuid} is not plugged in, or not mounted. Plug it in and run again.`,
  );
}

/**
 * Opens the root of a local destination. The mount point must be there; missing folders of `backup_subdir` are made
 * (not in a dry run), one by one, never through a link. Throws RunStop.
 *
 * @param allowed throws when a real path may not be written to
 */
export async function openLocalDestination(
  config: LocalDestination,
  options: { dryRun: boolean; allowed(realPath: string): void; answers?: FilesystemAnswers },
): Promise<OpenDestination> {
  const mountPoint = await rootMount(config);
  let base: string;
  let handle: number;
  try {
    base = realpathSync(mountPoint);
    if (!statSync(base).isDirectory()) throw new RunStop('destination_missing', `${mountPoint} is not a folder.`);
    options.allowed(base);
    handle = openSync(base, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    if (error instanceof RunStop) throw error;
    throw new RunStop(
      'destination_missing',
      errnoOf(error) === 'ENOENT'
        ? `The destination ${mountPoint} is not there. Plug in or mount it, or change the job.`
        : `The destination ${mountPoint} cannot be opened (${errnoOf(error) ?? 'unknown error'}).`,
    );
  }
  const walk = descend(handle, base, config.backup_subdir, options.dryRun);
  const filesystem = await filesystemOf(base, options.answers);
  const held = fstatSync(walk.handle, { bigint: true });
  return {
    ...walk,
    handlePath: `/proc/self/fd/${walk.handle}`,
    filesystem,
    kind: fatLike.has(filesystem.fsType) ? 'fat' : 'unix',
    check() {
      try {
        const now = statSync(walk.root, { bigint: true });
        if (now.dev === held.dev && now.ino === held.ino) return;
      } catch {
        // gone: said below
      }
      throw new RunStop(
        'drive_removed',
        `The destination ${walk.root} went away during the run. Plug it in and run again.`,
      );
    },
    close: () => closeSync(walk.handle),
  };
}

/** From the mount point down to the root, never through a link. Takes the handle over, also when it throws. */
function descend(handle: number, base: string, subdir: string, dryRun: boolean) {
  const parts = subdir.split('/').filter((one) => one !== '');
  const under = (count: number) => join(base, ...parts.slice(0, count));
  let missing = false;
  for (const [index, part] of parts.entries()) {
    try {
      const next = openOrMake(`/proc/self/fd/${handle}/${part}`, dryRun, 0o755);
      if (next === null) {
        missing = true;
        break;
      }
      closeSync(handle);
      handle = next;
    } catch (error) {
      closeSync(handle);
      throw folderError(error, under(index + 1));
    }
  }
  return { root: under(parts.length), handle, missing };
}

const asFolder = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** null: missing, and not to be made. */
function openOrMake(path: string, dryRun: boolean, mode: number): number | null {
  try {
    return openSync(path, asFolder);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
  if (dryRun) return null;
  mkdirSync(path, { mode: 0o700 });
  if (mode !== 0o700) chmodSync(path, mode); // whatever our umask: the copies inside keep their own modes
  return openSync(path, asFolder);
}

function folderError(error: unknown, path: string): unknown {
  const code = errnoOf(error);
  if (code === 'ENOTDIR' || code === 'ELOOP' || code === 'EEXIST')
    return new RunStop('name_collision', `${path} is in the way: it is not a folder. Move it away.`);
  if (code === 'EROFS') return new RunStop('destination_read_only', `${path} cannot be made: the drive is read-only.`);
  if (code === 'ENOSPC') return new RunStop('no_space', `${path} cannot be made: the destination is full.`);
  if (code === 'EACCES' || code === 'EPERM')
    return new RunStop('destination_read_only', `${path} cannot be made or opened: permission denied.`);
  return error;
}

/**
 * Makes every landing below the open root (not in a dry run) and checks that nothing but folders lies on the way: a link
 * there would take the copy somewhere else. Throws RunStop.
 */
export function prepareLandings(destination: OpenDestination, landings: readonly string[], dryRun: boolean): void {
  for (const landing of landings) {
    let handle = openSync(destination.handlePath, constants.O_RDONLY | constants.O_DIRECTORY);
    let path = destination.root;
    try {
      const parts = landing.split('/');
      for (const [index, part] of parts.entries()) {
        path = `${path}/${part}`;
        // The landing itself gets its source's mode from rsync: closed until then.
        const next = openOrMake(`/proc/self/fd/${handle}/${part}`, dryRun, index === parts.length - 1 ? 0o700 : 0o755);
        if (next === null) break;
        closeSync(handle);
        handle = next;
      }
    } catch (error) {
      throw folderError(error, path);
    } finally {
      closeSync(handle);
    }
  }
}
