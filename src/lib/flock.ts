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
  /** Gives the lock back; further calls do nothing. The kernel does the same when the process ends, however it ends. */
  release(): void;
}

/**
 * Takes an exclusive flock(2) on `path` (created 0600) without waiting; null when somebody else holds it. The handle
 * is closed on exec, so a child that outlives this process does not keep the lock.
 */
export function tryLock(path: string): HeldLock | null {
  const { flock, __errno_location } = libc();
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  let errno = 0;
  // A signal can interrupt the call, and the runtime's own system calls can overwrite errno before it is read here.
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (flock(fd, LOCK_EX | LOCK_NB) === 0) return heldLock(fd);
    const location = __errno_location();
    errno = location ? read.i32(location, 0) : -1;
    if (errno === EWOULDBLOCK) break;
  }
  closeSync(fd);
  if (errno === EWOULDBLOCK) return null;
  throw new Error(`${path} cannot be locked (errno ${errno}): the filesystem it lies on may not support it`);
}

function heldLock(fd: number): HeldLock {
  let held = true;
  return {
    fd,
    release() {
      if (held) closeSync(fd);
      held = false; // the number may belong to another file by now
    },
  };
}
