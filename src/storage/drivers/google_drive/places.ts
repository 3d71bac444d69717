import { orAborted } from '../../content.ts';
import { StorageError } from '../../errors.ts';
import { foldersAbove, nameOf, namesOf, parentOf, pathBelow } from '../../names.ts';
import type { DriveApi } from './api.ts';
import { folderType, type Item, itemFields, itemOf, spotOf } from './items.ts';
import type { Recent } from './recent.ts';
import type { Root, Roots } from './root.ts';

/** Paths of folders we know the IDs of; each is asked for again after a while, for others may move them. */
const mostFolders = 10_000;
const trustMs = 5 * 60_000;
/** Parents in one search. Only folders of one name in one place make more than one. */
const parentsAtOnce = 20;

export interface Places {
  /** IDs of the folders at a path, the oldest first; null when there is none. */
  folder(path: string, signal: AbortSignal): Promise<readonly string[] | null>;
  /** The same, made where it is missing. Throws `exists` when something else has one of the names. */
  ensure(path: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Everything in these folders, or everything of one name. `what` begins the message of an error. */
  inside(what: string, parents: readonly string[], name: string | null, signal: AbortSignal): Promise<Item[]>;
  /** One thing by its ID; null when it is gone. Never behind. */
  fetch(id: string, signal: AbortSignal): Promise<Item | null>;
  /** What was believed of this folder and all below it turned out wrong. */
  forget(path: string): void;
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const shown = (path: string): string => (path === '' ? 'the folder of the backup' : JSON.stringify(path));

export function createPlaces(deps: {
  api: DriveApi;
  roots: Roots;
  recent: Recent;
  now: () => number;
  /** Ends what goes on for several callers at once. */
  closed: AbortSignal;
}): Places {
  const { api, roots, recent, now, closed } = deps;
  const known = new Map<string, { ids: readonly string[]; until: number }>();
  const making = new Map<string, Promise<readonly string[]>>();

  function remember(path: string, ids: readonly string[]): void {
    known.delete(path);
    known.set(path, { ids, until: now() + trustMs });
    if (known.size <= mostFolders) return;
    for (const oldest of known.keys()) {
      known.delete(oldest);
      break;
    }
  }
  const recall = (path: string): readonly string[] | null => {
    const found = known.get(path);
    return found && found.until > now() ? found.ids : null;
  };

  async function search(what: string, query: string, root: Root, signal: AbortSignal): Promise<Item[]> {
    const items: Item[] = [];
    const tokens = new Set<string>();
    let pageToken: string | undefined;
    do {
      const page = await api.call(
        what,
        (drive, options) =>
          drive.files.list(
            {
              q: query,
              pageSize: 1000,
              pageToken,
              fields: `nextPageToken,incompleteSearch,files(${itemFields})`,
              spaces: 'drive',
              supportsAllDrives: true,
              includeItemsFromAllDrives: true,
              ...(root.driveId === null ? { corpora: 'user' } : { corpora: 'drive', driveId: root.driveId }),
            },
            options,
          ),
        signal,
      );
      if (page.incompleteSearch === true)
        throw new StorageError(
          'unavailable',
          `${what}: Google Drive did not search everywhere. Nothing of it is used.`,
        );
      if (!Array.isArray(page.files)) throw new StorageError('protocol', `${what}: Google Drive left out the list.`);
      for (const file of page.files) items.push(itemOf(file));
      pageToken = page.nextPageToken ?? undefined;
      if (pageToken !== undefined && tokens.has(pageToken))
        throw new StorageError('protocol', `${what}: Google Drive goes round in circles.`);
      tokens.add(pageToken ?? '');
    } while (pageToken !== undefined);
    return items;
  }

  async function fetch(id: string, signal: AbortSignal): Promise<Item | null> {
    try {
      const file = await api.call(
        'Looking at a file',
        (drive, options) => drive.files.get({ fileId: id, fields: itemFields, supportsAllDrives: true }, options),
        signal,
      );
      return itemOf(file);
    } catch (error) {
      if (error instanceof StorageError && error.code === 'not_found') return null;
      throw error;
    }
  }

  async function inside(
    what: string,
    parents: readonly string[],
    name: string | null,
    signal: AbortSignal,
  ): Promise<Item[]> {
    const root = await roots.get(signal);
    const found: Item[] = [];
    for (let at = 0; at < parents.length; at += parentsAtOnce) {
      const some = parents.slice(at, at + parentsAtOnce).map((id) => `${quoted(id)} in parents`);
      const named = name === null ? '' : ` and name = ${quoted(name)}`;
      found.push(...(await search(what, `(${some.join(' or ')})${named} and trashed = false`, root, signal)));
    }
    // Their `=` does not mind case.
    const exact = name === null ? found : found.filter((item) => item.name === name);
    return recent.correct(exact, parents, name, (id) => fetch(id, signal));
  }

  /** One step down: the folders of this name; null when there is nothing, an error when something else has the name. */
  async function child(
    path: string,
    parents: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly string[] | 'other' | null> {
    const items = await inside(`Looking for ${shown(path)}`, parents, nameOf(path), signal);
    const folders = items.filter((item) => item.kind === 'folder');
    const spot = spotOf(folders);
    if (spot.kind === 'folder') {
      remember(path, spot.ids);
      return spot.ids;
    }
    return items.length > 0 ? 'other' : null;
  }

  async function folder(path: string, signal: AbortSignal): Promise<readonly string[] | null> {
    let ids: readonly string[] = [(await roots.get(signal)).id];
    for (const at of path === '' ? [] : [...foldersAbove(path), path]) {
      const below = recall(at) ?? (await child(at, ids, signal));
      if (below === null || below === 'other') return null;
      ids = below;
    }
    return ids;
  }

  async function make(path: string, parents: readonly string[]): Promise<readonly string[]> {
    const found = await child(path, parents, closed);
    if (found === 'other')
      throw new StorageError('exists', `${shown(path)} is no folder at Google Drive. Rename what is in the way.`);
    if (found !== null) return found;
    const [parent = ''] = parents;
    const file = await api.call(
      `Making the folder ${shown(path)}`,
      (drive, options) =>
        drive.files.create(
          {
            requestBody: { name: nameOf(path), mimeType: folderType, parents: [parent] },
            fields: itemFields,
            supportsAllDrives: true,
          },
          options,
        ),
      closed,
    );
    const item = itemOf(file);
    if (item.trashed)
      throw new StorageError(
        'not_found',
        `${shown(parentOf(path))} lies in the trash of Google Drive. Take it out again.`,
      );
    recent.made(item, parent);
    remember(path, [item.id]);
    return [item.id];
  }

  /** Drive would make the same folder twice: whoever wants one that is being made waits for it. */
  function makeOnce(path: string, parents: readonly string[]): Promise<readonly string[]> {
    const running = making.get(path);
    if (running) return running;
    const work = make(path, parents).finally(() => making.delete(path));
    making.set(path, work);
    return work;
  }

  return {
    folder,
    inside,
    fetch,
    async ensure(path, signal) {
      let ids: readonly string[] = [(await roots.get(signal)).id];
      let at = '';
      for (const name of namesOf(path)) {
        at = pathBelow(at, name);
        ids = recall(at) ?? (await orAborted(makeOnce(at, ids), signal));
      }
      return ids;
    },
    forget(path) {
      if (path === '') {
        roots.forget();
        known.clear();
      }
      for (const at of known.keys()) if (at === path || at.startsWith(`${path}/`)) known.delete(at);
    },
  };
}
