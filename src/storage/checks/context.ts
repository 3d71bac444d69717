import { bytesContent } from '../content.ts';
import type { Capabilities, Content, Entry, HashKind, StorageDriver, WriteOptions, Written } from '../driver.ts';
import { StorageError, type StorageErrorCode } from '../errors.ts';

/** What the checks may need to know of the driver besides its capabilities. */
export interface CheckSizes {
  /** Sizes at which the driver changes its ways (threshold of multipart, part, chunk, buffer), bytes. */
  boundaries: readonly number[];
  /** A file that takes several parts. */
  largeBytes: number;
  /** What at most arrives twice when an upload goes on: one part, usually. */
  partBytes: number;
  /** The service proves an upload by one hash of the whole: what had arrived is read again to compare, but not sent. */
  readsAgain?: boolean;
  /** Entries of the folder that takes many pages to list. */
  folderEntries: number;
  /** Hex digest as the service computes it; for kinds of hash that are not in every library. */
  hash?(kind: HashKind, bytes: Uint8Array): string;
}

/** What one check works with. `folder` is its own and not there yet; it may leave things in it. */
export interface CheckContext {
  driver: StorageDriver;
  folder: string;
  signal: AbortSignal;
  sizes: CheckSizes;
  /** One more driver on the same root, as the next process would open it. The check closes it. */
  open(): Promise<StorageDriver>;
}

/** One promise of the contract. */
export interface Check {
  /** Reads as the end of "it is true that …". */
  name: string;
  /** Why it means nothing for such a driver; null when it does. */
  without?(capabilities: Capabilities): string | null;
  /** Throws when the promise is broken. */
  run(context: CheckContext): Promise<void>;
}

/** The driver broke its promise. `message` says which one and how. */
class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
}

export function insist(truth: unknown, message: string): asserts truth {
  if (!truth) throw new CheckFailed(message);
}

const shown = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one)) ?? 'undefined';

export function insistSame(got: unknown, wanted: unknown, what: string): void {
  if (shown(got) !== shown(wanted)) throw new CheckFailed(`${what}: got ${shown(got)}, wanted ${shown(wanted)}`);
}

/** What a call rejected with; null when it did not. */
export const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

/** It was the very error that was wanted. */
export function insistReason(thrown: unknown, reason: unknown, what: string): void {
  if (thrown !== reason)
    throw new CheckFailed(`${what}: ${String(thrown)} came, and not the reason`, { cause: thrown });
}

/** The call must reject with a StorageError of one of these codes (any, when none is named). */
export async function insistRejects(
  work: Promise<unknown>,
  codes: readonly StorageErrorCode[],
  what: string,
): Promise<StorageError> {
  const error = await failureOf(work);
  insist(error !== null, `${what}: it was done, and should have been refused`);
  if (!(error instanceof StorageError))
    throw new CheckFailed(`${what}: it threw something that is no StorageError`, { cause: error });
  const fits = codes.length === 0 || codes.includes(error.code);
  if (!fits)
    throw new CheckFailed(`${what}: it threw ${error.code} (${error.message}), wanted ${codes.join(' or ')}`, {
      cause: error,
    });
  return error;
}

/** Bytes that differ from place to place and from seed to seed. */
export function sample(size: number, seed = 1, offset = 0): Uint8Array<ArrayBuffer> {
  const first = Math.floor(offset / 4);
  const words = new Uint32Array(Math.ceil((offset + size) / 4) - first);
  for (let n = 0; n < words.length; n += 1) {
    let x = Math.imul(first + n + 1, 0x9e3779b1) ^ Math.imul(seed, 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
    words[n] = x ^ (x >>> 13);
  }
  return new Uint8Array(words.buffer, offset - first * 4, size);
}

/** The same as a content, which lies nowhere. */
export const sampleContent = (size: number, seed = 1): Content => ({
  size,
  read: async (offset, length) => sample(length, seed, offset).slice(),
});

/** Hears of every read of a content: may wait, throw, or count. */
export const overheard = (content: Content, before: (offset: number, length: number) => Promise<void>): Content => ({
  size: content.size,
  async read(offset, length) {
    await before(offset, length);
    return content.read(offset, length);
  },
});

/** A moment in the time of change that shows digits at every precision. */
export const someTimeNs = 1_700_000_123_456_789_123n;

export const put = (
  { driver, signal }: Pick<CheckContext, 'driver' | 'signal'>,
  path: string,
  content: Content | Uint8Array | string,
  options: Partial<WriteOptions> = {},
): Promise<Written> => driver.write(path, asContent(content), { signal, mtimeNs: someTimeNs, ...options });

const asContent = (content: Content | Uint8Array | string): Content => {
  if (typeof content === 'string') return bytesContent(new TextEncoder().encode(content));
  return content instanceof Uint8Array ? bytesContent(content) : content;
};

/** Everything of a stream. */
export async function allOf(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece.slice());
  return Buffer.concat(pieces);
}

export const get = async (
  { driver, signal }: Pick<CheckContext, 'driver' | 'signal'>,
  path: string,
  range: { start?: number; end?: number } = {},
): Promise<Buffer> => allOf(await driver.read(path, range, signal));

/** The file holds exactly the sample of this size and seed; compared piece by piece. */
export async function insistSample(
  { driver, signal }: Pick<CheckContext, 'driver' | 'signal'>,
  path: string,
  size: number,
  seed: number,
): Promise<void> {
  let at = 0;
  for await (const piece of await driver.read(path, {}, signal)) {
    insist(at + piece.byteLength <= size, `${path}: more than the ${size} bytes that were written came back`);
    const same = Buffer.compare(piece, sample(piece.byteLength, seed, at)) === 0;
    insist(same, `${path}: other bytes came back between ${at} and ${at + piece.byteLength} of ${size}`);
    at += piece.byteLength;
  }
  insistSame(at, size, `${path}: bytes that came back`);
}

/** Names of a folder in their order; of nothing when it is not there. */
export async function namesIn(
  { driver, signal }: Pick<CheckContext, 'driver' | 'signal'>,
  folder: string,
): Promise<string[]> {
  const entries = await driver.list(folder, signal).catch((error: unknown) => {
    if (error instanceof StorageError && error.code === 'not_found') return [];
    throw error;
  });
  return entries.map((entry) => entry.path.slice(folder === '' ? 0 : folder.length + 1)).sort();
}

/** The entry as its folder lists it. */
export async function listed({ driver, signal }: CheckContext, path: string): Promise<Entry> {
  const entries = await driver.list(path.slice(0, Math.max(0, path.lastIndexOf('/'))), signal);
  const found = entries.filter((entry) => entry.path === path);
  insistSame(found.length, 1, `${path}: times it is listed in its folder`);
  return found[0] as Entry;
}

/** Runs over all items with at most `width` under way; the first failure is thrown when all under way have ended. */
export async function sideBySide<T>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const failures: unknown[] = [];
  const lane = async () => {
    while (next < items.length && failures.length === 0) {
      const index = next;
      next += 1;
      await work(items[index] as T, index).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(width, items.length)) }, lane));
  if (failures.length > 0) throw failures[0];
}

const digests: Partial<Record<HashKind, 'md5' | 'sha1' | 'sha256'>> = { md5: 'md5', sha1: 'sha1', sha256: 'sha256' };

/** Hex digest of the content by a service's hash; null when nobody told how to compute it. */
export function digestOf(sizes: CheckSizes, kind: HashKind, bytes: Uint8Array): string | null {
  const name = digests[kind];
  if (name !== undefined) return new Bun.CryptoHasher(name).update(bytes).digest('hex');
  return sizes.hash?.(kind, bytes) ?? null;
}
