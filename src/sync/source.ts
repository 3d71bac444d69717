import { type BigIntStats, lstat, lstatSync, readlinkSync } from 'node:fs';
import { errnoOf } from '../core/errors.ts';
import { type DirHandle, entryPath, listNames, openBelow } from '../lib/dirfd.ts';
import { isLocalFolder } from '../lib/local-folder.ts';
import { StorageError } from '../storage/errors.ts';
import { readMounts } from '../system/mounts/mountinfo.ts';
import type { Filter } from './filter.ts';
import type { Batch, Mark } from './march.ts';
import { bytesOf, type Fold, inFolder, nameOf, shown } from './names.ts';
import { type FolderListing, walkFolders } from './walk.ts';

/** What lstat(2) says of one entry of a source. */
export interface SourceEntry {
  /** Of links and devices: one that nothing at the destination has, for they are not sent. */
  readonly key: string;
  /** Relative to the source, one latin1 character per byte. */
  readonly path: string;
  /** `unknown`: it is there but could not be looked at, or went while it was. */
  readonly kind: 'file' | 'dir' | 'link' | 'other' | 'unknown';
  /** Bytes; 0 but for files. */
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly ino: bigint;
  readonly dev: bigint;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly nlink: number;
}

export interface SourceProblem {
  path: string;
  level: 'warning' | 'error';
  message: string;
  /** It went while it was looked at. */
  vanished?: boolean;
}

interface SourceWalk {
  /** Handle of the source's folder; stays open while the walk goes on. */
  root: DirHandle;
  filter: Filter;
  /** Folders never sent, relative to the source, latin1. */
  excludeFolders: ReadonlySet<string>;
  /** How the destination tells names apart; null: byte for byte. */
  fold: Fold | null;
  /** Which of several names that are one at the destination is sent. They are in the order of their bytes. */
  chooseTwin(folder: string, names: readonly { name: string; isFolder: boolean }[]): Promise<string>;
  /** Why nothing of this folder can be kept at the destination; null when it can. Folders with a reason are not entered. */
  folderProblem(path: string): string | null;
  onProblem(problem: SourceProblem): void;
  signal: AbortSignal;
}

interface Walk extends SourceWalk {
  /** Where something else is mounted: whatever its name lies on, to look at it may be to wait for somebody. */
  mounted: ReadonlySet<string>;
}

interface Place {
  path: string;
  key: string;
  names: readonly Buffer[];
  /** Of the folder; null: not known. */
  dev: bigint | null;
  /** Lies on a disk of this machine; null: not asked yet. */
  isLocal: boolean | null;
}

const ahead = 4;
const looksAtOnce = 16;
/** A look that took longer had to wait for the disk. */
const slowLookMs = 0.5;
/** Others get their turn on this thread after so long. */
const turnMs = 5;
const goneCodes = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

/** Everything of a source that no pattern leaves out, in the order of its keys. Links are never followed. */
export function walkSource(source: SourceWalk): AsyncGenerator<Batch<SourceEntry>> {
  const walk: Walk = { ...source, mounted: mountedBelow(source.root) };
  return walkFolders<SourceEntry, Place>({
    top: { path: '', key: '', names: [], dev: null, isLocal: null },
    ahead,
    signal: walk.signal,
    read: (place) => readFolder(walk, place),
  });
}

/** Paths below a folder, as bytes. */
function mountedBelow(root: DirHandle): ReadonlySet<string> {
  const top = readlinkSync(root.path).replace(/\/?$/, '/');
  const below = readMounts().filter(({ mountPoint }) => mountPoint.startsWith(top) && mountPoint !== top);
  return new Set(below.map(({ mountPoint }) => bytesOf(mountPoint.slice(top.length))));
}

async function readFolder(walk: Walk, place: Place): Promise<FolderListing<SourceEntry, Place>> {
  const known = new Map<SourceEntry, Place>();
  try {
    const dir = await openBelow(walk.root, place.names);
    try {
      const { entries, marks } = await lookAtAll(walk, place, dir, known);
      return { entries, incomplete: marks, enter: (entry) => known.get(entry) };
    } finally {
      await dir.close();
    }
  } catch (error) {
    walk.signal.throwIfAborted();
    // The destination was asked about twins.
    if (error instanceof StorageError) throw error;
    walk.onProblem({ path: place.path, ...wordsFor(error, 'folder') });
    return { entries: [], incomplete: [{ key: place.key }], enter: () => undefined };
  }
}

async function lookAtAll(walk: Walk, place: Place, dir: DirHandle, known: Map<SourceEntry, Place>) {
  const names = await listNames(dir);
  const entries: SourceEntry[] = [];
  const marks: Mark[] = [];
  const isLocal = place.isLocal ?? (await isLocalFolder(dir));
  const take = (name: Buffer, seen: Seen): void => {
    const entry = entryOf(walk, place, name, seen);
    if (!entry) return;
    entries.push(entry);
    // Whatever it is, nothing that lies under its name may be taken for gone.
    if (entry.kind === 'unknown') marks.push({ key: `${entry.key}/` });
    if (entry.kind !== 'dir') return;
    const { dev, path, key } = entry;
    known.set(entry, {
      path,
      key,
      names: [...place.names, Buffer.from(name)],
      dev,
      isLocal: dev === place.dev ? isLocal : null,
    });
  };
  const rest = isLocal ? await takeAtOnce(walk, place, dir, names, take) : names;
  let at = 0;
  const look = async (): Promise<void> => {
    while (at < rest.length) {
      walk.signal.throwIfAborted();
      const name = rest[at] as Buffer;
      at += 1;
      take(name, await lookAt(dir, name));
    }
  };
  await Promise.all(Array.from({ length: Math.min(looksAtOnce, rest.length) }, look));
  const chosen = walk.fold ? await withoutTwins(walk, place, entries) : entries;
  chosen.sort((a, b) => (a.key < b.key ? -1 : 1));
  marks.sort((a, b) => (a.key < b.key ? -1 : 1));
  return { entries: chosen, marks };
}

/**
 * What the kernel remembers is there sooner than another thread could be asked for it. Answers the names that are left as
 * soon as one had to wait for the disk, which answers many side by side the sooner.
 */
async function takeAtOnce(
  walk: Walk,
  place: Place,
  dir: DirHandle,
  names: readonly Buffer[],
  take: (name: Buffer, seen: Seen) => void,
): Promise<readonly Buffer[]> {
  const left: Buffer[] = [];
  let turn = performance.now();
  let began = turn;
  for (const [at, name] of names.entries()) {
    if (walk.mounted.size > 0 && walk.mounted.has(inFolder(place.path, name.toString('latin1')))) {
      left.push(name);
      continue;
    }
    take(name, lookNow(dir, name));
    const now = performance.now();
    if (now - began > slowLookMs) return [...left, ...names.slice(at + 1)];
    began = now;
    if (now - turn < turnMs) continue;
    await new Promise<void>((resume) => setImmediate(resume));
    walk.signal.throwIfAborted();
    turn = performance.now();
    began = turn;
  }
  return left;
}

type Seen = { stat: BigIntStats } | { error: unknown };

const lookAt = (dir: DirHandle, name: Buffer): Promise<Seen> =>
  new Promise((resolve) => {
    lstat(entryPath(dir, name), { bigint: true }, (error, stat) => resolve(error ? { error } : { stat }));
  });

function lookNow(dir: DirHandle, name: Buffer): Seen {
  try {
    return { stat: lstatSync(entryPath(dir, name), { bigint: true }) };
  } catch (error) {
    return { error };
  }
}

/** One entry; null when it is left out. */
function entryOf(walk: SourceWalk, place: Place, name: Buffer, seen: Seen): SourceEntry | null {
  const plain = name.toString('latin1');
  const path = inFolder(place.path, plain);
  const key = place.key + (walk.fold ? walk.fold(plain) : plain);
  if ('error' in seen) {
    if (walk.filter.excludes(path, false)) return null;
    walk.onProblem({ path, ...wordsFor(seen.error, 'entry') });
    return { ...nothingKnown, key, path };
  }
  const { stat } = seen;
  const isFolder = stat.isDirectory();
  if (walk.filter.excludes(path, isFolder) || (isFolder && walk.excludeFolders.has(path))) return null;
  const kind = isFolder ? 'dir' : stat.isFile() ? 'file' : stat.isSymbolicLink() ? 'link' : 'other';
  if (kind === 'dir') {
    const problem = walk.folderProblem(path);
    if (problem !== null) {
      walk.onProblem({ path, level: 'error', message: `The folder and all that is in it is left out: ${problem}.` });
      return { ...nothingKnown, key, path };
    }
  }
  return {
    key: isFolder ? `${key}/` : kind === 'file' ? key : `${key}\0`,
    path,
    kind,
    size: kind === 'file' ? Number(stat.size) : 0,
    mtimeNs: stat.mtimeNs,
    ctimeNs: stat.ctimeNs,
    ino: stat.ino,
    dev: stat.dev,
    mode: Number(stat.mode) & 0o7777,
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    nlink: Number(stat.nlink),
  };
}

const nothingKnown = {
  kind: 'unknown',
  size: 0,
  mtimeNs: 0n,
  ctimeNs: 0n,
  ino: 0n,
  dev: 0n,
  mode: 0,
  uid: 0,
  gid: 0,
  nlink: 0,
} as const;

/** Of names that are one at the destination, one is sent and the others are named, each with the one that was. */
async function withoutTwins(walk: SourceWalk, place: Place, entries: SourceEntry[]): Promise<SourceEntry[]> {
  const byName = new Map<string, SourceEntry[]>();
  for (const entry of entries) {
    // Links and devices are not sent: they take nobody's place.
    if (entry.kind !== 'file' && entry.kind !== 'dir') continue;
    const name = entry.kind === 'dir' ? entry.key.slice(0, -1) : entry.key;
    const same = byName.get(name);
    if (same) same.push(entry);
    else byName.set(name, [entry]);
  }
  const dropped = new Set<SourceEntry>();
  for (const group of byName.values()) {
    if (group.length < 2) continue;
    group.sort((a, b) => (a.path < b.path ? -1 : 1));
    const names = group.map((entry) => ({ name: nameOf(entry.path), isFolder: entry.kind === 'dir' }));
    const choice = await walk.chooseTwin(place.path, names);
    const kept = group.find((entry) => nameOf(entry.path) === choice) ?? group[0];
    if (!kept) continue;
    for (const entry of group) {
      if (entry === kept) continue;
      dropped.add(entry);
      walk.onProblem({
        path: entry.path,
        level: 'error',
        message: `${shown(entry.path)} and ${shown(kept.path)} are one name at this destination: only ${shown(kept.path)} is kept there. Rename one of them.`,
      });
    }
  }
  return dropped.size === 0 ? entries : entries.filter((entry) => !dropped.has(entry));
}

function wordsFor(error: unknown, what: 'folder' | 'entry'): Omit<SourceProblem, 'path'> {
  const code = errnoOf(error) ?? '';
  if (goneCodes.has(code))
    return { level: 'warning', message: 'vanished while the source was being read', vanished: true };
  const why = code === 'EACCES' || code === 'EPERM' ? 'permission denied' : code === '' ? 'unknown error' : code;
  const message = what === 'folder' ? `The folder cannot be read: ${why}` : `cannot be looked at: ${why}`;
  return { level: 'error', message };
}
