import { type BigIntStats, close, closeSync, fstatSync, read, readSync } from 'node:fs';
import { errnoOf } from '../core/errors.ts';
import type { HashThread } from '../lib/hash-thread.ts';
import type { Content, HashKind } from '../storage/driver.ts';
import { StorageError } from '../storage/errors.ts';
import type { FileState } from './decide.ts';
import { canHash, type OwnHash } from './hashes.ts';
import type { Pace } from './pace.ts';

/** One file of a source while it is sent. */
export interface OpenedFile {
  /** What it looked like when it was opened: what is sent is exactly this. */
  readonly state: FileState;
  readonly content: Content;
  /** It did not stay what it was when it was opened. */
  readonly changed: boolean;
  /** It could not be read. */
  readonly failure: StorageError | null;
  /** SHA-256 of the whole content; reads what nobody asked for. Throws `source` as a read does. */
  sha256(): Promise<string>;
  /** Another hash of it; null when we cannot work it out. Reads it all once more. */
  hash(kind: HashKind): Promise<string | null>;
  close(): Promise<void>;
}

export interface OpenedFileInput {
  fd: number;
  state: FileState;
  /** Of its disk. */
  pace: Pace;
  /** For large files; null: there is none to be had. */
  hashThread(): Promise<HashThread | null>;
}

/** Files up to here are read whole. */
const smallBytes = 256 * 1024;
/** Files up to here are read on the main thread, where their disk is quick. */
const atOnceBytes = 64 * 1024;
const pieceBytes = 1024 * 1024;
/** From here on hashing takes so long that it is done beside everything else. */
const hashBesideBytes = 16 * 1024 * 1024;

const readBeside = (fd: number, bytes: Uint8Array, at: number, length: number, offset: number): Promise<number> =>
  new Promise((resolve, reject) => {
    read(fd, bytes, at, length, offset, (error, got) => (error ? reject(error) : resolve(got)));
  });

export const closeFile = async (fd: number, pace: Pace): Promise<void> => {
  await pace.ask(
    () => closeSync(fd),
    () => new Promise<void>((resolve) => close(fd, () => resolve())),
  );
};

export const unreadable = (error: unknown): StorageError => {
  const code = errnoOf(error) ?? 'unknown error';
  const why = code === 'EACCES' || code === 'EPERM' ? 'permission denied' : code;
  return new StorageError('source', `cannot be read: ${why}`, { cause: error });
};

export const stateOf = (stat: BigIntStats): FileState => ({
  size: Number(stat.size),
  mtimeNs: stat.mtimeNs,
  ctimeNs: stat.ctimeNs,
  ino: stat.ino,
});
const sameState = (a: FileState, b: FileState): boolean =>
  a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs;

/** The file behind a handle, which is closed with it. */
export function openedFile({ fd, state, pace, hashThread }: OpenedFileInput): OpenedFile {
  let hashing: Promise<Digest> | Digest | null = null;
  let hashed = 0;
  let digest: string | null = null;
  let changed = false;
  let failure: StorageError | null = null;
  let whole: Uint8Array<ArrayBuffer> | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  const begin = async (kind: OwnHash): Promise<Digest> => {
    const thread = state.size > hashBesideBytes ? await hashThread() : null;
    return thread ? thread.begin(kind) : digestHere(kind);
  };

  const stop = (error: StorageError): StorageError => {
    failure ??= error;
    return error;
  };

  /** From the disk; what comes in order goes into the hash on its way. */
  async function load(
    offset: number,
    length: number,
    into?: Uint8Array<ArrayBuffer>,
  ): Promise<Uint8Array<ArrayBuffer>> {
    if (failure) throw failure;
    const fits = into !== undefined && into.byteLength >= length;
    const bytes = fits ? into.subarray(0, length) : Buffer.allocUnsafe(length);
    let at = 0;
    try {
      while (at < length) {
        const [from, most] = [at, length - at];
        const beside = () => readBeside(fd, bytes, from, most, offset + from);
        const isShort = state.size <= atOnceBytes;
        const got = await (isShort ? pace.ask(() => readSync(fd, bytes, from, most, offset + from), beside) : beside());
        if (got === 0) break;
        at += got;
      }
    } catch (error) {
      throw stop(unreadable(error));
    }
    // Looked at after every piece: the last one is not handed out before all of them are known to belong together.
    if (at < length || !sameState(state, stateOf(fstatSync(fd, { bigint: true })))) {
      changed = true;
      throw stop(new StorageError('source', 'The file changed while it was being read.', { details: { changed } }));
    }
    if (offset <= hashed && offset + length > hashed) {
      hashing ??= begin('sha256');
      await (await hashing).update(bytes.subarray(hashed - offset));
      hashed = offset + length;
    }
    return bytes;
  }

  /** One after the other: parts may be asked for side by side, and are hashed in their order. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  };

  async function upTo(end: number): Promise<void> {
    const scratch = hashed < end ? Buffer.allocUnsafeSlow(Math.min(pieceBytes, end - hashed)) : undefined;
    while (hashed < end) await load(hashed, Math.min(pieceBytes, end - hashed), scratch);
  }

  return {
    state,
    get changed() {
      return changed;
    },
    get failure() {
      return failure;
    },
    content: {
      size: state.size,
      read: (offset, length, into) =>
        inTurn(async () => {
          if (offset + length > state.size)
            throw new StorageError('source', 'More was asked for than the file held when it was opened.');
          if (state.size > smallBytes) {
            // An upload that goes on where it stopped skips what is there: the hash does not.
            await upTo(offset);
            return load(offset, length, into);
          }
          whole ??= await load(0, state.size);
          return whole.subarray(offset, offset + length);
        }),
    },
    sha256: () =>
      inTurn(async () => {
        await upTo(state.size);
        hashing ??= begin('sha256');
        digest ??= await (await hashing).digest();
        return digest;
      }),
    hash: (kind) =>
      inTurn(async () => {
        if (!canHash(kind)) return null;
        const another = await begin(kind);
        try {
          const scratch = Buffer.allocUnsafeSlow(Math.min(pieceBytes, state.size));
          for (let at = 0; at < state.size; at += pieceBytes)
            await another.update(await load(at, Math.min(pieceBytes, state.size - at), scratch));
        } catch (error) {
          another.drop();
          throw error;
        }
        return another.digest();
      }),
    async close() {
      await turn;
      if (digest === null && hashing !== null) (await hashing).drop();
      await closeFile(fd, pace);
    },
  };
}

interface Digest {
  update(bytes: Uint8Array): void | Promise<void>;
  digest(): string | Promise<string>;
  drop(): void;
}

function digestHere(kind: OwnHash): Digest {
  const hasher = new Bun.CryptoHasher(kind);
  return { update: (bytes) => void hasher.update(bytes), digest: () => hasher.digest('hex'), drop() {} };
}
