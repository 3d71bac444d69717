import { readPiece, streamOf } from '../../content.ts';
import type { Content, WriteOptions } from '../../driver.ts';
import { bodyOf } from './body.ts';
import { md5 } from './etag.ts';
import type { SentPart } from './remembered.ts';
import type { Room } from './room.ts';
import type { Session } from './session.ts';

const mostParts = 10_000;
const mebi = 1024 * 1024;

/** Parts grow with the file: there are never more than 10,000. */
export const partBytesFor = (size: number, wanted: number): number =>
  size / wanted <= mostParts ? wanted : Math.ceil(size / mostParts / mebi) * mebi;

/** One file on its way in parts. */
export interface Job {
  session: Session;
  room: Room;
  path: string;
  key: string;
  content: Content;
  options: WriteOptions;
  partBytes: number;
  /** Memory of parts that are through: a large file is sent out of a few of them. */
  spare: Uint8Array<ArrayBuffer>[];
}

/** Parts that have arrived, by number from 1. */
export type Sent = Map<number, SentPart>;

export const lengthOf = ({ content, partBytes }: Job, number: number): number =>
  Math.min(partBytes, content.size - (number - 1) * partBytes);
export const countOf = ({ content, partBytes }: Job): number => Math.ceil(content.size / partBytes);
export const bytesOf = (job: Job, sent: Sent): number =>
  [...sent.keys()].reduce((sum, number) => sum + lengthOf(job, number), 0);

/** One part, ready to be sent. */
export interface ReadPart {
  length: number;
  /** Its MD5. */
  hex: string;
  base64: string;
  body(onTaken: () => void): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  /** Frees its place in the room. `whole`: nobody reads its bytes any more, and their memory may be used again. */
  give(whole: boolean): void;
}

/** Parts from this size on are not kept in memory but read twice: only files of hundreds of GiB have such parts. */
const tooLarge = 32 * mebi;
const chunkBytes = mebi;

/** Reads one part into memory of the shared room, if it is not too large for that. */
export async function readPart(job: Job, number: number, signal: AbortSignal): Promise<ReadPart> {
  const { content, partBytes, room } = job;
  const length = lengthOf(job, number);
  const start = (number - 1) * partBytes;
  const end = start + length;
  const leave = await room.take(length > tooLarge ? chunkBytes : length, signal);
  const part = (sum: Buffer, memory: Uint8Array<ArrayBuffer> | null, body: ReadPart['body']): ReadPart => ({
    length,
    hex: sum.toString('hex'),
    base64: sum.toString('base64'),
    body,
    give(whole) {
      if (whole && memory) job.spare.push(memory);
      leave();
    },
  });
  try {
    if (length > tooLarge) {
      const hash = new Bun.CryptoHasher('md5');
      let memory: Uint8Array<ArrayBuffer> | undefined;
      for (let at = start; at < end; at += chunkBytes) {
        memory = await readPiece(content, at, Math.min(chunkBytes, end - at), signal, memory);
        hash.update(memory);
      }
      return part(hash.digest(), null, (onTaken) => streamOf(content, chunkBytes, onTaken, { start, end, signal }));
    }
    const bytes = await readPiece(content, start, length, signal, job.spare.pop());
    const alone = bytes.byteLength === partBytes && bytes.buffer.byteLength === partBytes;
    return part(md5(bytes), alone ? bytes : null, (onTaken) => bodyOf(bytes, onTaken));
  } catch (error) {
    leave();
    throw error;
  }
}
