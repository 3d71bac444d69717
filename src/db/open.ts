import { Database } from 'bun:sqlite';
import { chmodSync, closeSync, openSync } from 'node:fs';
import { type BunSQLiteDatabase, drizzle } from 'drizzle-orm/bun-sqlite';

export type Db = BunSQLiteDatabase & { $client: Database };

/**
 * Opens a database file the way all of ours are opened, making it (0600, under any umask) where there is none. `FULL`
 * for what must survive a power cut once acknowledged, `NORMAL` where losing the last moments is harmless (measured:
 * WAL + NORMAL loses acknowledged commits on power loss).
 */
export function openDatabase(path: string, synchronous: 'FULL' | 'NORMAL'): Db {
  closeSync(openSync(path, 'a', 0o600)); // SQLite gives -wal and -shm the mode of the file itself
  chmodSync(path, 0o600);
  const client = new Database(path, { create: true, strict: true });
  try {
    client.run('PRAGMA busy_timeout = 5000'); // first: the next statements may have to wait for a lock
    client.run('PRAGMA journal_mode = WAL');
    client.run(`PRAGMA synchronous = ${synchronous}`);
    client.run('PRAGMA foreign_keys = ON');
    client.run('PRAGMA journal_size_limit = 33554432');
    // Writing the log back waits for the disk, and a disk that a backup keeps busy makes it wait long: seldom, then,
    // where many lines come and none is precious.
    if (synchronous === 'NORMAL') client.run('PRAGMA wal_autocheckpoint = 8000');
    client.run('PRAGMA temp_store = MEMORY');
    client.run(`PRAGMA cache_size = ${synchronous === 'FULL' ? -4000 : -2000}`); // KiB
  } catch (error) {
    client.close();
    throw error;
  }
  return drizzle({ client });
}

/**
 * One synchronous, immediate transaction; throws what `work` throws, with nothing changed. Deferred transactions fail
 * with BUSY at once when they upgrade to writing, so there is no other kind here.
 */
export function transaction<T>(db: Db, work: () => T): T {
  const whole = () => {
    const result = work();
    // The commit would not wait for it, and a later failure would roll nothing back.
    if (result instanceof Promise) throw new Error('A transaction cannot wait: its work must be synchronous');
    return result;
  };
  return db.$client.transaction(whole).immediate();
}

/** Writes the WAL back, so that the file alone is the whole database. */
export const checkpoint = (db: Db): void => void db.$client.run('PRAGMA wal_checkpoint(TRUNCATE)');

/** Checkpoints and closes. */
export function closeDatabase(db: Db): void {
  try {
    checkpoint(db);
  } finally {
    db.$client.close();
  }
}
