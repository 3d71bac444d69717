import { constants, Database } from 'bun:sqlite';
import { existsSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** What a look at a database file shows, from outside and without changing anything. */
export interface Inspection {
  /** In SQLite's words; null when the file is a whole database with tables in it. */
  problem: string | null;
  /** Users in it; 0 where the file has no such table. */
  users: number;
}

/**
 * Reads a database file through. `inUse`: another process has it open now, so its WAL and locks count. Without that,
 * and without a WAL, the file is read as it lies there: that leaves nothing beside it and works on a read-only disk.
 */
export function inspectDatabase(path: string, options: { inUse: boolean; thorough: boolean }): Inspection {
  try {
    const hasWal = existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0;
    const db = options.inUse || hasWal ? new Database(path, { readonly: true }) : openImmutable(path);
    try {
      return look(db, options.thorough ? 'integrity_check' : 'quick_check');
    } finally {
      db.close();
    }
  } catch (error) {
    return { problem: (error as Error).message, users: 0 };
  }
}

const openImmutable = (path: string): Database =>
  new Database(`${pathToFileURL(path).href}?immutable=1`, constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI);

function look(db: Database, pragma: string): Inspection {
  db.run('PRAGMA busy_timeout = 5000');
  const rows = db.query<Record<string, string>, []>(`PRAGMA ${pragma}(3)`).all();
  const bad = rows.flatMap((row) => Object.values(row)).filter((text) => text !== 'ok');
  if (bad.length > 0) return { problem: bad.join('; '), users: 0 };
  const count = (sql: string) => db.query<{ n: number }, []>(`SELECT count(*) AS n FROM ${sql}`).get()?.n ?? 0;
  if (count('sqlite_master') === 0) return { problem: 'it is empty', users: 0 };
  return { problem: null, users: count("sqlite_master WHERE name = 'users'") > 0 ? count('users') : 0 };
}
