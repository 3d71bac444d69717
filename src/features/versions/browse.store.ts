import type { Db } from '../../db/open.ts';
import { folderOf, inFolder, nameOf } from '../../sync/names.ts';
import type { ChainFolders } from './chain-folders.store.ts';
import type { VersionEntry } from './manifest.ts';
import { globsOf } from './name-search.ts';
import { createTurn } from './turn.ts';
import { blob, entryColumns, latin1, type RowForm, type StoredEntry } from './version-rows.store.ts';

/** Where a page of a folder ended: folders come first, each kind in the order of its bytes. */
export interface FolderPlace {
  folders: boolean;
  name: string;
}

export interface FolderPage {
  entries: VersionEntry[];
  /** For the next page; null when this was the last. */
  next: FolderPlace | null;
}

export interface SearchHit {
  /** As it was last. */
  entry: VersionEntry;
  /** First and last version that hold the path; between them it may have been gone. */
  first: string;
  last: string;
}

export interface SearchPage {
  hits: SearchHit[];
  /** Path to go on after; null when everything was searched. */
  next: string | null;
}

/** One state of a path, and the versions that hold it, oldest first. */
export interface PathState {
  entry: VersionEntry;
  versions: string[];
}

interface BrowseDeps {
  folders: ChainFolders;
  form: RowForm;
  idOf(key: string): number | null;
  /** Oldest first. */
  versions(): { key: string; id: number }[];
}

const pageRows = 1000;
/** Comes after every name: those have 255 bytes at the most, and never this one. */
const behindAll = Buffer.alloc(256, 0xff);
/** Names looked at in one go while searching. */
const windowNames = 5000;

/** Looks into versions: one folder, one path, all of one, a name in all of them. */
export function createBrowse({ $client: client }: Db, { folders, form, idOf, versions }: BrowseDeps) {
  type At = [number, Uint8Array, number, number, number];
  const inOrder = client.query<StoredEntry, At>(
    `SELECT ${entryColumns} FROM v
     WHERE dir = ?1 AND name > ?2 AND first <= ?3 AND last >= ?4 ORDER BY name LIMIT ?5`,
  );
  const foldersAt = client.query<StoredEntry, At>(
    `SELECT ${entryColumns} FROM v INDEXED BY v_folders
     WHERE dir = ?1 AND name > ?2 AND type = 1 AND first <= ?3 AND last >= ?4 ORDER BY name LIMIT ?5`,
  );
  const othersAt = client.query<StoredEntry, At>(
    `SELECT ${entryColumns} FROM v
     WHERE dir = ?1 AND name > ?2 AND type <> 1 AND first <= ?3 AND last >= ?4 ORDER BY name LIMIT ?5`,
  );
  const oneAt = client.query<StoredEntry, [number, Uint8Array, number]>(
    `SELECT ${entryColumns} FROM v WHERE dir = ?1 AND name = ?2 AND first <= ?3 AND last >= ?3`,
  );
  const ever = client.query<StoredEntry, [number, Uint8Array]>(
    `SELECT ${entryColumns} FROM v WHERE dir = ? AND name = ? ORDER BY first`,
  );
  const edge = client.query<{ name: Uint8Array }, [number, Uint8Array, number]>(
    'SELECT name FROM v WHERE dir = ? AND name > ? ORDER BY name LIMIT 1 OFFSET ?',
  );
  const within = 'SELECT DISTINCT name FROM v WHERE dir = ?1 AND name > ?2 AND name <= ?3 AND ';
  const matching = client.query<{ name: Uint8Array }, (number | string | Uint8Array)[]>(
    `${within} CAST(name AS TEXT) GLOB ?4 ORDER BY name LIMIT ?5`,
  );
  const matchingEither = client.query<{ name: Uint8Array }, (number | string | Uint8Array)[]>(
    `${within} (CAST(name AS TEXT) GLOB ?4 OR CAST(name AS TEXT) GLOB ?6) ORDER BY name LIMIT ?5`,
  );

  /** One folder on the way down, and the folders in it that are still to be entered. */
  const level = (path: string, dir: number, id: number) => {
    let rows: StoredEntry[] = [];
    let at = 0;
    let done = false;
    return {
      path,
      /** Sorted by what their content is sorted by: the name and a slash. */
      waiting: [] as string[],
      peek(): StoredEntry | null {
        if (at >= rows.length && !done) {
          const last = rows.at(-1);
          rows = inOrder.all(dir, last ? last.name : blob(''), id, id, pageRows);
          at = 0;
          done = rows.length < pageRows;
        }
        return rows[at] ?? null;
      },
      take(): void {
        at += 1;
      },
    };
  };

  async function* entriesAt(id: number): AsyncGenerator<VersionEntry[]> {
    const top = folders.idOf('');
    if (top === null) return;
    const turn = createTurn();
    const stack = [level('', top, id)];
    let batch: VersionEntry[] = [];
    for (let here = stack.at(-1); here; here = stack.at(-1)) {
      const row = here.peek();
      const name = row && latin1(row.name);
      const folder = here.waiting[0];
      if (folder !== undefined && (name === null || `${folder}/` < name)) {
        here.waiting.shift();
        const path = inFolder(here.path, folder);
        const dir = folders.idOf(path);
        if (dir !== null) stack.push(level(path, dir, id));
      } else if (row === null || name === null) {
        stack.pop();
      } else {
        here.take();
        const entry = form.entry(here.path, row);
        batch.push(entry);
        if (entry.type === 'dir') {
          here.waiting.push(name);
          if (here.waiting.length > 1) here.waiting.sort((a, b) => (`${a}/` < `${b}/` ? -1 : 1));
        }
        if (batch.length >= pageRows) {
          yield batch;
          batch = [];
          await turn();
        }
      }
    }
    if (batch.length > 0) yield batch;
  }

  const holders = (from: { key: string; id: number }[], row: StoredEntry) =>
    from.filter(({ id }) => row.first <= id && id <= row.last).map(({ key }) => key);

  const hitOf = (
    all: { key: string; id: number }[],
    folder: string,
    dir: number,
    name: Uint8Array,
  ): SearchHit | null => {
    const held = ever.all(dir, name).map((row) => ({ row, keys: holders(all, row) }));
    const holding = held.filter(({ keys }) => keys.length > 0);
    const [oldest, latest] = [holding[0], holding.at(-1)];
    const [first, last] = [oldest?.keys[0], latest?.keys.at(-1)];
    if (!latest || first === undefined || last === undefined) return null;
    return { entry: form.entry(folder, latest.row), first, last };
  };

  const api = {
    /** One folder of a version, `''` the top; null when there is no such version. Empty for what is no folder. */
    folder(key: string, path: string, { limit, after = null }: { limit: number; after?: FolderPlace | null }) {
      const id = idOf(key);
      if (id === null) return null;
      const dir = folders.idOf(path);
      if (dir === null) return { entries: [], next: null } satisfies FolderPage;
      const ask = (find: typeof othersAt, name: string, most: number) => find.all(dir, blob(name), id, id, most);
      const rows = after && !after.folders ? [] : ask(foldersAt, after?.name ?? '', limit + 1);
      const last = after && !after.folders ? after.name : '';
      if (rows.length <= limit) rows.push(...ask(othersAt, last, limit + 1 - rows.length));
      const entries = rows.slice(0, limit).map((row) => form.entry(path, row));
      const end = entries.at(-1);
      const next = rows.length > limit && end ? { folders: end.type === 'dir', name: nameOf(end.path) } : null;
      return { entries, next } satisfies FolderPage;
    },
    /** One path of a version; null when that does not hold it. */
    entry(key: string, path: string): VersionEntry | null {
      const [id, dir] = [idOf(key), folders.idOf(folderOf(path))];
      const row = id === null || dir === null ? null : oneAt.get(dir, blob(nameOf(path)), id);
      return row && form.entry(folderOf(path), row);
    },
    /** All of a version, some hundred at a time, in the order of a manifest. */
    entries(key: string): AsyncGenerator<VersionEntry[]> {
      return entriesAt(idOf(key) ?? -1);
    },
    /** Every state a path was in, oldest first. */
    history(path: string): PathState[] {
      const dir = folders.idOf(folderOf(path));
      if (dir === null) return [];
      const all = versions();
      return ever
        .all(dir, blob(nameOf(path)))
        .map((row) => ({ entry: form.entry(folderOf(path), row), versions: holders(all, row) }))
        .filter((state) => state.versions.length > 0);
    },
    /**
     * Paths whose last name holds a text, whatever its case, in any version; folder by folder, in the order of their
     * bytes. Rejects with the signal's reason.
     */
    async search(text: string, { limit, after = null, signal }: SearchOptions): Promise<SearchPage> {
      const [glob, other] = globsOf(text);
      const hits: SearchHit[] = [];
      if (glob === undefined) return { hits, next: null };
      const all = versions();
      const turn = createTurn();
      const find = (dir: number, from: Uint8Array, to: Uint8Array, most: number) =>
        other === undefined
          ? matching.all(dir, from, to, glob, most)
          : matchingEither.all(dir, from, to, glob, most, other);
      let folder: string | null = null;
      let begin = '';
      if (after !== null) {
        const at = folderOf(after);
        begin = nameOf(after);
        const dir = folders.idOf(at);
        folder = at;
        if (dir !== null && (await inFolderFrom(dir, at, begin))) return page();
      }
      for (;;) {
        const some = folders.next(folder, 100);
        for (const { id: dir, path } of some) if (await inFolderFrom(dir, path, '')) return page();
        const reached = some.at(-1);
        if (!reached) return { hits, next: null };
        folder = reached.path;
      }

      function page(): SearchPage {
        hits.length = limit;
        return { hits, next: (hits.at(-1) as SearchHit).entry.path };
      }

      /** true: there are more than fit. */
      async function inFolderFrom(dir: number, path: string, name: string): Promise<boolean> {
        for (let from: Uint8Array = blob(name); ; ) {
          const last = edge.get(dir, from, windowNames);
          const to = last ? last.name : null;
          for (;;) {
            const most = limit + 1 - hits.length;
            const found = find(dir, from, to ?? behindAll, most);
            for (const one of found) {
              const hit = hitOf(all, path, dir, one.name);
              if (hit) hits.push(hit);
            }
            if (hits.length > limit) return true;
            const end = found.at(-1);
            if (!end || found.length < most) break;
            from = end.name;
          }
          await turn();
          signal.throwIfAborted();
          if (to === null) return false;
          from = to;
        }
      }
    },
  };
  return { entriesAt, api };
}

export interface SearchOptions {
  limit: number;
  /** Path the page before ended with. */
  after?: string | null;
  signal: AbortSignal;
}
