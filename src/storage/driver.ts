import type { StorageError } from './errors.ts';

/**
 * The contract of all storage: what a driver for one kind of storage does for whoever moves files. A driver can be
 * written from these comments alone; `check.ts` holds the checks that every one of them passes.
 *
 * Paths are relative to the driver's root: names joined by `/`, no leading or trailing slash, never empty segments,
 * `.` or `..`; `''` is the root itself. They are well-formed Unicode, exactly as the service keeps them (nothing is
 * normalised or re-cased on the way). What a listing says is not trusted: an entry whose name is `.`, `..`, empty, or
 * holds `/` or NUL is `protocol`.
 *
 * Who does what:
 * - a driver makes one try, translates every failure to a StorageError, and never waits for better times: retrying,
 *   bandwidth, concurrency and stall timeouts are wrappers (`wrap/`)
 * - every method takes an AbortSignal; after an abort it rejects with the signal's reason, soon, and leaves nothing
 *   half done under a final name
 * - every method may be called many times in parallel; a driver keeps connections alive and needs no warm-up
 * - nothing is ever deleted, replaced or moved that the call does not name
 */
export interface StorageDriver {
  readonly capabilities: Capabilities;

  /**
   * What lies directly in one folder, as one complete answer in any order: either everything that is there, or an
   * error, never a part. `folder` must be there (`not_found` otherwise; `''` that is missing is `no_root`, except where
   * folders are implied: then it is empty). A file in its place is `not_found`.
   */
  list(folder: string, signal: AbortSignal): Promise<Entry[]>;

  /**
   * Only where `capabilities.flat`: every file below `folder`, in pages, ordered by the UTF-8 bytes of their full
   * paths. When it ends without throwing, everything was told. Folders are not told.
   */
  listBelow?(folder: string, signal: AbortSignal): AsyncIterable<Entry[]>;

  /** One entry, or null when nothing is there. */
  stat(path: string, signal: AbortSignal): Promise<Entry | null>;

  /** The bytes from `start` (default 0) up to but not including `end` (default: all). Rejects before the first byte when
   * nothing is there; errors the stream when the connection breaks. A stream that ended well was whole. */
  read(path: string, range: { start?: number; end?: number }, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;

  /**
   * Makes or replaces one file, atomically: until it resolves readers see the old content (or nothing), afterwards the
   * new one, and when it rejects the old one is still there. Missing folders on the way are made. The same call may be
   * repeated. It never resolves before what the service answered was compared with what was sent, as far as it answers
   * (`integrity` on a difference, and the wrong thing is not left under the name).
   */
  write(path: string, content: Content, options: WriteOptions): Promise<Written>;

  /** Removes one file. Nothing there is fine. A folder in its place is `exists`. */
  remove(path: string, signal: AbortSignal): Promise<void>;
  /** Removes one empty folder; not there is fine, not empty is `exists`. Implied folders: does nothing. */
  removeFolder(path: string, signal: AbortSignal): Promise<void>;
  /** Only where `capabilities.bulkRemove`: many files in few requests. Answers those that could not be removed. */
  removeMany?(paths: readonly string[], signal: AbortSignal): Promise<{ path: string; error: StorageError }[]>;
  /**
   * Makes a folder and those above it, up to the root; there already is fine. Implied folders: does nothing. `''` makes
   * the root itself where the service takes it by its path and what it hangs on is there (`no_root` otherwise): the
   * folder above it, the address, the drive. Nothing else ever makes a root.
   */
  makeFolder(path: string, signal: AbortSignal): Promise<void>;

  /** Moves a file; folders on the way are made, what lies at `to` is replaced. Throws `not_found`. */
  move(from: string, to: string, signal: AbortSignal): Promise<void>;
  /** Only where `capabilities.copy`: the same without taking `from` away, done by the service. */
  copy?(from: string, to: string, signal: AbortSignal): Promise<void>;

  /**
   * Only where uploads that were begun stay until somebody ends them, paid for and seen in no listing: ends those of files
   * below `folder` that are older than `olderThanMs`, but for those a ResumeSlot still speaks of (`keep`: the states).
   * Answers how many.
   */
  sweep?(folder: string, keep: readonly unknown[], olderThanMs: number, signal: AbortSignal): Promise<number>;

  /** Room at the service in bytes; null where it does not say. */
  space(signal: AbortSignal): Promise<Space | null>;

  /**
   * Looks whether the root can be reached with these credentials, and answers what a person would like to see of it
   * (server, account, fingerprint). Throws `no_root` when the folder or bucket is not there.
   */
  probe(signal: AbortSignal): Promise<Record<string, string | number | boolean | null>>;

  /** Ends connections. Nothing may be called afterwards. */
  close(): Promise<void>;
}

export interface Space {
  totalBytes: number | null;
  freeBytes: number | null;
}

export interface Entry {
  path: string;
  /** `other` is anything that is neither a file nor a folder (a link, a Google document): never read or replaced. */
  kind: 'file' | 'folder' | 'other';
  /** Bytes; 0 for folders. */
  size: number;
  /** The file's own time of change where the service keeps what we set, in nanoseconds since 1970; null elsewhere. */
  mtimeNs: bigint | null;
  /** What the service knows of the content without being asked for it, lower-case hex; null where nothing. */
  hash: { kind: HashKind; hex: string } | null;
  /**
   * Differs whenever the content differs from another time this path was listed; null where there is no such thing.
   * `write` answers the tag the next listing will show, where it can know it.
   */
  tag: string | null;
  /** The service's own name for it where it has one besides the path. */
  id: string | null;
}

/** `quickxor` is OneDrive's QuickXorHash. */
export type HashKind = 'md5' | 'sha1' | 'sha256' | 'quickxor';

/** What a file holds, readable from anywhere as often as needed: tries are repeated and parts are sent side by side. */
export interface Content {
  /** Bytes: exactly as many are sent. */
  readonly size: number;
  /**
   * Exactly `length` bytes from `offset`. Throws `source` when the file gave fewer, or changed since it was opened. Who is
   * done with the bytes before he asks for the next ones may lend memory for them (`into`); it may be used or not, and
   * after a rejection it is not to be used again.
   */
  read(offset: number, length: number, into?: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}

export interface WriteOptions {
  signal: AbortSignal;
  /** Kept with the file where the service can. */
  mtimeNs: bigint | null;
  /**
   * When its folder was last listed, nothing had this name. A driver that has a way to give a name only where nobody has
   * it may spare itself a look; one that comes upon something there does as if it had not been told.
   */
  isNew?: boolean;
  /** Where a large upload is remembered until it is done, so that the next try, run or process goes on with it. */
  resume?: ResumeSlot;
  /** Bytes of this content that have arrived, as far as can be told on the way, counted from 0; never fewer than before. */
  onProgress?(bytes: number): void;
}

/**
 * One upload's memory, kept by the caller under the path and the very content (size, mtime, inode): another content
 * never sees it. `state` is JSON of the driver's own and holds no secret beyond the upload's own address.
 */
export interface ResumeSlot {
  load(): unknown;
  save(state: unknown): void;
  clear(): void;
}

/** What the service said of a file just written. */
export interface Written {
  size: number;
  mtimeNs: bigint | null;
  hash: { kind: HashKind; hex: string } | null;
  tag: string | null;
  id: string | null;
  /** The answer itself proved size or content. Otherwise whoever moves files lists the folder afterwards. */
  verified: boolean;
}

export interface Capabilities {
  /** Finest time of change kept, nanoseconds; null: none is kept. */
  mtimePrecisionNs: bigint | null;
  /** Of the hash in listings; null: listings have none (or not for every file). */
  hash: HashKind | null;
  /** `listBelow` is there and cheaper than one `list` per folder. */
  flat: boolean;
  /** `implied`: there are only files with paths (S3). Empty folders cannot be kept. */
  folders: 'real' | 'implied';
  /** Two names that differ only in case are two files. */
  caseSensitive: boolean;
  /** The service may keep names in another Unicode form than they were given: twins are one file. */
  normalisesNames: boolean;
  /** `removeMany` is there. */
  bulkRemove: boolean;
  /** `copy` is there. */
  copy: boolean;
  /** `move` costs one request for a file of any size. */
  move: boolean;
  /** Large uploads go on where they stopped, given a ResumeSlot. */
  resumes: boolean;
  /** Largest file, bytes; null: no known limit. */
  maxFileBytes: number | null;
  /** Most files sent side by side without asking for trouble. */
  parallelWrites: number;
  /** Most folders listed side by side. */
  parallelLists: number;
  /** Why the service cannot hold this path (a name in it, or its length), as the end of a sentence; null when it can. */
  pathProblem(path: string): string | null;
}
