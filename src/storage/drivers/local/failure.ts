import { StorageError, type StorageErrorCode } from '../../errors.ts';

/** Whose fault a system call's word is, and what a person may do about it. */
const words: Record<string, readonly [StorageErrorCode, string]> = {
  ENOENT: ['not_found', 'is not there'],
  ENOTDIR: ['not_found', 'is not there: a file lies where a folder should be'],
  EISDIR: ['exists', 'is a folder'],
  EEXIST: ['exists', 'is there already'],
  ENOTEMPTY: ['exists', 'is a folder that is not empty'],
  ELOOP: ['unsupported', 'is behind a link, and links are not followed'],
  EXDEV: ['unsupported', 'lies on another drive than where it shall go'],
  EACCES: ['permission', 'may not be used: the permissions of the disk forbid it'],
  EPERM: ['permission', 'may not be changed: the disk forbids it'],
  ETXTBSY: ['permission', 'is in use'],
  ENOSPC: ['quota', 'does not fit: the disk is full. Free some space and try again'],
  EDQUOT: ['quota', 'does not fit: the quota is used up'],
  EROFS: ['read_only', 'cannot be changed: the disk is mounted read-only'],
  ENAMETOOLONG: ['name', 'has a name that is too long for this disk'],
  EILSEQ: ['name', 'has a name that this disk cannot hold'],
  EINVAL: ['name', 'has a name that this disk cannot hold'],
  EFBIG: ['too_large', 'is larger than this disk allows'],
  EIO: ['unavailable', 'could not be used: the disk reports an error. It may be failing or unplugged'],
  ENODEV: ['unavailable', 'could not be used: the disk is gone'],
  ENXIO: ['unavailable', 'could not be used: the disk is gone'],
  ESTALE: ['unavailable', 'could not be used: the disk is gone'],
  ENOTCONN: ['unavailable', 'could not be used: the disk is gone'],
};

export const codeOf = (error: unknown): string | null => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : null;
};

/** What went wrong with one path, in words every driver shares; what is no failure of a disk stays as it is. */
export function failure(error: unknown, path: string): unknown {
  if (error instanceof StorageError) return error;
  const code = codeOf(error);
  if (code === null || !/^E[A-Z0-9]+$/.test(code)) return error;
  const [kind, end] = words[code] ?? ['unavailable', `could not be used (${code})`];
  return new StorageError(kind, `${path === '' ? 'The folder' : JSON.stringify(path)} ${end}.`, { cause: error });
}
