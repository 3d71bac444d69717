import { dlopen, FFIType, ptr, read } from 'bun:ffi';
import { constants } from 'node:os';

const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const nsPerSecond = 1_000_000_000n;

const libc = () =>
  dlopen('libc.so.6', {
    futimens: { args: [FFIType.i32, FFIType.ptr], returns: FFIType.i32 },
    utimensat: { args: [FFIType.i32, FFIType.ptr, FFIType.ptr, FFIType.i32], returns: FFIType.i32 },
    setxattr: { args: [FFIType.ptr, FFIType.ptr, FFIType.ptr, FFIType.u64, FFIType.i32], returns: FFIType.i32 },
    __errno_location: { args: [], returns: FFIType.ptr },
  }).symbols;
let loaded: ReturnType<typeof libc> | null = null;

const nameOfErrno = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));

/** As node's own errors are: with the error's name in `code`. */
function failed(what: string): Error {
  const { __errno_location: whereErrnoIs } = loaded ?? {};
  const location = whereErrnoIs?.();
  const errno = location ? read.i32(location, 0) : 0;
  return Object.assign(new Error(`${what} (errno ${errno})`), { code: nameOfErrno.get(errno) ?? 'EIO' });
}

const cText = (bytes: string | Uint8Array): Uint8Array => Buffer.concat([Buffer.from(bytes as string), Buffer.of(0)]);

/** For the kernel: time of access, time of change. Files behind FUSE forget the one when the other is not given with it. */
function timesOf(mtimeNs: bigint): BigInt64Array {
  const seconds = mtimeNs / nsPerSecond - (mtimeNs % nsPerSecond < 0n ? 1n : 0n);
  return new BigInt64Array([BigInt(Math.floor(Date.now() / 1000)), 0n, seconds, mtimeNs - seconds * nsPerSecond]);
}
const cannotSetTime = 'the time of change cannot be set';

/**
 * Sets the time of change to the nanosecond; node's own calls take seconds as a float, which loses hundreds of them. Of
 * a link itself, never of what it leads to, when `isLink` says so. Throws errors like node's.
 */
export function setModified(path: string | Uint8Array, mtimeNs: bigint, { isLink = false } = {}): void {
  loaded ??= libc();
  const flags = isLink ? AT_SYMLINK_NOFOLLOW : 0;
  if (loaded.utimensat(AT_FDCWD, ptr(cText(path)), ptr(timesOf(mtimeNs)), flags) !== 0) throw failed(cannotSetTime);
}

/** The same for an open file. */
export function setModifiedOpen(fd: number, mtimeNs: bigint): void {
  loaded ??= libc();
  if (loaded.futimens(fd, ptr(timesOf(mtimeNs))) !== 0) throw failed(cannotSetTime);
}

/** Sets one extended attribute; a link at the end is followed. Throws errors like node's. */
export function setXattr(path: string | Uint8Array, name: string, value: Uint8Array): void {
  loaded ??= libc();
  // An empty buffer has no address.
  const bytes = value.byteLength === 0 ? Buffer.of(0) : value;
  if (loaded.setxattr(ptr(cText(path)), ptr(cText(name)), ptr(bytes), value.byteLength, 0) !== 0)
    throw failed(`the attribute ${JSON.stringify(name)} cannot be set`);
}
