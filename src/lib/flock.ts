import { dlopen, FFIType, read } from 'bun:ffi';
import { closeSync, constants, openSync } from 'node:fs';

const LOCK_EX = 2;
const LOCK_NB = 4;
const EWOULDBLOCK = 11;

const libc = () =>
  dlopen('libc.so.6', {
    flock: { args: [FFIType.i32, FFIType.i32], returns: FFIType.i32 },
    __errno_location: { args: [], returns: FFIType.ptr },
  }).symbols;

export interface HeldLock {
  readonly fd: number;
  /** Gives the lock back. Also given back by the kernel when the process ends, however it ends. */
  release(): void;
}

/** Takes an exclusive flock(2) on `path` (created 0600) without waiting; null when somebody else holds it. */
export function tryLock(path: string): HeldLock | null {
  const { flock, __errno_location } = libc();
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  if (flock(fd, LOCK_EX | LOCK_NB) === 0) return { fd, release: () => closeSync(fd) };
  const location = __errno_location();
  const errno = location ? read.i32(location, 0) : -1;
  closeSync(fd);
  if (errno === EWOULDBLOCK) return null;
  throw new Error(`flock ${path}: errno ${errno}`);
}
