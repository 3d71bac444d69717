import { constants } from 'node:fs';
import { setModifiedOpen } from '../../../lib/attributes.ts';
import { entryPath, flushFolder } from '../../../lib/dirfd.ts';
import { readPiece } from '../../content.ts';
import type { Content, WriteOptions, Written } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { newPartName } from '../../part-names.ts';
import { closeFile, flushFile, openFile, renameEntry, statOf, statOpen, unlinkEntry, writeAt } from './calls.ts';
import { tagOf } from './entries.ts';
import { codeOf } from './failure.ts';
import type { Place } from './places.ts';

const chunkBytes = 1024 * 1024;
const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** Only a file may be replaced by a file. */
export async function requireReplaceable({ dir, name }: Place, path: string): Promise<void> {
  const there = await statOf(dir, name).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (there && !there.isFile())
    throw new StorageError('exists', `Something that is no file lies at ${JSON.stringify(path)}. It was not replaced.`);
}

/**
 * A temporary file in the same folder, flushed, then renamed, then its folder flushed: at every moment, a power cut
 * included, the name leads to the old content or to the new.
 */
export async function writeAtomic(
  place: Place,
  path: string,
  content: Content,
  { signal, mtimeNs, onProgress }: WriteOptions,
): Promise<Written> {
  await requireReplaceable(place, path);
  const { dir, name } = place;
  const temporary = entryPath(dir, Buffer.from(newPartName()));
  try {
    await fill(temporary, content, signal, onProgress);
    const fd = await openFile(temporary, constants.O_RDONLY | constants.O_NOFOLLOW, 0);
    try {
      if (mtimeNs !== null) setModifiedOpen(fd, mtimeNs);
      await flushFile(fd);
      const size = Number((await statOpen(fd)).size);
      if (size !== content.size)
        throw new StorageError(
          'integrity',
          `${JSON.stringify(path)} has ${size} bytes, and ${content.size} were written.`,
        );
      signal.throwIfAborted();
      await renameEntry(temporary, entryPath(dir, name));
      await flushFolder(dir);
      // Renaming changes what the tag is made of; through the open file nobody else's file can be meant.
      const stat = await statOpen(fd);
      return { size, mtimeNs: stat.mtimeNs, hash: null, tag: tagOf(stat), id: null, verified: true };
    } finally {
      await closeFile(fd);
    }
  } catch (error) {
    await unlinkEntry(temporary).catch(() => {}); // already renamed, or the disk is gone: the first error is the one to tell
    throw error;
  }
}

/** Closed when it returns: some filesystems set the time of change when a file that was written is closed. */
async function fill(
  temporary: Buffer,
  content: Content,
  signal: AbortSignal,
  onProgress: WriteOptions['onProgress'],
): Promise<void> {
  const fd = await openFile(temporary, newFile, 0o666);
  try {
    for (let at = 0; at < content.size; at += chunkBytes) {
      const length = Math.min(chunkBytes, content.size - at);
      await writeAt(fd, await readPiece(content, at, length, signal), at);
      onProgress?.(at + length);
    }
  } finally {
    await closeFile(fd);
  }
}
