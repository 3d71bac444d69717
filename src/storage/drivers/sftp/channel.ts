import type { FileEntryWithStats, SFTPWrapper, Stats } from 'ssh2';
import type { StorageError } from '../../errors.ts';

/** What SFTP servers answer, by number. */
export const status = {
  eof: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  noConnection: 6,
  connectionLost: 7,
  unsupported: 8,
} as const;

/** The number an SFTP server answered; null for every other error. */
export function statusOf(error: unknown): number | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'number' ? code : null;
}

/** Answer of statvfs@openssh.com; the sizes of blocks are bytes. */
export interface FilesystemStats {
  f_frsize: number;
  f_blocks: number;
  f_bavail: number;
  f_files: number;
  f_favail: number;
  f_flag: number;
}

export type Attributes = Partial<Pick<Stats, 'mode' | 'size' | 'mtime' | 'atime'>>;
export type Handle = Buffer;
type Done<T> = (error?: Error | null, value?: T) => void;

/**
 * One SFTP channel: requests as promises. They may be sent without waiting for the answers of earlier ones; OpenSSH
 * works through them in order. Rejects with the server's own status error, or with the StorageError the connection was
 * lost with. Handles belong to the channel they were opened on.
 */
export interface Channel {
  /** Largest read and write the server takes, bytes. */
  readonly readBytes: number;
  readonly writeBytes: number;
  readonly can: { posixRename: boolean; flush: boolean; statvfs: boolean };
  /** An OpenSSH server that was told to refuse all changes leaves out every extension that makes one. */
  readonly readOnly: boolean;
  /** Requests without an answer yet. */
  waiting(): number;
  /** Everything unanswered fails with this, and everything asked from now on. */
  fail(reason: StorageError): void;

  open(path: string, flags: 'r' | 'r+' | 'wx'): Promise<Handle>;
  close(handle: Handle): Promise<void>;
  /** At most `writeBytes`. */
  write(handle: Handle, bytes: Uint8Array<ArrayBuffer>, position: number): Promise<void>;
  /** Fills the buffer (at most `readBytes`) from its beginning; answers how far, 0 at the end of the file. */
  read(handle: Handle, into: Buffer, position: number): Promise<number>;
  fstat(handle: Handle): Promise<Attributes>;
  lstat(path: string): Promise<Attributes>;
  /** Whole seconds. */
  setTimes(handle: Handle, atime: number, mtime: number): Promise<void>;
  setTimesAt(path: string, atime: number, mtime: number): Promise<void>;
  flush(handle: Handle): Promise<void>;
  statvfs(path: string): Promise<FilesystemStats>;
  /** `mode` holds where the server honours it, less its umask; its own choice unless told. */
  makeFolder(path: string, mode?: number): Promise<void>;
  removeFolder(path: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Most servers refuse when something is at `to`; some replace it. */
  rename(from: string, to: string): Promise<void>;
  posixRename(from: string, to: string): Promise<void>;
  openFolder(path: string): Promise<Handle>;
  /** Some more entries; null at the end. */
  readFolder(handle: Handle): Promise<FileEntryWithStats[] | null>;
  realpath(path: string): Promise<string>;
}

/** What ssh2 knows and does not tell. */
interface Untold {
  _extensions?: Record<string, string>;
  _maxReadLen?: number;
  _maxWriteLen?: number;
}

/** Every server must take this much in one packet (draft-ietf-secsh-filexfer-02, section 3). */
const leastBytes = 32_000 - 1_024;
const mostBytes = 255 * 1_024;
const within = (bytes: number | undefined): number => Math.min(bytes ?? leastBytes, mostBytes);
const writing = ['posix-rename@openssh.com', 'hardlink@openssh.com', 'fsync@openssh.com'];

/** Wraps a channel ssh2 has opened. */
export function createChannel(sftp: SFTPWrapper): Channel {
  const { _extensions: extensions = {}, _maxReadLen: mostRead, _maxWriteLen: mostWrite } = sftp as unknown as Untold;
  const has = (name: string, version: string) => extensions[name] === version;
  const open = new Set<(reason: StorageError) => void>();
  let lost: StorageError | null = null;

  function call<T>(start: (done: Done<T>) => void): Promise<T> {
    if (lost !== null) return Promise.reject(lost);
    return new Promise((resolve, reject) => {
      open.add(reject);
      // Never throws: it would take the whole connection down.
      const done: Done<T> = (error, value) => {
        if (!open.delete(reject)) return;
        if (error) reject(lost ?? error);
        else resolve(value as T);
      };
      try {
        start(done);
      } catch (error) {
        done(error as Error);
      }
    });
  }
  const asBuffer = (bytes: Uint8Array<ArrayBuffer>) =>
    Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

  return {
    readBytes: within(mostRead),
    writeBytes: within(mostWrite),
    can: {
      posixRename: has('posix-rename@openssh.com', '1'),
      flush: has('fsync@openssh.com', '1'),
      statvfs: has('statvfs@openssh.com', '2'),
    },
    readOnly: has('statvfs@openssh.com', '2') && writing.every((name) => extensions[name] === undefined),
    waiting: () => open.size,
    fail(reason) {
      lost ??= reason;
      for (const reject of open) reject(lost);
      open.clear();
    },

    open: (path, flags) => call((done) => sftp.open(path, flags, done)),
    close: (handle) => call((done) => sftp.close(handle, done)),
    write: (handle, bytes, position) =>
      call((done) => sftp.write(handle, asBuffer(bytes), 0, bytes.byteLength, position, done)),
    read: (handle, into, position) =>
      call((done) => sftp.read(handle, into, 0, into.byteLength, position, (error, count) => done(error, count))),
    fstat: (handle) => call((done) => sftp.fstat(handle, done)),
    lstat: (path) => call((done) => sftp.lstat(path, done)),
    setTimes: (handle, atime, mtime) => call((done) => sftp.fsetstat(handle, { atime, mtime }, done)),
    setTimesAt: (path, atime, mtime) => call((done) => sftp.setstat(path, { atime, mtime }, done)),
    flush: (handle) => call((done) => sftp.ext_openssh_fsync(handle, (error) => done(error))),
    statvfs: (path) => call((done) => sftp.ext_openssh_statvfs(path, done)),
    makeFolder: (path, mode) =>
      call((done) => (mode === undefined ? sftp.mkdir(path, done) : sftp.mkdir(path, { mode }, done))),
    removeFolder: (path) => call((done) => sftp.rmdir(path, done)),
    remove: (path) => call((done) => sftp.unlink(path, done)),
    rename: (from, to) => call((done) => sftp.rename(from, to, done)),
    posixRename: (from, to) => call((done) => sftp.ext_openssh_rename(from, to, done)),
    openFolder: (path) => call((done) => sftp.opendir(path, done)),
    readFolder: (handle) =>
      call((done) =>
        // A handle instead of a path makes it one request; the types know only paths.
        sftp.readdir(handle as unknown as string, (error, entries) =>
          statusOf(error) === status.eof ? done(null, null) : done(error, entries),
        ),
      ),
    realpath: (path) => call((done) => sftp.realpath(path, done)),
  };
}
