import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { errnoOf } from '../core/errors.ts';
import { CommandError } from './command.ts';

/** Where a backup goes, as a job stores it. */
export interface LocalTarget {
  mount_point: string;
  backup_subdir: string;
}

/** What was typed as a source: an absolute path of a folder that can be read. Throws CommandError. */
export function sourceFolder(typed: string, cwd: string): string {
  const path = resolve(cwd, typed);
  const stat = lookAt(path, 'source');
  if (!stat) throw new CommandError(`The source ${path} does not exist.`);
  if (!stat.isDirectory())
    throw new CommandError(`The source ${path} is a file. Name the folder it lies in; --exclude leaves things out.`);
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
  } catch {
    throw new CommandError(`The source ${path} cannot be read: permission denied.`);
  }
  return path;
}

/** A folder that is there, or a new one in a folder that is there (the run makes it). Throws CommandError. */
export function targetFolder(typed: string, cwd: string): LocalTarget {
  const path = resolve(cwd, typed);
  const stat = lookAt(path, 'destination');
  if (stat?.isDirectory()) return { mount_point: path, backup_subdir: '' };
  if (stat) throw new CommandError(`The destination ${path} is a file. Name a folder.`);
  const parent = dirname(path);
  const above = lookAt(parent, 'destination');
  if (!above)
    throw new CommandError(
      `Neither the destination ${path} nor the folder it would lie in exists. Is the drive mounted? Make ${parent} first if it is right.`,
    );
  if (!above.isDirectory()) throw new CommandError(`The destination ${path} cannot be made: ${parent} is a file.`);
  return { mount_point: parent, backup_subdir: basename(path) };
}

function lookAt(path: string, role: string) {
  try {
    return statSync(path);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code === 'EACCES') throw new CommandError(`The ${role} ${path} cannot be looked at: permission denied.`);
    throw new CommandError(`The ${role} ${path} cannot be looked at (${code ?? 'unknown error'}).`);
  }
}

/** Links resolved as far as the path exists: two spellings of one folder are the same, also before it is made. */
export function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realFolder(parent), basename(path));
  }
}

export const targetRoot = (target: LocalTarget): string => join(target.mount_point, target.backup_subdir);
