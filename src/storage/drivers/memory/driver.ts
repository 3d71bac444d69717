import { readPiece } from '../../content.ts';
import type { Capabilities, Entry, StorageDriver, WriteOptions, Written } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { compareUtf8, malformed, requireName } from '../../names.ts';
import {
  createMemoryStore,
  fileInTheWay,
  folderNames,
  holdsAnything,
  isInFolder,
  type MemoryFile,
  type MemoryStore,
  makeFoldersAbove,
} from './store.ts';

export interface MemoryOptions {
  store?: MemoryStore;
  /** `implied`: like an object store, with a flat listing and removal in bulk. */
  folders?: 'real' | 'implied';
  /** Uploads are made in parts of this size and go on where they stopped. */
  partBytes?: number;
  /** Entries of one page of a flat listing. */
  pageEntries?: number;
}

const md5 = (bytes: Uint8Array): string => new Bun.CryptoHasher('md5').update(bytes).digest('hex');

/** Storage that is gone with the process. Holds every promise of the contract; wrappers are tried on it. */
export function createMemoryDriver(options: MemoryOptions = {}): StorageDriver {
  const { store = createMemoryStore(), folders = 'real', partBytes = 65_536, pageEntries = 1000 } = options;
  const implied = folders === 'implied';
  const capabilities: Capabilities = {
    mtimePrecisionNs: 1n,
    hash: 'md5',
    flat: implied,
    folders,
    caseSensitive: true,
    normalisesNames: false,
    bulkRemove: implied,
    copy: true,
    move: true,
    resumes: true,
    maxFileBytes: null,
    parallelWrites: 8,
    parallelLists: 8,
    pathProblem: malformed,
  };

  const described = (path: string, file: MemoryFile): Entry => ({
    path,
    kind: 'file',
    size: file.bytes.byteLength,
    mtimeNs: file.mtimeNs,
    hash: { kind: 'md5', hex: md5(file.bytes) },
    tag: `v${file.version}`,
    id: null,
  });
  const folderEntry = (path: string): Entry => ({
    path,
    kind: 'folder',
    size: 0,
    mtimeNs: null,
    hash: null,
    tag: null,
    id: null,
  });
  const isFolder = (path: string) => path === '' || (!implied && store.folders.has(path));
  const fileAt = (path: string): MemoryFile => {
    const file = store.files.get(path);
    if (!file) throw new StorageError('not_found', `There is no file ${JSON.stringify(path)}.`);
    return file;
  };

  function requirePlace(path: string): void {
    requireName(path, malformed(path));
    if (implied) return;
    const inTheWay = isFolder(path) ? path : fileInTheWay(store, path);
    if (inTheWay !== null)
      throw new StorageError('exists', `${JSON.stringify(inTheWay)} is in the way of ${JSON.stringify(path)}.`);
  }

  function keep(path: string, file: MemoryFile): void {
    requirePlace(path);
    if (!implied) makeFoldersAbove(store, path);
    store.files.set(path, file);
  }

  /** The upload a slot speaks of, if it is this file's and still known. */
  function uploadOf(path: string, { resume }: WriteOptions) {
    const id = (resume?.load() as { upload?: unknown } | null)?.upload;
    const known = typeof id === 'string' ? store.uploads.get(id) : undefined;
    if (typeof id === 'string' && known?.path === path) return { id, parts: known.parts };
    const fresh = { id: crypto.randomUUID(), parts: new Map<number, Uint8Array<ArrayBuffer>>() };
    store.uploads.set(fresh.id, { path, parts: fresh.parts });
    resume?.save({ upload: fresh.id });
    return fresh;
  }

  async function write(
    path: string,
    content: Parameters<StorageDriver['write']>[1],
    how: WriteOptions,
  ): Promise<Written> {
    how.signal.throwIfAborted();
    requirePlace(path);
    const { id, parts } = uploadOf(path, how);
    try {
      for (let at = 0; at < content.size; at += partBytes) {
        const length = Math.min(partBytes, content.size - at);
        if (parts.get(at)?.byteLength === length && at + length < content.size) continue;
        parts.set(at, await readPiece(content, at, length, how.signal));
        how.onProgress?.(at + length);
      }
      how.signal.throwIfAborted();
      const ordered = [...parts].sort(([a], [b]) => a - b).map(([, bytes]) => bytes);
      const bytes = new Uint8Array(Buffer.concat(ordered));
      const file = { bytes, mtimeNs: how.mtimeNs, version: store.nextVersion() };
      keep(path, file);
      store.uploads.delete(id);
      how.resume?.clear();
      const { size, mtimeNs, hash, tag } = described(path, file);
      return { size, mtimeNs, hash, tag, id: null, verified: true };
    } catch (error) {
      if (!how.resume) store.uploads.delete(id);
      throw error;
    }
  }

  const driver: StorageDriver = {
    capabilities,
    async list(folder, signal) {
      signal.throwIfAborted();
      if (!implied && !isFolder(folder))
        throw new StorageError('not_found', `There is no folder ${JSON.stringify(folder)}.`);
      const files = [...store.files].filter(([path]) => isInFolder(path, folder));
      const below = [...folderNames(store)].filter((path) => isInFolder(path, folder));
      return [...files.map(([path, file]) => described(path, file)), ...below.map(folderEntry)];
    },
    async stat(path, signal) {
      signal.throwIfAborted();
      const file = store.files.get(path);
      if (file) return described(path, file);
      return isFolder(path) ? folderEntry(path) : null;
    },
    async read(path, { start = 0, end }, signal) {
      signal.throwIfAborted();
      const bytes = fileAt(path).bytes.subarray(start, end);
      let at = 0;
      return new ReadableStream<Uint8Array>(
        {
          pull(controller) {
            if (signal.aborted) return controller.error(signal.reason);
            if (at < bytes.byteLength) controller.enqueue(bytes.slice(at, at + 16_384));
            at += 16_384;
            if (at >= bytes.byteLength) controller.close();
          },
        },
        { highWaterMark: 0 },
      );
    },
    write,
    async remove(path, signal) {
      signal.throwIfAborted();
      if (isFolder(path)) throw new StorageError('exists', `${JSON.stringify(path)} is a folder.`);
      store.files.delete(path);
    },
    async removeFolder(path, signal) {
      signal.throwIfAborted();
      if (implied) return;
      if (holdsAnything(store, path)) throw new StorageError('exists', `${JSON.stringify(path)} is not empty.`);
      store.folders.delete(path);
    },
    async makeFolder(path, signal) {
      signal.throwIfAborted();
      if (implied || path === '') return;
      if (store.files.has(path)) throw new StorageError('exists', `${JSON.stringify(path)} is a file.`);
      if (!isFolder(path)) requirePlace(path);
      makeFoldersAbove(store, path);
      store.folders.add(path);
    },
    async move(from, to, signal) {
      signal.throwIfAborted();
      const file = fileAt(from);
      keep(to, file);
      if (from !== to) store.files.delete(from);
    },
    async copy(from, to, signal) {
      signal.throwIfAborted();
      keep(to, { ...fileAt(from), version: store.nextVersion() });
    },
    async space(signal) {
      signal.throwIfAborted();
      return null;
    },
    async probe(signal) {
      signal.throwIfAborted();
      return { files: store.files.size };
    },
    async close() {},
  };
  if (!implied) return driver;
  return {
    ...driver,
    async *listBelow(folder, signal) {
      signal.throwIfAborted();
      const inside = [...store.files.keys()].filter((path) => folder === '' || path.startsWith(`${folder}/`));
      inside.sort(compareUtf8);
      for (let at = 0; at < inside.length; at += pageEntries) {
        signal.throwIfAborted();
        const page = inside.slice(at, at + pageEntries).map((path) => [path, store.files.get(path)] as const);
        yield page.flatMap(([path, file]) => (file ? [described(path, file)] : []));
      }
    },
    async removeMany(paths, signal) {
      signal.throwIfAborted();
      for (const path of paths) store.files.delete(path);
      return [];
    },
  };
}
