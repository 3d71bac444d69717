import { type Db, transaction } from '../../db/open.ts';
import { folderOf, nameOf } from '../../sync/names.ts';
import type { ChainFolders } from './chain-folders.store.ts';
import { bareEntry, type VersionEntry } from './manifest.ts';
import { createTurn } from './turn.ts';
import { blob, entryColumns, folderType, type RowForm, type StoredEntry, sameEntry } from './version-rows.store.ts';

/** One path that is not any more what it was. */
export interface VersionChange {
  path: string;
  /** null: it is gone, with everything below it. */
  entry: VersionEntry | null;
  /**
   * The content was written anew. Without it an entry without a hash, of the size and time that are known, keeps the hash
   * that is known: only its attributes changed.
   */
  rewritten?: boolean;
}

export interface RecordDeps {
  db: Db;
  chain: number;
  /** Number of the attempt. */
  id: number;
  folders: ChainFolders;
  form: RowForm;
  /** The changes are all there is: what is not among them is gone in the end. */
  whole: boolean;
}

type OpenRow = StoredEntry & { dir: number };

/** Rows of one transaction: nobody waits for more. */
const batchRows = 1000;
/** Folders that were seen to be there. */
const remembered = 5000;
/** Applies changes to what is there "now", keeping what was there before as ranges. */
export function createRecord({ db, chain, id, folders, form, whole }: RecordDeps) {
  const { $client: client } = db;
  const openRow = client.query<StoredEntry, [number, Uint8Array]>(
    `SELECT ${entryColumns} FROM v WHERE dir = ? AND name = ? AND last = 2147483647`,
  );
  const openRows = client.query<StoredEntry, [number, Uint8Array, number]>(
    `SELECT ${entryColumns} FROM v WHERE dir = ? AND name > ? AND last = 2147483647 ORDER BY name LIMIT ?`,
  );
  const insert = client.query(
    `INSERT OR REPLACE INTO v
       (dir, name, first, type, mode, size, mtime_ns, owner, sha256, target, hard_link, xattr, stored_as)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const close = client.query('UPDATE v SET last = ? WHERE dir = ? AND name = ? AND first = ?');
  const remove = client.query('DELETE FROM v WHERE dir = ? AND name = ? AND first = ?');
  const learn = client.query('UPDATE v SET sha256 = ? WHERE dir = ? AND name = ? AND first = ?');
  const count = client.query('UPDATE chains SET files = files + ?, bytes = bytes + ?, changed = ? WHERE id = ?');
  const anyRow = client.query<{ one: number }, [number]>(
    'SELECT 1 AS one FROM d CROSS JOIN v ON v.dir = d.id WHERE d.chain = ? AND v.last = 2147483647 LIMIT 1',
  );

  // The first time there is nothing that could be gone.
  const seen = whole && anyRow.get(chain) ? `seen_${id}` : null;
  if (seen)
    client.run(
      `CREATE TEMP TABLE IF NOT EXISTS ${seen} (dir integer, name blob, PRIMARY KEY (dir, name)) WITHOUT ROWID`,
    );
  const see = seen === null ? null : client.query(`INSERT OR IGNORE INTO ${seen} (dir, name) VALUES (?, ?)`);
  const unseen =
    seen === null
      ? null
      : client.query<StoredEntry, [number, Uint8Array, number]>(
          `SELECT ${entryColumns} FROM v LEFT JOIN ${seen} s ON s.dir = v.dir AND s.name = v.name
       WHERE v.dir = ? AND v.name > ? AND v.last = 2147483647 AND s.dir IS NULL ORDER BY v.name LIMIT ?`,
        );

  const turn = createTurn();
  const present = new Set<string>();
  let files = 0;
  let bytes = 0;
  let changed = false;

  /** One transaction, with its share of the totals. */
  const write = <T>(work: () => T): T => {
    try {
      return transaction(db, () => {
        [files, bytes, changed] = [0, 0, false];
        const result = work();
        if (changed) count.run(files, bytes, id, chain);
        return result;
      });
    } catch (error) {
      folders.forget(); // what was made in it is not there
      form.forget();
      present.clear();
      throw error;
    }
  };

  const tally = (type: number, size: number, sign: 1 | -1): void => {
    changed = true;
    if (type !== 0) return;
    files += sign;
    bytes += sign * size;
  };
  const end = (row: OpenRow): void => {
    tally(row.type, row.size, -1);
    const name = row.name;
    if (row.first === id) remove.run(row.dir, name, id);
    else close.run(id - 1, row.dir, name, row.first);
  };
  const begin = (dir: number, name: Uint8Array, entry: VersionEntry): void => {
    const columns = form.columns(entry, form.owner(entry));
    tally(columns[0], entry.size, 1);
    insert.run(dir, name, id, ...columns);
  };

  /** Every folder on the way down is an entry, whether or not somebody told of it. */
  const ensure = (path: string): number => {
    const dir = folders.make(path);
    if (path === '' || present.has(path)) return dir;
    const above = ensure(folderOf(path));
    const name = blob(nameOf(path));
    see?.run(above, name);
    const row = openRow.get(above, name);
    if (row?.type !== folderType) {
      if (row) end({ ...row, dir: above });
      begin(above, name, bareEntry(path, 'dir'));
    }
    if (present.size >= remembered) present.clear();
    present.add(path);
    return dir;
  };

  /** Answers the folder whose content is gone with it; null for none. */
  const apply = ({ path, entry, rewritten }: VersionChange): string | null => {
    const name = blob(nameOf(path));
    if (!entry) {
      const dir = folders.idOf(folderOf(path));
      const row = dir === null ? null : openRow.get(dir, name);
      if (dir === null || !row) return null;
      end({ ...row, dir });
      return row.type === folderType ? path : null;
    }
    const dir = ensure(folderOf(path));
    see?.run(dir, name);
    const row = openRow.get(dir, name);
    if (!row) {
      begin(dir, name, entry);
      return null;
    }
    const known = form.entry(folderOf(path), row);
    const old = rewritten || known.size !== entry.size || known.mtimeNs !== entry.mtimeNs ? null : known.sha256;
    const sha256 = entry.type === 'file' ? (entry.sha256 ?? old) : null;
    if (sameEntry(known, entry) && known.sha256 === sha256 && !(rewritten && sha256 === null)) return null;
    if (sameEntry(known, entry) && known.sha256 === null && !rewritten) {
      learn.run(Buffer.from(sha256 as string, 'hex'), dir, name, row.first);
      return null;
    }
    end({ ...row, dir });
    begin(dir, name, { ...entry, sha256 });
    return known.type === 'dir' && entry.type !== 'dir' ? path : null;
  };

  const endAll = async (dir: number, find: typeof openRows): Promise<void> => {
    for (let after: Uint8Array = blob(''); ; ) {
      const rows = find.all(dir, after, batchRows);
      if (rows.length > 0)
        write(() => {
          for (const row of rows) end({ ...row, dir });
        });
      if (rows.length < batchRows) return;
      after = (rows.at(-1) as StoredEntry).name;
      await turn();
    }
  };
  const endTree = async (path: string): Promise<void> => {
    present.clear();
    for (const dir of folders.tree(path)) {
      await endAll(dir, openRows);
      await turn();
    }
  };

  return {
    /** In the order given; not to be called again before it is done. */
    async add(changes: Iterable<VersionChange>): Promise<void> {
      const queue = changes[Symbol.iterator]();
      const batch = (): { tree: string | null; done: boolean } => {
        for (let row = 0; row < batchRows; row += 1) {
          const next = queue.next();
          if (next.done) return { tree: null, done: true };
          const tree = apply(next.value);
          if (tree !== null) return { tree, done: false };
        }
        return { tree: null, done: false };
      };
      for (let done = false; !done; ) {
        const result = write(batch);
        if (result.tree !== null) await endTree(result.tree);
        done = result.done;
        await turn();
      }
    },
    /** Ends what was not among the changes, where they were all there is. */
    async sweep(): Promise<void> {
      if (!unseen) return;
      let last: string | null = null;
      for (;;) {
        const some = folders.next(last, 500);
        for (const { id: dir } of some) await endAll(dir, unseen);
        const reached = some.at(-1);
        if (!reached) return;
        last = reached.path;
        await turn();
      }
    },
    /** Lets go of what was noted on the way. */
    close(): void {
      if (seen) client.run(`DROP TABLE IF EXISTS ${seen}`);
    },
  };
}
