import type { Db } from '../../db/open.ts';
import { blob, latin1 } from './version-rows.store.ts';

/** Folders whose row number is remembered: files come folder by folder. */
const remembered = 2000;

/** Row numbers of the folders of one chain. */
export function createChainFolders({ $client: client }: Db, chain: number) {
  const find = client.query<{ id: number }, [number, Uint8Array]>('SELECT id FROM d WHERE chain = ? AND path = ?');
  const add = client.query<{ id: number }, [number, Uint8Array]>(
    'INSERT INTO d (chain, path) VALUES (?, ?) RETURNING id',
  );
  const after = client.query<{ id: number; path: Uint8Array }, [number, Uint8Array, number]>(
    'SELECT id, path FROM d WHERE chain = ? AND path > ? ORDER BY path LIMIT ?',
  );
  const below = client.query<{ id: number }, [number, Uint8Array, Uint8Array]>(
    'SELECT id FROM d WHERE chain = ? AND path >= ? AND path < ?',
  );
  const known = new Map<string, number>();
  const remember = (path: string, id: number): number => {
    if (known.size >= remembered) known.clear();
    known.set(path, id);
    return id;
  };

  const idOf = (path: string): number | null => {
    const seen = known.get(path);
    if (seen !== undefined) return seen;
    const found = find.get(chain, blob(path))?.id;
    return found === undefined ? null : remember(path, found);
  };

  return {
    idOf,
    /** Inside a transaction; call `forget` when that one fails. */
    make: (path: string): number => idOf(path) ?? remember(path, (add.get(chain, blob(path)) as { id: number }).id),
    forget: (): void => known.clear(),
    /** The next folders in the order of their bytes; null begins with the top. */
    next(path: string | null, most: number): { id: number; path: string }[] {
      const top = path === null ? find.get(chain, blob(''))?.id : undefined;
      const rows = after.all(chain, blob(path ?? ''), most).map((row) => ({ id: row.id, path: latin1(row.path) }));
      return top === undefined ? rows : [{ id: top, path: '' }, ...rows];
    },
    /** A folder and every one below it, if any of them was ever seen. */
    tree: (path: string): number[] => [
      ...[idOf(path)].filter((id) => id !== null),
      // "0" is what comes after "/"
      ...below.all(chain, blob(`${path}/`), blob(`${path}0`)).map(({ id }) => id),
    ],
  };
}

export type ChainFolders = ReturnType<typeof createChainFolders>;
