import {
  type BigIntStats,
  close,
  fstat,
  fsync,
  lstat,
  open,
  read,
  rename,
  rmdir,
  statfs,
  unlink,
  write,
} from 'node:fs';
import { promisify } from 'node:util';
import { type DirHandle, entryPath } from '../../../lib/dirfd.ts';

export const openFile = promisify(open);
export const closeFile = promisify(close);
export const flushFile = promisify(fsync);
export const renameEntry = promisify(rename);
export const unlinkEntry = promisify(unlink);
export const removeEmptyFolder = promisify(rmdir);
export const spaceOf = promisify(statfs);

/** With times in nanoseconds; of the entry itself, never of what a link leads to. */
export const statOf = (dir: DirHandle, name: Uint8Array): Promise<BigIntStats> =>
  new Promise((resolve, reject) => {
    lstat(entryPath(dir, name), { bigint: true }, (error, stat) => (error ? reject(error) : resolve(stat)));
  });

export const statOpen = (fd: number): Promise<BigIntStats> =>
  new Promise((resolve, reject) => {
    fstat(fd, { bigint: true }, (error, stat) => (error ? reject(error) : resolve(stat)));
  });

/** Bytes that were read, fewer only at the end of the file. */
export const readAt = (fd: number, buffer: Uint8Array, position: number): Promise<number> =>
  new Promise((resolve, reject) => {
    read(fd, buffer, 0, buffer.byteLength, position, (error, count) => (error ? reject(error) : resolve(count)));
  });

export async function writeAt(fd: number, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength; )
    done += await new Promise<number>((resolve, reject) => {
      write(fd, bytes, done, bytes.byteLength - done, position + done, (error, count) =>
        error ? reject(error) : resolve(count),
      );
    });
}
