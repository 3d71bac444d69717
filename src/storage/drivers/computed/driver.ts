import type { Capabilities, Entry, StorageDriver } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { malformed, parentOf } from '../../names.ts';

export interface ComputedOptions {
  /** Files there are. */
  entries: number;
  /** Files of one folder; default 1000. */
  perFolder?: number;
  /** A flat listing, as object stores have. */
  flat?: boolean;
  /** Entries of one page of it. */
  pageEntries?: number;
  /** Files that are not there after all. */
  missing?(index: number): boolean;
}

export interface ComputedCounts {
  writes: number;
  writtenBytes: number;
  removes: number;
  moves: number;
  lists: number;
}

export interface ComputedDriver extends StorageDriver {
  /** What was asked for so far; all of it was forgotten. */
  readonly counts: ComputedCounts;
}

const firstTimeNs = 1_600_000_000_000_000_000n;

/** The file of a number: always the same, and in the order of the numbers. */
export function computedEntry(index: number, perFolder = 1000): Entry {
  const folder = String(Math.floor(index / perFolder)).padStart(7, '0');
  return {
    path: `d${folder}/f${String(index).padStart(10, '0')}.dat`,
    kind: 'file',
    size: (index * 7919) % 100_003,
    mtimeNs: firstTimeNs + BigInt(index) * 1_000_003n,
    hash: null,
    tag: `t${index}`,
    id: null,
  };
}

/** A place with any number of files that takes no memory: what lies there follows from its number. */
export function createComputedDriver(options: ComputedOptions): ComputedDriver {
  const { entries, perFolder = 1000, flat = false, pageEntries = 1000, missing = () => false } = options;
  const counts: ComputedCounts = { writes: 0, writtenBytes: 0, removes: 0, moves: 0, lists: 0 };
  const folders = Math.ceil(entries / perFolder);
  const capabilities: Capabilities = {
    mtimePrecisionNs: 1n,
    hash: null,
    flat,
    folders: flat ? 'implied' : 'real',
    caseSensitive: true,
    normalisesNames: false,
    bulkRemove: false,
    copy: false,
    move: true,
    resumes: false,
    maxFileBytes: null,
    parallelWrites: 16,
    parallelLists: 8,
    pathProblem: malformed,
  };

  const folderEntry = (path: string): Entry => ({
    path,
    kind: 'folder',
    size: 0,
    mtimeNs: null,
    hash: null,
    tag: null,
    id: null,
  });
  const folderName = (number: number) => parentOf(computedEntry(number * perFolder, perFolder).path);
  const folderNumber = (path: string): number | null => {
    const number = /^d(\d{7,})$/.exec(path)?.[1];
    return number !== undefined && Number(number) < folders && folderName(Number(number)) === path
      ? Number(number)
      : null;
  };
  function at(path: string): Entry | null {
    const index = Number(/\/f(\d+)\.dat$/.exec(path)?.[1] ?? Number.NaN);
    if (!(index < entries) || missing(index)) return null;
    const entry = computedEntry(index, perFolder);
    return entry.path === path ? entry : null;
  }

  /** The files from one number up to another, those that are there. */
  function* between(first: number, end: number): Generator<Entry> {
    for (let index = first; index < Math.min(end, entries); index += 1)
      if (!missing(index)) yield computedEntry(index, perFolder);
  }

  async function* listBelow(folder: string, signal: AbortSignal): AsyncGenerator<Entry[]> {
    counts.lists += 1;
    const number = folderNumber(folder);
    if (folder !== '' && number === null) return;
    const end = number === null ? entries : (number + 1) * perFolder;
    let page: Entry[] = [];
    for (const entry of between((number ?? 0) * perFolder, end)) {
      page.push(entry);
      if (page.length < pageEntries) continue;
      signal.throwIfAborted();
      yield page;
      page = [];
    }
    signal.throwIfAborted();
    if (page.length > 0) yield page;
  }

  const driver: ComputedDriver = {
    counts,
    capabilities,
    async list(folder, signal) {
      signal.throwIfAborted();
      counts.lists += 1;
      if (folder === '') return Array.from({ length: folders }, (_, number) => folderEntry(folderName(number)));
      const number = folderNumber(folder);
      if (number !== null) return [...between(number * perFolder, (number + 1) * perFolder)];
      if (flat) return [];
      throw new StorageError('not_found', `There is no folder ${JSON.stringify(folder)}.`);
    },
    async stat(path, signal) {
      signal.throwIfAborted();
      return at(path) ?? (!flat && folderNumber(path) !== null ? folderEntry(path) : null);
    },
    async read(path, { start = 0, end = Number.POSITIVE_INFINITY }, signal) {
      signal.throwIfAborted();
      const entry = at(path);
      if (!entry) throw new StorageError('not_found', `There is no file ${JSON.stringify(path)}.`);
      return new Response(new Uint8Array(Math.max(0, Math.min(end, entry.size) - start))).body ?? new ReadableStream();
    },
    async write(_, content, { signal, mtimeNs, onProgress }) {
      signal.throwIfAborted();
      for (let offset = 0; offset < content.size; offset += 1_048_576) {
        const length = Math.min(1_048_576, content.size - offset);
        counts.writtenBytes += (await content.read(offset, length)).byteLength;
        signal.throwIfAborted();
        onProgress?.(offset + length);
      }
      counts.writes += 1;
      return { size: content.size, mtimeNs, hash: null, tag: `w${counts.writes}`, id: null, verified: true };
    },
    async remove(_, signal) {
      signal.throwIfAborted();
      counts.removes += 1;
    },
    async removeFolder(_, signal) {
      signal.throwIfAborted();
    },
    async makeFolder(_, signal) {
      signal.throwIfAborted();
    },
    async move(_from, _to, signal) {
      signal.throwIfAborted();
      counts.moves += 1;
    },
    async space(signal) {
      signal.throwIfAborted();
      return null;
    },
    async probe(signal) {
      signal.throwIfAborted();
      return { entries };
    },
    async close() {},
  };
  return flat ? { ...driver, listBelow } : driver;
}
