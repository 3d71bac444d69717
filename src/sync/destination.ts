import type { Entry, StorageDriver } from '../storage/driver.ts';
import { endsEverything, isPassing, StorageError } from '../storage/errors.ts';
import type { Filter } from './filter.ts';
import type { Batch, Mark } from './march.ts';
import { bytesOf, type Fold, folderOf, inFolder, nameOf } from './names.ts';
import { type FolderListing, walkFolders } from './walk.ts';

export interface DestinationEntry {
  readonly key: string;
  /** Relative to the landing, as bytes. */
  readonly path: string;
  /** What the service said; its path is relative to the driver's root. */
  readonly entry: Entry;
  /** A pattern leaves it out: it is not touched. */
  readonly excluded: boolean;
}

interface DestinationWalk {
  driver: StorageDriver;
  /** As the service spells it. */
  landing: string;
  filter: Filter;
  /** Relative to the landing, latin1. */
  excludeFolders: ReadonlySet<string>;
  fold: Fold | null;
  onProblem(problem: { path: string; level: 'warning' | 'error'; message: string }): void;
  signal: AbortSignal;
}

/** Listings that fail one after the other before the whole thing is given up. */
const failuresInARow = 20;
const reserved = '.dynamight';

/** What lies in one landing, in the order of its keys. Ends everything (throws) when no other listing would do better. */
export function walkDestination(walk: DestinationWalk): AsyncGenerator<Batch<DestinationEntry>> {
  const { capabilities } = walk.driver;
  // A flat list comes in the order of its bytes: where names are folded, that is another one.
  return capabilities.flat && walk.driver.listBelow && walk.fold === null ? flat(walk) : byFolder(walk);
}

const protocol = (what: string) =>
  new StorageError('protocol', `The service ${what}. What it lists cannot be trusted; nothing there was changed.`);

/** An empty name, `.` or `..` anywhere in a path. */
const leadsOut = /(?:^|\/)\.{0,2}(?:\/|$)/;

/** The part of a listed path below a folder. Throws for everything that would lead out of it. */
function checkedBelow(path: string, folder: string): string {
  const prefix = folder === '' ? '' : `${folder}/`;
  const rest = path.startsWith(prefix) ? path.slice(prefix.length) : '';
  if (!rest.isWellFormed() || rest.includes('\0')) throw protocol('listed a name that no file can have');
  if (leadsOut.test(rest)) throw protocol('listed a name that leads out of its folder');
  return rest;
}

/** Is a whole branch left out. Asked for one folder after the other: the answers for the last way down are kept. */
function createBranches({ filter, excludeFolders }: DestinationWalk) {
  let way: { path: string; excluded: boolean }[] = [];
  let last = { path: '', excluded: false };
  const excludes = (folder: string): boolean => {
    if (folder === last.path) return last.excluded;
    if (folder === '') return false;
    const known = way.find(({ path }) => path === folder);
    if (known) return known.excluded;
    const excluded = excludes(folderOf(folder)) || excludeFolders.has(folder) || filter.excludes(folder, true);
    last = { path: folder, excluded };
    way = [...way.filter(({ path }) => folder.startsWith(`${path}/`)), last];
    return excluded;
  };
  return excludes;
}

async function* flat(walk: DestinationWalk): AsyncGenerator<Batch<DestinationEntry>> {
  const { driver, landing, signal } = walk;
  const branchExcluded = createBranches(walk);
  let last = '';
  try {
    for await (const page of driver.listBelow?.(landing, signal) ?? []) {
      signal.throwIfAborted();
      const entries: DestinationEntry[] = [];
      for (const entry of page) {
        const path = bytesOf(checkedBelow(entry.path, landing));
        if (path <= last) throw protocol('listed its files in another order than it promises');
        last = path;
        if (isOurs(landing, path)) continue;
        const excluded = branchExcluded(folderOf(path)) || walk.filter.excludes(path, false);
        entries.push({ key: path, path, entry, excluded });
      }
      yield { entries };
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof StorageError) || endsEverything(error) || isPassing(error)) throw error;
    if (error.code === 'not_found') return;
    // Nobody knows what would have followed: all of it counts as unknown.
    walk.onProblem({ path: '', level: 'error', message: listingFailed(error) });
    yield { entries: [], incomplete: [{ key: '' }] };
  }
}

interface Place {
  /** As the service spells it, from the driver's root. */
  folder: string;
  path: string;
  key: string;
}

function byFolder(walk: DestinationWalk): AsyncGenerator<Batch<DestinationEntry>> {
  let failures = 0;
  return walkFolders<DestinationEntry, Place>({
    top: { folder: walk.landing, path: '', key: '' },
    ahead: Math.max(1, walk.driver.capabilities.parallelLists),
    signal: walk.signal,
    async read(place): Promise<FolderListing<DestinationEntry, Place>> {
      try {
        const listing = readFolder(walk, place, await walk.driver.list(place.folder, walk.signal));
        failures = 0;
        return listing;
      } catch (error) {
        walk.signal.throwIfAborted();
        if (!(error instanceof StorageError) || endsEverything(error)) throw error;
        if (isPassing(error)) failures += 1;
        if (failures >= failuresInARow) throw error;
        const nothing = { entries: [], enter: () => undefined };
        if (error.code === 'not_found' && place.path === '') return nothing;
        walk.onProblem({ path: place.path, level: 'error', message: listingFailed(error) });
        return { ...nothing, incomplete: [{ key: place.key }] };
      }
    },
  });
}

const listingFailed = (error: StorageError): string =>
  `What is at the destination here could not be listed, so nothing here was changed: ${error.message}`;

function readFolder(
  walk: DestinationWalk,
  place: Place,
  list: readonly Entry[],
): FolderListing<DestinationEntry, Place> {
  const known = new Map<DestinationEntry, Place>();
  const entries: DestinationEntry[] = [];
  const marks: Mark[] = [];
  for (const entry of list) {
    const name = checkedBelow(entry.path, place.folder);
    if (name.includes('/')) throw protocol('listed something that lies in another folder');
    const bytes = bytesOf(name);
    const path = inFolder(place.path, bytes);
    if (isOurs(walk.landing, path)) continue;
    const isFolder = entry.kind === 'folder';
    const key = place.key + (walk.fold ? walk.fold(bytes) : bytes) + (isFolder ? '/' : '');
    const excluded = walk.filter.excludes(path, isFolder) || (isFolder && walk.excludeFolders.has(path));
    const one: DestinationEntry = { key, path, entry, excluded };
    entries.push(one);
    if (isFolder && !excluded) known.set(one, { folder: entry.path, path, key });
  }
  entries.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return { entries: withoutDoubles(walk, entries, marks, known), incomplete: marks, enter: (one) => known.get(one) };
}

/**
 * Two entries under one name (some services allow it): one file is looked at, folders are not, and none is ever deleted.
 */
function withoutDoubles(
  walk: DestinationWalk,
  entries: DestinationEntry[],
  marks: Mark[],
  known: Map<DestinationEntry, Place>,
): DestinationEntry[] {
  const single: DestinationEntry[] = [];
  for (const entry of entries) {
    const before = single.at(-1);
    if (before?.key !== entry.key) {
      single.push(entry);
      continue;
    }
    const isFolder = entry.entry.kind === 'folder';
    const name = JSON.stringify(nameOf(entry.entry.path));
    walk.onProblem({
      path: entry.path,
      level: isFolder ? 'error' : 'warning',
      message: `The destination has more than one ${name} here, so they were left alone. Remove or rename all but one there.`,
    });
    single[single.length - 1] = { ...before, excluded: true };
    known.delete(before);
    known.delete(entry);
    if (isFolder) marks.push({ key: entry.key });
  }
  return single;
}

/** Our own folder lies in the destination's root. */
const isOurs = (landing: string, path: string): boolean =>
  landing === '' && (path === reserved || path.startsWith(`${reserved}/`));
