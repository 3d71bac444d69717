import type { drive_v3 } from '@googleapis/drive';
import type { Entry } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { listedName } from '../../names.ts';

/** One thing in Drive, whatever its name: names there are labels, only the id is one thing's own. */
export interface Item {
  id: string;
  name: string;
  kind: Entry['kind'];
  size: number;
  mtimeNs: bigint | null;
  md5: string | null;
  /** Grows with every change, of the content or not. */
  version: bigint;
  createdAt: string;
  trashed: boolean;
  parents: readonly string[];
}

/** Exactly what an Item needs. */
export const itemFields = 'id,name,mimeType,size,modifiedTime,createdTime,md5Checksum,version,trashed,parents';

export const folderType = 'application/vnd.google-apps.folder';

const digits = (value: string | null | undefined): string | null => (value && /^\d{1,19}$/.test(value) ? value : null);

/** An answer as an Item. Throws `protocol` when it lacks what was asked for. */
export function itemOf(file: drive_v3.Schema$File): Item {
  const { id, name, mimeType, modifiedTime } = file;
  if (!id || typeof name !== 'string' || typeof mimeType !== 'string')
    throw new StorageError('protocol', 'Google Drive told of a file without saying its ID, name or type.');
  const size = digits(file.size);
  const md5 = file.md5Checksum?.toLowerCase() ?? null;
  const ofGoogle = mimeType.startsWith('application/vnd.google-apps.');
  const time = modifiedTime ? Date.parse(modifiedTime) : Number.NaN;
  return {
    id,
    name,
    // Google's documents have no bytes, and a shortcut's bytes are somebody else's.
    kind: mimeType === folderType ? 'folder' : ofGoogle || size === null ? 'other' : 'file',
    size: size === null || ofGoogle ? 0 : Number(size),
    mtimeNs: Number.isNaN(time) ? null : BigInt(time) * 1_000_000n,
    md5: md5 !== null && /^[0-9a-f]{32}$/.test(md5) ? md5 : null,
    version: BigInt(digits(file.version) ?? '0'),
    createdAt: file.createdTime ?? '',
    trashed: file.trashed === true,
    parents: file.parents ?? [],
  };
}

/**
 * What one name of a folder leads to. Drive allows a name any number of times, so nothing is ever picked and the rest
 * lost in silence:
 * - several folders are one folder: everything in all of them is seen, new things go into the oldest
 * - several files with the same bytes are one file: it is read, replaced and removed together
 * - several files with different bytes: the newest is told and read; whatever would change or remove it is refused
 *   (`exists`) until somebody gives them names of their own
 * - a folder and a file, or anything with a Google document or shortcut, is `other`
 */
export type Spot =
  | { kind: 'none' }
  | { kind: 'folder'; ids: readonly string[] }
  | { kind: 'file'; file: Item; twins: readonly Item[]; alike: boolean }
  | { kind: 'other'; item: Item };

const older = (a: Item, b: Item): number =>
  a.createdAt === b.createdAt ? (a.id < b.id ? -1 : 1) : a.createdAt < b.createdAt ? -1 : 1;
const newer = (a: Item, b: Item): number => {
  const [left, right] = [a.mtimeNs ?? 0n, b.mtimeNs ?? 0n];
  return left === right ? older(b, a) : left > right ? -1 : 1;
};

/** All that a folder holds under one name. */
export function spotOf(items: readonly Item[]): Spot {
  const [first, ...rest] = items;
  if (!first) return { kind: 'none' };
  if (items.some((item) => item.kind !== first.kind)) return { kind: 'other', item: first };
  if (first.kind === 'other') return { kind: 'other', item: first };
  if (first.kind === 'folder') return { kind: 'folder', ids: items.toSorted(older).map((item) => item.id) };
  if (rest.length === 0) return { kind: 'file', file: first, twins: [], alike: true };
  const [file, ...twins] = items.toSorted(newer) as [Item, ...Item[]];
  const alike = twins.every((twin) => twin.md5 !== null && twin.md5 === file.md5 && twin.size === file.size);
  return { kind: 'file', file, twins, alike };
}

export const tagOf = (item: Pick<Item, 'md5' | 'size'>): string | null =>
  item.md5 === null ? null : `${item.md5}:${item.size}`;

/** The spot as a listing tells it; null for nothing. */
export function entryOf(path: string, spot: Spot): Entry | null {
  const plain = { path, size: 0, mtimeNs: null, hash: null, tag: null };
  if (spot.kind === 'none') return null;
  if (spot.kind === 'folder') return { ...plain, kind: 'folder', id: spot.ids[0] ?? null };
  if (spot.kind === 'other') return { ...plain, kind: 'other', id: spot.item.id };
  const { file } = spot;
  return {
    path,
    kind: 'file',
    size: file.size,
    mtimeNs: file.mtimeNs,
    hash: file.md5 === null ? null : { kind: 'md5', hex: file.md5 },
    tag: tagOf(file),
    id: file.id,
  };
}

/** A name with a slash cannot be part of a path: it is told with a sign that looks like one, and cannot be reached. */
const speakable = (name: string): string => name.replaceAll('/', '\u2215').toWellFormed();

/** A whole folder as entries, one for each name, in no order. Throws `protocol` for names that lead elsewhere. */
export function entriesOf(folder: string, items: readonly Item[]): Entry[] {
  const named = new Map<string, Item[]>();
  const unreachable = new Map<string, Item>();
  for (const item of items) {
    const name = speakable(item.name);
    if (name !== item.name) unreachable.set(listedName(name), item);
    else {
      const same = named.get(name);
      if (same) same.push(item);
      else named.set(listedName(name), [item]);
    }
  }
  const at = (name: string) => (folder === '' ? name : `${folder}/${name}`);
  const entries = [...named].map(([name, same]) => entryOf(at(name), spotOf(same)));
  for (const [name, item] of unreachable)
    if (!named.has(name)) entries.push(entryOf(at(name), { kind: 'other', item }));
  return entries.filter((entry) => entry !== null);
}
