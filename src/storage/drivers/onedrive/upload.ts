import { readPiece } from '../../content.ts';
import type { Content, WriteOptions } from '../../driver.ts';
import { isPassing, StorageError } from '../../errors.ts';
import type { HttpClient } from '../../net/client.ts';
import { isCode, service } from './errors.ts';
import type { Graph } from './graph.ts';
import { type Item, isoTime, itemOf } from './items.ts';
import type { Remembered, UploadMemory } from './memory.ts';
import { createQuickXor, type QuickXor, resumeQuickXor } from './quickxor.ts';
import { isAstray, isGone, openSession, type Session } from './session.ts';

export interface UploadPorts {
  graph: Graph;
  http: HttpClient;
  memory: UploadMemory;
  now(): number;
  /** Bytes of one request; a multiple of 320 KiB. */
  partBytes: number;
  /** Work that goes on after the call ended, and that closing waits for. */
  later(work: Promise<void>): void;
}

export interface Upload {
  path: string;
  content: Content;
  options: WriteOptions;
  /** Where sessions for this file are made. */
  createAt: string;
  /** The whole size is told beforehand, so that a full drive says so at once. Personal accounts only. */
  tellSize: boolean;
  /** The file of this path, as it lies there now. */
  find(signal: AbortSignal): Promise<Item | null>;
}

/** What is read and hashed at once. */
export const pieceBytes = 1024 * 1024;
/** Troubles without a byte of progress between them. */
const mostTroubles = 3;
/** A session the service forgot is begun anew so often. */
const mostSessions = 3;

/**
 * Sends a file in an upload session, fragment by fragment, and goes on where the service is after whatever may be gone
 * on from. Answers the file as the service describes it, and the hash of what was sent (null when a part of it was sent
 * by somebody who did not tell). Never waits: whoever tries again finds the session remembered.
 */
export async function upload(ports: UploadPorts, work: Upload): Promise<{ item: Item; hash: string | null }> {
  for (let sessions = 1; ; sessions += 1) {
    try {
      return await inOneSession(ports, work);
    } catch (error) {
      if (!isGone(error) || work.options.signal.aborted) throw error;
      ports.memory.clear(work.content, work.options.resume);
      if (sessions === mostSessions) throw error;
    }
  }
}

async function begin(ports: UploadPorts, { content, options, createAt, tellSize }: Upload): Promise<Remembered> {
  const { signal, mtimeNs } = options;
  const item = {
    '@microsoft.graph.conflictBehavior': 'replace',
    ...(mtimeNs === null ? {} : { fileSystemInfo: { lastModifiedDateTime: isoTime(mtimeNs) } }),
    ...(tellSize ? { fileSize: content.size } : {}),
  };
  const answer = await ports.graph.ask(createAt, { method: 'POST', body: { item }, signal });
  const { uploadUrl, expirationDateTime } = answer;
  if (typeof uploadUrl !== 'string' || !URL.parse(uploadUrl)?.href.startsWith('https://'))
    throw new StorageError('protocol', `${service} does not say where the file is to be sent.`);
  const expires = typeof expirationDateTime === 'string' ? Date.parse(expirationDateTime) : Number.NaN;
  return { url: uploadUrl, expires: Number.isNaN(expires) ? 0 : expires, hash: createQuickXor() };
}

/** The hash of everything before `at`, reading what it lacks once more; a new start where it knows too much. */
async function hashUpTo(hash: QuickXor, at: number, content: Content, partBytes: number, signal: AbortSignal) {
  if (hash.length === at) return hash;
  if (hash.length > at || at - hash.length > partBytes) return null;
  while (hash.length < at)
    hash.update(await readPiece(content, hash.length, Math.min(pieceBytes, at - hash.length), signal));
  return hash;
}

async function inOneSession(ports: UploadPorts, work: Upload): Promise<{ item: Item; hash: string | null }> {
  const { memory, partBytes, http } = ports;
  const { path, content, options } = work;
  const { signal, resume, mtimeNs } = options;
  const { size } = content;
  const large = size > partBytes;

  const found = large ? memory.load(path, content, mtimeNs, resume) : null;
  const one = found ?? (await begin(ports, work));
  const session = openSession(http, one.url, size);
  let at = 0;
  let hash: QuickXor | null = one.hash;
  let troubles = 0;
  const remember = () => {
    if (large) memory.save(path, content, mtimeNs, resume, { ...one, hash: hash ?? createQuickXor() });
  };

  /** Asks where it goes on; throws when the session is gone. */
  async function ask(): Promise<void> {
    const position = await session.position(signal);
    if (position === null) throw gone();
    if (position > at) troubles = 0;
    hash = hash && (await hashUpTo(hash, position, content, partBytes, signal));
    at = position;
    if (at > 0) options.onProgress?.(at);
  }

  try {
    if (found) await ask();
    remember();
    for (;;) {
      const end = Math.min(at + partBytes, size);
      const ahead: QuickXor | null = hash && resumeQuickXor(hash.state());
      try {
        const arrived = await session.put(fragment(content, at, end, ahead, signal), at, end, signal);
        if ('item' in arrived) {
          if (end !== size) throw new StorageError('protocol', `${service} ended an upload before its end.`);
          memory.clear(content, resume);
          options.onProgress?.(size);
          return { item: itemOf(arrived.item), hash: ahead?.digest() ?? null };
        }
        if (arrived.next === end) hash = ahead;
        else hash = hash && (await hashUpTo(hash, arrived.next, content, partBytes, signal));
        if (arrived.next <= at) troubles += 1;
        else troubles = 0;
        if (troubles === mostTroubles || arrived.next >= size)
          throw new StorageError('protocol', `${service} asks again and again for the same part of a file.`);
        at = arrived.next;
        remember();
        options.onProgress?.(at);
      } catch (error) {
        // An answer that was lost, or a word that is not the last: what counts is what the service has.
        if (!isPassing(error) || isCode(error, 'rate_limited') || signal.aborted) throw error;
        if (error instanceof StorageError && error.retryAfterMs !== null) throw error;
        troubles += 1;
        if (troubles === mostTroubles && !isGone(error)) throw error;
        const landed = end === size ? await itLanded(work, ahead, error) : null;
        if (landed) {
          memory.clear(content, resume);
          options.onProgress?.(size);
          return { item: landed, hash: ahead?.digest() ?? null };
        }
        if (isGone(error)) throw error;
        await ask();
        remember();
      }
    }
  } catch (error) {
    giveUp(ports, work, session, error, large);
    throw error;
  }
}

const gone = () =>
  new StorageError('unavailable', `${service} lost an upload on its way.`, { details: { session: 'gone' } });

/** One fragment's bytes; `hash` hears of them as they are handed out. */
function fragment(content: Content, start: number, end: number, hash: QuickXor | null, signal: AbortSignal) {
  let at = start;
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const bytes = await readPiece(content, at, Math.min(pieceBytes, end - at), signal);
        at += bytes.byteLength;
        hash?.update(bytes);
        controller.enqueue(bytes);
        if (at === end) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

/** The last answer was lost: the file may be there all the same. Only its hash proves that it is this one. */
async function itLanded(work: Upload, hash: QuickXor | null, error: unknown): Promise<Item | null> {
  if (isAstray(error) || hash === null || hash.length !== work.content.size) return null;
  const item = await work.find(work.options.signal).catch(() => null);
  return item?.hash?.kind === 'quickxor' && item.hash.hex === hash.digest() && item.size === work.content.size
    ? item
    : null;
}

/** A session that somebody will go on with stays; any other one is taken away. */
function giveUp({ memory, later }: UploadPorts, work: Upload, session: Session, error: unknown, large: boolean): void {
  if (isGone(error)) return;
  const hopeless = isCode(error, 'source') || isCode(error, 'exists') || isCode(error, 'quota');
  if (large && !hopeless && (work.options.resume || isPassing(error))) return;
  memory.clear(work.content, work.options.resume);
  later(session.cancel());
}
