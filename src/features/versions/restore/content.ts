import type { HashThread } from '../../../lib/hash-thread.ts';
import { createHoleWriter } from './holes.ts';
import type { OldBytes } from './old-bytes.ts';

const pieceBytes = 1024 * 1024;

/** Memory for a file of this size while it is copied: weighs it among others. */
export const weightOf = (size: number): number => 2 * Math.min(size + 1, pieceBytes);

/** What was expected of a content, as a version knows it. */
export interface Expected {
  size: number;
  /** Hex; null: the version knows none. */
  sha256: string | null;
}

/** A thread for the hashes of large contents, begun when it is first asked for; null where none can be had. */
export type HashThreads = () => Promise<HashThread | null>;

/** Pieces of one content in their order, and its hash in the end: of a large one worked out by another thread. */
async function createPieces(most: number, threads: HashThreads) {
  const isLarge = most > pieceBytes;
  const buffers = isLarge
    ? [Buffer.allocUnsafe(pieceBytes), Buffer.allocUnsafe(pieceBytes)]
    : [Buffer.allocUnsafe(most)];
  const beside = isLarge ? (await threads())?.begin('sha256') : undefined;
  if (beside)
    return {
      buffers,
      hash: (piece: Uint8Array) => beside.update(piece),
      digest: () => beside.digest(),
      drop: () => beside.drop(),
    };
  const hasher = new Bun.CryptoHasher('sha256');
  return {
    buffers,
    async hash(piece: Uint8Array): Promise<void> {
      hasher.update(piece);
    },
    digest: async (): Promise<string> => hasher.digest('hex'),
    drop() {},
  };
}

async function fill(bytes: OldBytes, into: Uint8Array): Promise<number> {
  let at = 0;
  while (at < into.byteLength) {
    const got = await bytes.read(into.subarray(at));
    if (got === 0) break;
    at += got;
  }
  return at;
}

/** Waits until nobody uses a buffer any more before it throws what one of them threw. */
async function all(works: readonly Promise<unknown>[]): Promise<void> {
  const ends = await Promise.allSettled(works);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

const wrongSize = (is: number, was: number): string => `It has ${is} bytes and had ${was}.`;

interface Read {
  total: number;
  sha256: string | null;
}

/** Reads a content to its end, one piece while the one before is used; ends early (without a hash) past `size` bytes. */
async function readThrough(
  bytes: OldBytes,
  size: number,
  threads: HashThreads,
  signal: AbortSignal,
  use: (piece: Uint8Array) => Promise<void>,
): Promise<Read> {
  // One byte more than there should be, so that what is longer is noticed without reading it all.
  const most = bytes.size ?? size + 1;
  const { buffers, hash, digest, drop } = await createPieces(most, threads);
  let total = 0;
  let isWhole = false;
  try {
    for (let turn = 0, got = await fill(bytes, buffers[0] as Uint8Array); got > 0; turn += 1) {
      signal.throwIfAborted();
      total += got;
      if (total > size) return { total, sha256: null };
      const current = buffers[turn % buffers.length] as Uint8Array;
      const next = got < current.byteLength ? undefined : buffers[1 - (turn % 2)];
      const piece = current.subarray(0, got);
      got = 0;
      const reading = next === undefined ? null : fill(bytes, next).then((count) => void (got = count));
      await all([use(piece), hash(piece), ...(reading ? [reading] : [])]);
    }
    isWhole = true;
    return { total, sha256: await digest() };
  } finally {
    if (!isWhole) drop();
  }
}

/**
 * Copies a content into a new file, hashing on the way. Answers why it is not what was expected, as a sentence; null when
 * it is. Throws what reading, writing and the signal throw.
 */
export async function copyContent(
  bytes: OldBytes,
  fd: number,
  expected: Expected,
  threads: HashThreads,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<string | null> {
  if (bytes.size !== null && bytes.size !== expected.size) return wrongSize(bytes.size, expected.size);
  const writer = createHoleWriter(fd);
  const { total, sha256 } = await readThrough(bytes, expected.size, threads, signal, async (piece) => {
    await writer.write(piece);
    onBytes(piece.byteLength);
  });
  if (total > expected.size) return `It has more than the ${expected.size} bytes it had.`;
  if (total !== expected.size) return wrongSize(total, expected.size);
  await writer.end();
  return expected.sha256 === null || sha256 === expected.sha256 ? null : 'Its content is not what it was.';
}

/** Hash of a content; null when it is not `size` bytes. */
export async function hashOf(
  bytes: OldBytes,
  size: number,
  threads: HashThreads,
  signal: AbortSignal,
): Promise<string | null> {
  if (bytes.size !== null && bytes.size !== size) return null;
  const { total, sha256 } = await readThrough(bytes, size, threads, signal, async () => {});
  return total === size ? sha256 : null;
}
