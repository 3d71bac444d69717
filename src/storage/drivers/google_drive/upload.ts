import { readPiece } from '../../content.ts';
import type { Content, ResumeSlot } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { type DriveApi, jsonOf } from './api.ts';
import { driveError } from './errors.ts';
import { type Item, itemFields, itemOf } from './items.ts';

/** What an upload makes, or replaces. */
export interface Target {
  /** False: the file of this ID is there, and its content is replaced. */
  make: boolean;
  id: string;
  name: string;
  parent: string;
}

export interface Upload {
  /** Begins the message of an error, as in "Writing photos/a.jpg". */
  what: string;
  target: Target;
  content: Content;
  mtimeNs: bigint | null;
  signal: AbortSignal;
  onProgress?(bytes: number): void;
  /** Runs what holds many bytes in memory, when there is room for them. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

interface Uploaded {
  item: Item;
  /** Of the bytes that were read from the content. */
  md5: string;
}

/** The ID is taken: by an earlier try whose answer was lost, as a rule. */
export const idTaken = Symbol('id taken');

/** Google's own unit: every chunk but the last is a multiple of it. */
export const chunkUnit = 256 * 1024;
const hashPieceBytes = 1024 * 1024;

const toMs = (ns: bigint): number => Number((ns - (((ns % 1_000_000n) + 1_000_000n) % 1_000_000n)) / 1_000_000n);

/** Years that Drive's times can be written with. */
const [earliestMs, latestMs] = [Date.UTC(1, 0), Date.UTC(9999, 11, 31)];

/** A time as Drive writes it; null where it cannot. */
function timeOf(ns: bigint | null): string | null {
  const ms = ns === null ? Number.NaN : toMs(ns);
  return ms >= earliestMs && ms <= latestMs ? new Date(ms).toISOString() : null;
}

const metadataOf = ({ target, mtimeNs }: Upload): string =>
  JSON.stringify({
    modifiedTime: timeOf(mtimeNs) ?? undefined,
    ...(target.make ? { id: target.id, name: target.name, parents: [target.parent] } : {}),
  });

const addressOf = (api: DriveApi, target: Target, uploadType: 'multipart' | 'resumable'): string => {
  const path = target.make ? '' : `/${encodeURIComponent(target.id)}`;
  const query = new URLSearchParams({ uploadType, supportsAllDrives: 'true', fields: itemFields });
  return `${api.origin}/upload/drive/v3/files${path}?${query}`;
};

/** The file as Drive has it now, or why not. */
async function answered(response: Response, upload: Upload): Promise<Item | typeof idTaken> {
  if (response.ok) return itemOf(await jsonOf(response));
  if (response.status === 409 && upload.target.make) {
    await response.body?.cancel();
    return idTaken;
  }
  throw await driveError(response, upload.what);
}

/** So few bytes need no turn. */
const tinyBytes = 512 * 1024;

/** A small file: its metadata and bytes in one request. */
export const sendSmall = (api: DriveApi, upload: Upload): Promise<Uploaded | typeof idTaken> =>
  upload.content.size <= tinyBytes ? sendWhole(api, upload) : upload.inTurn(() => sendWhole(api, upload));

async function sendWhole(api: DriveApi, upload: Upload): Promise<Uploaded | typeof idTaken> {
  const { content, signal, target } = upload;
  const bytes = await readPiece(content, 0, content.size, signal);
  const boundary = `part-${crypto.randomUUID()}`;
  const head = `--${boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n${metadataOf(upload)}\r\n`;
  const between = `--${boundary}\r\nContent-Type: application/octet-stream\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head + between), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  const response = await api.send(addressOf(api, target, 'multipart'), {
    method: target.make ? 'POST' : 'PATCH',
    headers: { 'Content-Type': `multipart/related; boundary=${boundary}` },
    body,
    signal,
  });
  const item = await answered(response, upload);
  if (item === idTaken) return item;
  upload.onProgress?.(content.size);
  return { item, md5: new Bun.CryptoHasher('md5').update(bytes).digest('hex') };
}

/** How far an upload is; `gone`: Google forgot it (after a week), or it was never one of ours. */
type Position = { at: number } | { done: Item } | 'gone';

async function positionOf(response: Response, upload: Upload): Promise<Position> {
  const { size } = upload.content;
  if (response.status === 308) {
    await response.body?.cancel();
    const range = response.headers.get('range');
    if (range === null) return { at: 0 };
    const last = /^bytes=0-(\d{1,16})$/.exec(range)?.[1];
    if (last === undefined || Number(last) >= size)
      throw new StorageError('protocol', `${upload.what}: Google Drive counts the bytes that arrived wrongly.`);
    return { at: Number(last) + 1 };
  }
  if (response.status === 404 || response.status === 410) {
    await response.body?.cancel();
    return 'gone';
  }
  const item = await answered(response, upload);
  if (item === idTaken) throw new StorageError('changed', `${upload.what}: another file took its ID meanwhile.`);
  return { done: item };
}

/** What is kept in a ResumeSlot. */
interface State {
  v: 1;
  /** Address of the upload at Google. */
  session: string;
  /** The file that is made or replaced, and where. */
  id: string;
  name: string;
  parent: string;
}

function stateOf(slot: ResumeSlot | undefined, { name, parent }: Pick<Target, 'name' | 'parent'>): State | null {
  const state = slot?.load() as Partial<State> | null | undefined;
  if (typeof state !== 'object' || state?.v !== 1) return null;
  if (typeof state.session !== 'string' || !URL.canParse(state.session) || typeof state.id !== 'string') return null;
  return state.name === name && state.parent === parent ? (state as State) : null;
}

/** The file an interrupted upload was making under this name; null when there is none to go on with. */
export const resumedId = (slot: ResumeSlot | undefined, place: Pick<Target, 'name' | 'parent'>): string | null =>
  stateOf(slot, place)?.id ?? null;

async function open(api: DriveApi, upload: Upload): Promise<string | typeof idTaken> {
  const { target, content, signal } = upload;
  const response = await api.send(addressOf(api, target, 'resumable'), {
    method: target.make ? 'POST' : 'PATCH',
    headers: {
      'Content-Type': 'application/json; charset=UTF-8',
      'X-Upload-Content-Type': 'application/octet-stream',
      'X-Upload-Content-Length': String(content.size),
    },
    body: metadataOf(upload),
    signal,
  });
  if (response.status === 409 && target.make) {
    await response.body?.cancel();
    return idTaken;
  }
  if (!response.ok) throw await driveError(response, upload.what);
  await response.body?.cancel();
  const session = response.headers.get('location');
  if (session === null || !URL.canParse(session))
    throw new StorageError('protocol', `${upload.what}: Google Drive gave no address to send the file to.`);
  return session;
}

/** Asks where to go on. */
async function ask(api: DriveApi, session: string, upload: Upload): Promise<Position> {
  const response = await api.send(session, {
    method: 'PUT',
    headers: { 'Content-Range': `bytes */${upload.content.size}` },
    body: new Uint8Array(0),
    signal: upload.signal,
  });
  return positionOf(response, upload);
}

/** Bytes that were sent earlier take part in the checksum, too. */
async function hashTo(hasher: Bun.CryptoHasher, upload: Upload, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += hashPieceBytes)
    hasher.update(await readPiece(upload.content, at, Math.min(hashPieceBytes, to - at), upload.signal));
}

/**
 * A large file, chunk by chunk (https://developers.google.com/workspace/drive/api/guides/manage-uploads#resumable).
 * What arrived stays at Google for a week: with a slot, the next try or process goes on from there.
 */
export async function sendLarge(
  api: DriveApi,
  upload: Upload,
  chunkBytes: number,
  slot: ResumeSlot | undefined,
): Promise<Uploaded | typeof idTaken> {
  const { content, signal, target } = upload;
  const hasher = new Bun.CryptoHasher('md5');
  const end = async (item: Item, hashed: number): Promise<Uploaded> => {
    await hashTo(hasher, upload, hashed, content.size);
    slot?.clear();
    upload.onProgress?.(content.size);
    return { item, md5: hasher.digest('hex') };
  };

  const kept = stateOf(slot, target);
  let session = kept?.id === target.id ? kept.session : null;
  let at = 0;
  if (session !== null) {
    const position = await ask(api, session, upload);
    if (position === 'gone') session = null;
    else if ('done' in position) {
      // Only its last answer was lost, unless this is not what was sent: then it begins anew.
      const ended = await end(position.done, 0);
      return ended.md5 === ended.item.md5 ? ended : idTaken;
    } else at = position.at;
  }
  if (session === null) {
    slot?.clear();
    const opened = await open(api, upload);
    if (opened === idTaken) return opened;
    session = opened;
    slot?.save({ v: 1, session, id: target.id, name: target.name, parent: target.parent } satisfies State);
  }
  await hashTo(hasher, upload, 0, at);
  if (at > 0) upload.onProgress?.(at);

  /** The chunk that begins at `at`; answers the file when it was the last. */
  async function sendChunk(address: string): Promise<Uploaded | null> {
    const length = Math.min(chunkBytes, content.size - at);
    const piece = await readPiece(content, at, length, signal);
    const response = await api.send(address, {
      method: 'PUT',
      headers: { 'Content-Range': `bytes ${at}-${at + length - 1}/${content.size}` },
      body: piece,
      signal,
    });
    const position = await positionOf(response, upload);
    if (position === 'gone') {
      slot?.clear();
      throw new StorageError('unavailable', `${upload.what}: Google Drive forgot the upload. It begins anew.`);
    }
    if ('done' in position) {
      hasher.update(piece);
      return end(position.done, at + length);
    }
    // Fewer bytes than were sent may have been kept: the rest is sent again.
    if (position.at <= at || position.at > at + length)
      throw new StorageError('unavailable', `${upload.what}: Google Drive did not take what was sent.`);
    hasher.update(piece.subarray(0, position.at - at));
    at = position.at;
    upload.onProgress?.(at);
    return null;
  }

  const address = session;
  while (true) {
    const uploaded = await upload.inTurn(() => sendChunk(address));
    if (uploaded) return uploaded;
  }
}
