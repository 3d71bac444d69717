import { foldersAbove, parentOf } from '../../names.ts';

export interface MemoryFile {
  bytes: Uint8Array<ArrayBuffer>;
  mtimeNs: bigint | null;
  /** Counts up over the whole store: no two contents ever share one. */
  version: number;
}

/** Parts of uploads under way, by their id: what a service keeps until the upload is done or given up. */
export interface MemoryUpload {
  path: string;
  parts: Map<number, Uint8Array<ArrayBuffer>>;
}

/** What lies in one place; any number of drivers may be opened on it. */
export interface MemoryStore {
  readonly files: Map<string, MemoryFile>;
  /** Real folders, without the root. */
  readonly folders: Set<string>;
  readonly uploads: Map<string, MemoryUpload>;
  nextVersion(): number;
}

export function createMemoryStore(): MemoryStore {
  let version = 0;
  return {
    files: new Map(),
    folders: new Set(),
    uploads: new Map(),
    nextVersion() {
      version += 1;
      return version;
    },
  };
}

/** Every folder there is: made ones, and those that files lie in. */
export function folderNames(store: MemoryStore): Set<string> {
  const all = new Set(store.folders);
  for (const path of store.files.keys()) for (const folder of foldersAbove(path)) all.add(folder);
  return all;
}

/** Anything directly or deeper in a folder. */
export function holdsAnything(store: MemoryStore, folder: string): boolean {
  const inside = (path: string) => path.startsWith(`${folder}/`);
  return [...store.files.keys()].some(inside) || [...store.folders].some(inside);
}

/** A file that stands where a folder is wanted: on the way to `path`, or null. */
export const fileInTheWay = (store: MemoryStore, path: string): string | null =>
  foldersAbove(path).find((folder) => store.files.has(folder)) ?? null;

/** Makes the folders above a path. */
export function makeFoldersAbove(store: MemoryStore, path: string): void {
  for (const folder of foldersAbove(path)) store.folders.add(folder);
}

export const isInFolder = (path: string, folder: string): boolean => path !== '' && parentOf(path) === folder;
