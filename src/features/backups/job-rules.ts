import { statSync } from 'node:fs';
import { isAbsolute, normalize } from 'node:path';
import { AppError, invalid } from '../../core/errors.ts';
import { contains } from '../../system/mounts/locate.ts';
import { resolveExisting } from '../../system/mounts/resolve.ts';
import { rootPath } from './destination.ts';
import type { LocalDestination } from './model.ts';
import { findOverlap } from './sources.ts';

/** Absolute, without `.`, `..`, doubled or trailing slashes. Throws AppError naming the field. */
export function cleanPath(path: string, field: string): string {
  if (path.includes('\0')) throw invalid(`Field '${field}' must not contain a NUL character`);
  if (!isAbsolute(path)) throw invalid(`Field '${field}' must be an absolute path, beginning with /`);
  return normalize(path).replace(/(.)\/+$/, '$1');
}

/** A function that throws `refuse(...)` for real paths outside every allowed folder. Allowed folders may be links. */
export function insideOf(
  allowedPaths: readonly string[],
  refuse: (realPath: string) => Error,
): (realPath: string) => void {
  const roots = allowedPaths.map(resolveExisting);
  return (realPath) => {
    if (!roots.some((root) => contains(root, realPath))) throw refuse(realPath);
  };
}

const isFile = (path: string): boolean => {
  try {
    return !statSync(path).isDirectory();
  } catch {
    return false; // not there, or not for us to see: the run will say
  }
};

/**
 * What can be known about a job's folders when it is saved. They need not exist (a drive may be away); what exists is
 * checked. Throws AppError with the first thing that is wrong.
 */
export function checkFolders(given: {
  sources: readonly string[];
  /** null: the destination is not a folder of this machine. */
  destination: LocalDestination | null;
  allowedPaths: readonly string[];
  dataDir: string;
}): void {
  const list = given.allowedPaths.join(', ');
  const allowedFor = (field: string, typed: string) =>
    insideOf(given.allowedPaths, () => invalid(`Field '${field}': ${typed} is not inside an allowed folder (${list})`));
  const dataDir = resolveExisting(given.dataDir);
  const real: string[] = [];
  for (const [index, source] of given.sources.entries()) {
    const field = `source_dirs.${index}`;
    const path = resolveExisting(source);
    allowedFor(field, source)(path);
    if (isFile(path)) throw invalid(`Field '${field}': ${source} is a file. Choose the folder it lies in.`);
    if (contains(dataDir, path))
      throw invalid(
        `Field '${field}': ${source} is where this program keeps its own data, which is kept safe in another way`,
      );
    if (real.includes(path)) throw invalid(`Field '${field}': ${source} is there twice`);
    real.push(path);
  }
  let root: string | null = null;
  if (given.destination) {
    const mountPoint = resolveExisting(given.destination.mount_point);
    allowedFor('destination_config.mount_point', given.destination.mount_point)(mountPoint);
    root = resolveExisting(rootPath({ ...given.destination, mount_point: mountPoint }));
    if (!contains(mountPoint, root))
      throw invalid(`Field 'destination_config.backup_subdir' leads out of ${given.destination.mount_point}`);
    if (isFile(root)) throw invalid(`The destination ${rootPath(given.destination)} is a file. Choose a folder.`);
    if (contains(dataDir, root))
      throw invalid('The destination lies in the folder where this program keeps its own data');
  }
  const overlap = findOverlap(real, root);
  if (overlap) throw invalid(overlap);
}

export const needsSecretAgain = (name: string): AppError =>
  invalid(
    `The address of the destination changed. Enter the secret of "${name}" again (credential_data) to send it there.`,
  );
