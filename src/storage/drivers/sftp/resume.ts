import { readPiece } from '../../content.ts';
import type { Content, ResumeSlot } from '../../driver.ts';
import { pathBelow } from '../../names.ts';
import { isPartName } from '../../part-names.ts';
import type { Channel, Handle } from './channel.ts';
import { readExactly } from './download.ts';
import type { Session } from './session.ts';

/** What is remembered of an upload. */
export interface PartState {
  /** Name of the part file, in the folder of its target. */
  part: string;
  /** So many bytes are safe on the server's disk. */
  flushed: number;
}

/** Read back at least, however much was flushed. */
const leastComparedBytes = 1024 * 1024;
const pieceBytes = 1024 * 1024;

function readState(state: unknown): PartState | null {
  const { part, flushed } = (typeof state === 'object' && state !== null ? state : {}) as Partial<PartState>;
  const fits =
    typeof part === 'string' && isPartName(part) && typeof flushed === 'number' && Number.isSafeInteger(flushed);
  return fits && flushed >= 0 ? { part, flushed } : null;
}

async function sameBytes(
  channel: Channel,
  handle: Handle,
  content: Content,
  range: { from: number; to: number },
  signal: AbortSignal,
): Promise<boolean> {
  for (let at = range.from; at < range.to; at += pieceBytes) {
    const length = Math.min(pieceBytes, range.to - at);
    const [theirs, ours] = await Promise.all([
      readExactly(channel, handle, at, length),
      readPiece(content, at, length, signal),
    ]);
    if (theirs === null || Buffer.compare(theirs, ours) !== 0) return false;
  }
  return true;
}

/**
 * The part file an earlier try left, open and proven up to `start`; null where there is none to go on with. Everything
 * that was not flushed is read back and compared, and at least the last MiB: a server that lost power may have kept the
 * length of a file and not its bytes.
 */
export async function takeUp(
  session: Session,
  channel: Channel,
  folder: string,
  content: Content,
  slot: ResumeSlot | undefined,
  signal: AbortSignal,
): Promise<{ channel: Channel; handle: Handle; path: string; start: number } | null> {
  const state = readState(slot?.load());
  if (state === null) return null;
  const path = pathBelow(folder, state.part);
  if ((await session.folders.check(channel, folder)) !== 'there') return null;
  const handle = await channel.open(session.fullPath(path), 'r+').catch(() => null);
  if (handle === null) return null;
  const { size = 0 } = await channel.fstat(handle).catch(() => ({ size: 0 }));
  const from = Math.max(0, Math.min(state.flushed, size - leastComparedBytes));
  if (size > 0 && size <= content.size && (await sameBytes(channel, handle, content, { from, to: size }, signal)))
    return { channel, handle, path, start: size };
  await channel.close(handle).catch(() => null);
  // Not what it should be, so nobody's: the state that named it is about to be written over.
  await channel.remove(session.fullPath(path)).catch(() => null);
  return null;
}

/** Flushes a growing part file from time to time and remembers how far. */
export interface Flusher {
  arrived(end: number): void;
  /** Nothing of it is under way any more. */
  ended(): Promise<void>;
}

/**
 * Flushing goes through another channel where there is one: a server does nothing else on a channel while it flushes.
 * Servers without the extension are believed to have stored what they acknowledged.
 */
export function createFlusher(
  session: Session,
  fullPath: string,
  state: PartState,
  slot: ResumeSlot | undefined,
  everyBytes: number,
): Flusher {
  let underWay: Promise<void> = Promise.resolve();
  let busy = false;

  async function flushTo(end: number): Promise<void> {
    const channel = await session.channel();
    if (channel.can.flush) {
      const handle = await channel.open(fullPath, 'r+');
      try {
        await channel.flush(handle);
      } finally {
        await channel.close(handle).catch(() => null);
      }
    }
    state.flushed = end;
    slot?.save(state);
  }
  return {
    arrived(end) {
      if (slot === undefined || busy || end < state.flushed + everyBytes) return;
      busy = true;
      underWay = flushTo(end)
        .catch(() => {}) // the upload itself hears what is wrong with the server
        .finally(() => {
          busy = false;
        });
    },
    ended: () => underWay,
  };
}
