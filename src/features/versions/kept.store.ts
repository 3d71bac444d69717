import { type Db, transaction } from '../../db/open.ts';
import { folderOf, inFolder, nameOf } from '../../sync/names.ts';
import type { ChainFolders } from './chain-folders.store.ts';
import { createTurn } from './turn.ts';
import { blob, latin1 } from './version-rows.store.ts';

/** Something in a history folder. */
export interface KeptFile {
  /** `<landing>/<path>` as it lies there, latin1. */
  path: string;
  size: number;
}

/** A file of history, and what decides whether anybody needs it. */
export interface KeptPath {
  path: string;
  /** Attempts whose history folder holds the path, oldest first. */
  kept: { key: string; id: number; size: number }[];
  /** Ranges of attempts in which something other than a folder was stored under the path. */
  held: { first: number; last: number }[];
}

interface KeptDeps {
  chain: number;
  folders: ChainFolders;
  idOf(key: string): number | null;
}

const batchRows = 1000;
const pageNames = 500;

/**
 * Which history folder holds what. Told by the run that kept it, and by listing the folder where no run did; `listed` says
 * that all of it was told.
 */
export function createKept(db: Db, { chain, folders, idOf }: KeptDeps) {
  const { $client: client } = db;
  const insert = client.query('INSERT OR REPLACE INTO kept (dir, name, attempt, size) VALUES (?, ?, ?, ?)');
  const remove = client.query('DELETE FROM kept WHERE dir = ? AND name = ? AND attempt = ?');
  const firstAfter = client.query<{ key: string }, [number, Uint8Array, number]>(
    `SELECT a.key FROM kept JOIN attempts a ON a.id = kept.attempt
     WHERE dir = ? AND name = ? AND attempt > ? ORDER BY attempt LIMIT 1`,
  );
  const unlisted = client.query<{ key: string }, [number]>(
    'SELECT key FROM attempts WHERE chain = ? AND NOT listed ORDER BY id',
  );
  const names = client.query<{ name: Uint8Array }, [number, Uint8Array, number]>(
    'SELECT DISTINCT name FROM kept WHERE dir = ? AND name > ? ORDER BY name LIMIT ?',
  );
  const keys = client.query<{ key: string; id: number }, [number]>('SELECT key, id FROM attempts WHERE chain = ?');
  const keptAt = client.query<{ id: number; size: number }, [number, Uint8Array]>(
    'SELECT attempt AS id, size FROM kept WHERE dir = ? AND name = ? ORDER BY attempt',
  );
  const anyElsewhere = client.query<{ one: number }, []>(
    'SELECT 1 AS one FROM v INDEXED BY v_stored WHERE stored_as IS NOT NULL LIMIT 1',
  );
  const heldAt = client.query<{ first: number; last: number }, [number, Uint8Array]>(
    'SELECT first, last FROM v WHERE dir = ? AND name = ? AND type <> 1 AND stored_as IS NULL',
  );
  const heldElsewhere = client.query<{ first: number; last: number }, [Uint8Array, number]>(
    'SELECT first, last FROM v INDEXED BY v_stored CROSS JOIN d ON d.id = v.dir WHERE stored_as = ? AND type <> 1 AND d.chain = ?',
  );
  const attemptOf = (key: string): number => {
    const id = idOf(key);
    if (id === null) throw new Error(`no attempt ${key} is known`);
    return id;
  };

  return {
    /** Tells what an attempt kept; telling again changes nothing. */
    async add(key: string, files: Iterable<KeptFile>): Promise<void> {
      const id = attemptOf(key);
      const turn = createTurn();
      const queue = files[Symbol.iterator]();
      const batch = (): boolean => {
        for (let row = 0; row < batchRows; row += 1) {
          const next = queue.next();
          if (next.done) return true;
          const { path, size } = next.value;
          insert.run(folders.make(folderOf(path)), blob(nameOf(path)), id, size);
        }
        return false;
      };
      try {
        while (!transaction(db, batch)) await turn();
      } catch (error) {
        folders.forget();
        throw error;
      }
    },
    /** All an attempt kept was told. */
    listed: (key: string): void => void client.run('UPDATE attempts SET listed = 1 WHERE id = ?', [attemptOf(key)]),
    /** Attempts whose history folder has to be looked at before anybody relies on `locate`, oldest first. */
    unlisted: (): string[] => unlisted.all(chain).map(({ key }) => key),
    /**
     * Where the content of a path of a version lies: the key of the first later history folder that holds it, else null:
     * in the newest state. `storedPath` is the path at the destination. Throws for a version nobody knows.
     */
    locate(version: string, storedPath: string): string | null {
      const id = attemptOf(version);
      const dir = folders.idOf(folderOf(storedPath));
      return dir === null ? null : (firstAfter.get(dir, blob(nameOf(storedPath)), id)?.key ?? null);
    },
    /** They are not there any more. */
    remove(files: readonly { path: string; key: string }[]): void {
      transaction(db, () => {
        for (const { path, key } of files) {
          const [dir, id] = [folders.idOf(folderOf(path)), idOf(key)];
          if (dir !== null && id !== null) remove.run(dir, blob(nameOf(path)), id);
        }
      });
    },
    /** Everything in history, path by path, some hundred at a time. */
    async *paths(): AsyncGenerator<KeptPath[]> {
      const turn = createTurn();
      const keyOf = new Map(keys.all(chain).map(({ id, key }) => [id, key]));
      const renames = anyElsewhere.get() !== null;
      for (let folder: string | null = null; ; ) {
        const some = folders.next(folder, 100);
        for (const { id: dir, path } of some) {
          for (let after: Uint8Array = blob(''); ; ) {
            const page = names.all(dir, after, pageNames);
            const found = page.map((row) => {
              const name = row.name;
              const full = inFolder(path, latin1(name));
              return {
                path: full,
                kept: keptAt.all(dir, name).map(({ id, size }) => ({ id, size, key: keyOf.get(id) as string })),
                held: [...heldAt.all(dir, name), ...(renames ? heldElsewhere.all(blob(full), chain) : [])],
              };
            });
            if (found.length > 0) yield found;
            await turn();
            if (page.length < pageNames) break;
            after = (page.at(-1) as { name: Uint8Array }).name;
          }
        }
        const reached = some.at(-1);
        if (!reached) return;
        folder = reached.path;
      }
    },
  };
}

export type Kept = ReturnType<typeof createKept>;
