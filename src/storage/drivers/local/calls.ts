import { dlopen, FFIType, ptr } from 'bun:ffi';
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

const nsPerSecond = 1_000_000_000n;

const libc = () =>
  dlopen('libc.so.6', { futimens: { args: [FFIType.i32, FFIType.ptr], returns: FFIType.i32 } }).symbols;
let loaded: ReturnType<typeof libc> | null = null;

/** Sets the time of change to the nanosecond; node's own calls take seconds as a float, which loses hundreds of them. */
export function setTime(fd: number, mtimeNs: bigint): void {
  loaded ??= libc();
  const seconds = mtimeNs / nsPerSecond - (mtimeNs % nsPerSecond < 0n ? 1n : 0n);
  // Filesystems behind FUSE forget the one time when the other is not given with it.
  const nowSeconds = BigInt(Math.floor(Date.now() / 1000));
  const times = new BigInt64Array([nowSeconds, 0n, seconds, mtimeNs - seconds * nsPerSecond]);
  if (loaded.futimens(fd, ptr(times)) !== 0)
    throw Object.assign(new Error('the time of change cannot be set'), { code: 'EPERM' });
}
