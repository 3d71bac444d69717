import { orAborted } from '../../content.ts';
import { StorageError } from '../../errors.ts';
import { foldersAbove, nameOf, parentOf } from '../../names.ts';
import { isCode, service } from './errors.ts';
import type { Graph } from './graph.ts';
import { fields, type Item, itemOf } from './items.ts';
import type { Places } from './places.ts';

/** The folder everything lies below, and the folders in it. */
export interface Folders {
  /** Looked up by its path once; afterwards by its id, so that a root that was deleted is never made anew. */
  root(signal: AbortSignal): Promise<Item>;
  /** An item by its path, or null. */
  find(path: string, signal: AbortSignal): Promise<Item | null>;
  /** Makes a folder and those above it, each once however many ask; what is there already is fine. Never the root. */
  make(path: string, signal: AbortSignal): Promise<void>;
  /** Makes the root where it is missing, with the folders above it. Throws `no_root` where something is in the way. */
  makeRoot(signal: AbortSignal): Promise<void>;
  /** A listing told that this folder is there. */
  learn(path: string): void;
  /** It is not there (any more). */
  forget(path: string): void;
  /** The root was there and is gone: it is looked for anew by whoever comes next. */
  rootGone(): StorageError;
}

/** `lasting` ends work that several callers wait for; none of their own signals may. */
export function createFolders(graph: Graph, places: Places, shownRoot: string, lasting: AbortSignal): Folders {
  const known = new Set<string>();
  const making = new Map<string, Promise<void>>();
  let looking: Promise<Item> | null = null;

  async function lookForRoot(): Promise<Item> {
    const where = shownRoot === '' ? 'The drive' : `The folder "${shownRoot}"`;
    const item = await graph
      .ask(`${places.rootByPath}?${fields}`, { signal: lasting })
      .then(itemOf, (error: unknown) => {
        if (!isCode(error, 'not_found')) throw error;
        throw new StorageError('no_root', `${where} is not there in ${service}. Make it, or choose another one.`);
      });
    if (item.kind !== 'folder')
      throw new StorageError('no_root', `${where} is no folder of this drive in ${service}. Choose another one.`);
    return item;
  }

  async function root(signal: AbortSignal): Promise<Item> {
    signal.throwIfAborted();
    if (looking === null) {
      const search = lookForRoot();
      looking = search;
      search.catch(() => {
        looking = null;
      });
    }
    return orAborted(looking, signal);
  }

  function rootGone(): StorageError {
    looking = null;
    known.clear();
    return new StorageError('no_root', `The folder of this destination is gone from ${service}.`);
  }

  async function find(path: string, signal: AbortSignal): Promise<Item | null> {
    const { id } = await root(signal);
    try {
      return itemOf(await graph.ask(`${places.byPath(id, path)}?${fields}`, { signal }));
    } catch (error) {
      if (isCode(error, 'not_found')) return null;
      throw error;
    }
  }

  const inTheWay = (path: string) =>
    new StorageError('exists', `${JSON.stringify(path)} is no folder in ${service}, and something is to lie in it.`);

  async function makeOne(path: string, retried = false): Promise<void> {
    await make(parentOf(path), lasting);
    const { id } = await root(lasting);
    const body = { name: nameOf(path), folder: {}, '@microsoft.graph.conflictBehavior': 'fail' };
    try {
      await graph.ask(places.byPath(id, parentOf(path), 'children'), { method: 'POST', body, signal: lasting });
    } catch (error) {
      if (isCode(error, 'not_found') && parentOf(path) === '') throw rootGone();
      if (isCode(error, 'not_found') && !retried) {
        // Somebody took away what a listing had told.
        for (let above = parentOf(path); above !== ''; above = parentOf(above)) known.delete(above);
        return makeOne(path, true);
      }
      if (!isCode(error, 'exists')) throw error;
      if ((await find(path, lasting))?.kind !== 'folder') throw inTheWay(path);
    }
    known.add(path);
  }

  async function make(path: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (path === '') return void (await root(signal));
    if (known.has(path)) return;
    let one = making.get(path);
    if (!one) {
      one = makeOne(path).finally(() => making.delete(path));
      making.set(path, one);
      one.catch(() => {});
    }
    return orAborted(one, signal);
  }

  async function makeRoot(signal: AbortSignal): Promise<void> {
    try {
      return void (await root(signal));
    } catch (error) {
      if (!isCode(error, 'no_root')) throw error;
    }
    for (const path of [...foldersAbove(shownRoot), shownRoot]) {
      const body = { name: nameOf(path), folder: {}, '@microsoft.graph.conflictBehavior': 'fail' };
      try {
        await graph.ask(places.childrenFromTop(parentOf(path)), { method: 'POST', body, signal });
      } catch (error) {
        // No such drive, or a file on the way: looking for the root says so.
        if (isCode(error, 'not_found') || isCode(error, 'protocol')) break;
        if (!isCode(error, 'exists')) throw error;
      }
    }
    await root(signal);
  }

  return {
    root,
    makeRoot,
    rootGone,
    find,
    make,
    learn: (path) => void known.add(path),
    forget: (path) => void known.delete(path),
  };
}
