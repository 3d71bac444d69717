import type { Entry } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { listedName, pathBelow } from '../../names.ts';
import { service } from './errors.ts';

/** What is asked of an item; see `Item`. */
export const fields = '$select=id,name,size,cTag,eTag,file,folder,package,remoteItem,fileSystemInfo,parentReference';

/** What we use of Graph's driveItem. */
export interface Item {
  id: string;
  name: string;
  kind: Entry['kind'];
  size: number;
  mtimeNs: bigint | null;
  hash: Entry['hash'];
  tag: string | null;
  /** Changes with whatever is changed of the item. */
  etag: string | null;
  /** Of a folder; null where it does not say. */
  childCount: number | null;
  driveType: string | null;
}

/** Finest time of change that comes back as it was set, nanoseconds: of the digits behind it some accounts keep few. */
export const precisionNs = 1_000_000_000n;
const wholeSeconds = (ns: bigint): bigint => ns - (((ns % precisionNs) + precisionNs) % precisionNs);
export const isoTime = (ns: bigint): string =>
  new Date(Number(wholeSeconds(ns) / 1_000_000n)).toISOString().replace('.000Z', 'Z');

type Json = Record<string, unknown>;
const object = (value: unknown): Json | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const count = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;

function timeOf(value: unknown): bigint | null {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? null : wholeSeconds(BigInt(ms) * 1_000_000n);
}

/** Business accounts tell quickXorHash, personal ones of old only sha1; a fresh large file may have none yet. */
function hashOf(file: Json | null): Entry['hash'] {
  const hashes = object(file?.['hashes']);
  const quick = text(hashes?.['quickXorHash']);
  if (quick !== null) {
    const bytes = Buffer.from(quick, 'base64');
    if (bytes.length === 20) return { kind: 'quickxor', hex: bytes.toString('hex') };
  }
  const sha1 = text(hashes?.['sha1Hash'])?.toLowerCase() ?? '';
  return /^[0-9a-f]{40}$/.test(sha1) ? { kind: 'sha1', hex: sha1 } : null;
}

const senseless = () =>
  new StorageError('protocol', `${service} described an entry in a way that makes no sense. Nothing of it is used.`);

/** Throws `protocol` for what is no item, or one whose name could lead elsewhere. */
export function itemOf(value: unknown): Item {
  const item = object(value);
  const [id, name] = [text(item?.['id']), item?.['name']];
  if (item === null || id === null || typeof name !== 'string') throw senseless();
  const [file, folder] = [object(item['file']), object(item['folder'])];
  // A shortcut to somebody else's folder and a notebook look like folders, and are none of ours.
  const special = object(item['remoteItem']) !== null || object(item['package']) !== null;
  const kind = special || (file === null && folder === null) ? 'other' : folder ? 'folder' : 'file';
  const size = count(item['size']);
  if (kind === 'file' && size === null) throw senseless();
  const hash = kind === 'file' ? hashOf(file) : null;
  return {
    id,
    name: listedName(name),
    kind,
    size: kind === 'file' ? (size ?? 0) : 0,
    mtimeNs: timeOf(object(item['fileSystemInfo'])?.['lastModifiedDateTime']),
    hash,
    // The eTag will not do: it changes with a comment, too.
    tag: kind === 'file' ? (text(item['cTag']) ?? (hash && `${hash.kind}:${hash.hex}:${size}`)) : null,
    etag: text(item['cTag']) ?? text(item['eTag']),
    childCount: count(folder?.['childCount']),
    driveType: text(object(item['parentReference'])?.['driveType']),
  };
}

export const entryOf = (item: Item, folder: string): Entry => ({
  path: pathBelow(folder, item.name),
  kind: item.kind,
  size: item.size,
  mtimeNs: item.kind === 'file' ? item.mtimeNs : null,
  hash: item.hash,
  tag: item.tag,
  id: item.id,
});
