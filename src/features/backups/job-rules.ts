import { statSync } from 'node:fs';
import { isAbsolute, normalize } from 'node:path';
import { type AppError, errnoOf, invalid } from '../../core/errors.ts';
import { contains } from '../../system/mounts/locate.ts';
import { resolveExisting } from '../../system/mounts/resolve.ts';
import { rootPath } from './destination.ts';
import type { LocalDestination } from './model.ts';
import { findOverlap } from './sources.ts';

/** Absolute, without `.`, `..`, doubled or trailing slashes. Throws AppError naming the field. */
export function cleanPath(path: string, field: string): string {
  if (path.includes('\0') || !path.isWellFormed()) throw invalid(`Field '${field}' holds characters no path can hold`);
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

const troubles: Record<string, string> = {
  EACCES: 'permission denied',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'a name in it is too long',
};

/** Where a path leads. Throws AppError when the system does not say: then nothing about it can be checked. */
function lookUp(path: string, field: string): string {
  try {
    return resolveExisting(path);
  } catch (error) {
    const code = errnoOf(error) ?? 'unknown error';
    throw invalid(`Field '${field}': ${path} cannot be looked up (${troubles[code] ?? code})`);
  }
}

const isFile = (path: string): boolean => {
  try {
    return !statSync(path).isDirectory();
  } catch {
    return false; // not there, or not for us to see: the run will say
  }
};

/** Folders a job may use, and the one it never may. */
interface Grounds {
  allowedPaths: readonly string[];
  /** Where this program keeps its own data. */
  dataDir: string;
}

const allowedFor = ({ allowedPaths }: Grounds, field: string, typed: string) =>
  insideOf(allowedPaths, () =>
    invalid(`Field '${field}': ${typed} is not inside an allowed folder (${allowedPaths.join(', ')})`),
  );

/** What can be known about a source before it is read; it need not be there. Answers where it leads. Throws AppError. */
export function checkSource(source: string, field: string, grounds: Grounds): string {
  const path = lookUp(source, field);
  allowedFor(grounds, field, source)(path);
  if (isFile(path)) throw invalid(`Field '${field}': ${source} is a file. Choose the folder it lies in.`);
  if (contains(resolveExisting(grounds.dataDir), path))
    throw invalid(
      `Field '${field}': ${source} is where this program keeps its own data, which is kept safe in another way`,
    );
  return path;
}

/**
 * What can be known about a job's folders when it is saved. They need not exist (a drive may be away); what exists is
 * checked. Throws AppError with the first thing that is wrong.
 */
export function checkFolders(
  given: Grounds & {
    sources: readonly string[];
    /** null: the destination is not a folder of this machine. */
    destination: LocalDestination | null;
  },
): void {
  const real: string[] = [];
  for (const [index, source] of given.sources.entries()) {
    const path = checkSource(source, `source_dirs.${index}`, given);
    if (real.includes(path)) throw invalid(`Field 'source_dirs.${index}': ${source} is there twice`);
    real.push(path);
  }
  let root: string | null = null;
  if (given.destination) {
    const field = 'destination_config.mount_point';
    const mountPoint = lookUp(given.destination.mount_point, field);
    allowedFor(given, field, given.destination.mount_point)(mountPoint);
    root = lookUp(rootPath({ ...given.destination, mount_point: mountPoint }), 'destination_config.backup_subdir');
    if (!contains(mountPoint, root))
      throw invalid(`Field 'destination_config.backup_subdir' leads out of ${given.destination.mount_point}`);
    if (isFile(root)) throw invalid(`The destination ${rootPath(given.destination)} is a file. Choose a folder.`);
    if (contains(resolveExisting(given.dataDir), root))
      throw invalid('The destination lies in the folder where this program keeps its own data');
  }
  const overlap = findOverlap(real, root);
  if (overlap) throw invalid(overlap);
}

export const needsSecretAgain = (name: string): AppError =>
  invalid(
    `The address or the certificate of the destination changed. Enter the secret of "${name}" again (credential_data) to send it there.`,
  );
