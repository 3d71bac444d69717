import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Flushes a file's content to the medium. */
export function fsyncFile(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Flushes a folder's entries (new names, renames) to the medium. */
export const fsyncDir = fsyncFile;

/**
 * Writes a small file so that after a crash at any moment either the old or the new content is there in full:
 * temporary file in the same folder, write, fsync, rename, fsync of the folder. Throws and leaves nothing on error.
 * `mode` holds under any umask.
 */
export function writeFileAtomic(path: string, content: string | Uint8Array, mode = 0o600): void {
  const temp = join(dirname(path), `.${basename(path)}.${crypto.randomUUID().slice(0, 8)}.tmp`);
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const fd = openSync(temp, 'wx', mode);
  try {
    try {
      fchmodSync(fd, mode);
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temp, path);
  } catch (error) {
    try {
      unlinkSync(temp);
    } catch {
      // already renamed, or the disk is gone: the first error is the one to tell
    }
    throw error;
  }
  fsyncDir(dirname(path));
}
