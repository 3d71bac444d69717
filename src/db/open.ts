import { Database } from 'bun:sqlite';
import { type BunSQLiteDatabase, drizzle } from 'drizzle-orm/bun-sqlite';

export type Db = BunSQLiteDatabase & { $client: Database };

/**
 * Opens a database file the way all of ours are opened. `FULL` for what must survive a power cut once acknowledged,
 * `NORMAL` where losing the last moments is harmless (measured: WAL + NORMAL loses acknowledged commits on power loss).
 */
export function openDatabase(path: string, synchronous: 'FULL' | 'NORMAL'): Db {
  const client = new Database(path, { create: true, strict: true });
  try {
    client.run('PRAGMA busy_timeout = 5000'); // first: the next statements may have to wait for a lock
    client.run('PRAGMA journal_mode = WAL');
    client.run(`PRAGMA synchronous = ${synchronous}`);
    client.run('PRAGMA foreign_keys = ON');
    client.run('PRAGMA journal_size_limit = 33554432');
    client.run('PRAGMA temp_store = MEMORY');
    client.run('PRAGMA cache_size = -8000');
  } catch (error) {
    client.close();
    throw error;
  }
  return drizzle({ client });
}

/**
 * One synchronous, immediate transaction. Never hand it an async function: drizzle commits at its first await.
 * Deferred transactions fail with BUSY at once when they upgrade to writing, so there is no other kind here.
 */
export function transaction<T>(db: Db, work: () => T): T {
  return db.$client.transaction(work).immediate();
}

/** Writes the WAL back and closes; after this the file alone is the whole database. */
export function closeDatabase(db: Db): void {
  try {
    db.$client.run('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    db.$client.close();
  }
}
