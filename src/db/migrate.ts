import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from 'drizzle-orm/bun-sqlite/migrator';
import type { Db } from './open.ts';

interface Journal {
  entries: { when: number; tag: string }[];
}

/** Migrations in `folder` this database has not seen yet. */
export function pendingMigrations(db: Db, folder: string): string[] {
  const journal = JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8')) as Journal;
  const known = db.$client
    .query<{ n: number }, []>("SELECT count(*) AS n FROM sqlite_master WHERE name = '__drizzle_migrations'")
    .get();
  const last = known?.n
    ? (db.$client.query<{ at: number | null }, []>('SELECT max(created_at) AS at FROM __drizzle_migrations').get()
        ?.at ?? 0)
    : 0;
  return journal.entries.filter((entry) => entry.when > last).map((entry) => entry.tag);
}

/**
 * Brings the database up to date. `beforeChange` runs once, before the first pending migration of a database that
 * already holds something: the place to copy it.
 *
 * Foreign keys are off meanwhile: SQLite ignores the generated `PRAGMA foreign_keys=OFF` inside a transaction, and a
 * table rebuilt with them on silently deletes its children.
 */
export function migrateDatabase(db: Db, folder: string, beforeChange: () => void): string[] {
  if (!existsSync(folder)) throw new Error(`No migrations at ${folder}`);
  const pending = pendingMigrations(db, folder);
  if (pending.length === 0) return [];
  const tables = db.$client
    .query<{ n: number }, []>("SELECT count(*) AS n FROM sqlite_master WHERE type = 'table'")
    .get();
  if (tables && tables.n > 0) beforeChange();
  db.$client.run('PRAGMA foreign_keys = OFF');
  try {
    migrate(db, { migrationsFolder: folder });
    const broken = db.$client.query('PRAGMA foreign_key_check').all();
    if (broken.length > 0) throw new Error(`Migration left ${broken.length} rows without their parent`);
  } finally {
    db.$client.run('PRAGMA foreign_keys = ON');
  }
  return pending;
}
