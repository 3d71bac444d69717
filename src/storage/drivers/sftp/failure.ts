import { StorageError } from '../../errors.ts';
import { type Channel, type FilesystemStats, status, statusOf } from './channel.ts';

export interface Attempt {
  /** What was tried, as it follows "could not" (`be written`). */
  doing: string;
  /** Path below the root, for the message; '' is the root. */
  path: string;
  /** Full path at the server of a folder on the same filesystem, which is there. */
  folder: string;
  /** Bytes that were still to be stored. */
  needs?: number;
}

const readOnlyFlag = 1;

const isFull = (stats: FilesystemStats, needs: number): boolean =>
  stats.f_bavail * stats.f_frsize < Math.max(needs, 1) || (stats.f_files > 0 && stats.f_favail === 0);

const lookAt = async (channel: Channel, folder: string): Promise<FilesystemStats | null> =>
  channel.can.statvfs ? channel.statvfs(folder).catch(() => null) : null;

const quoted = (path: string): string => (path === '' ? 'The folder' : JSON.stringify(path));

/**
 * What a refused request means. "Failure" is all that SFTP says of a full disk, a disk that is read-only, or a broken
 * one: the filesystem itself is asked which. Errors that are no answers of a server come back as they are.
 */
export async function failureOf(error: unknown, channel: Channel, attempt: Attempt): Promise<unknown> {
  const code = statusOf(error);
  if (code === null) return error;
  const { doing, path, folder, needs } = attempt;
  const could = `${quoted(path)} could not ${doing}: `;
  const storageError = (kind: StorageError['code'], why: string) =>
    new StorageError(kind, could + why, { cause: error, details: { path } });

  if (code === status.noSuchFile) return storageError('not_found', 'it is not there.');
  if (code === status.badMessage) return storageError('name', 'the server cannot hold this name or a path this long.');
  if (code === status.unsupported) return storageError('unsupported', 'the server does not know how.');
  if (code === status.noConnection || code === status.connectionLost)
    return storageError('unreachable', 'the server lost its own connection to the files.');
  if (code !== status.permissionDenied && code !== status.failure)
    return storageError('protocol', `the server answered with the unknown number ${code}.`);

  const stats = await lookAt(channel, folder);
  if (channel.readOnly || ((stats?.f_flag ?? 0) & readOnlyFlag) !== 0)
    return storageError('read_only', 'the server allows no changes there.');
  if (code === status.permissionDenied)
    return storageError('permission', 'permission denied. Give the account the right to this folder there.');
  if (stats !== null && needs !== undefined && isFull(stats, needs))
    return storageError('quota', 'the disk of the server is full. Make room there.');
  return storageError(
    'unavailable',
    'the server answered only "Failure". Its disk may be full, at its quota, or damaged: look there.',
  );
}
