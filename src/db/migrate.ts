import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Db } from './open.ts';

interface Entry {
  /** Identity of a migration: the moment it was generated, in milliseconds. */
  when: number;
  tag: string;
}

/** The database was changed by a newer program; an older one would misread it. */
export class NewerDatabaseError extends Error {
  constructor() {
    super('The database was last used by a newer version of Dynamight. Install that version, or put a snapshot back.');
    this.name = 'NewerDatabaseError';
  }
}

const readJournal = (folder: string): Entry[] =>
  (JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8')) as { entries: Entry[] }).entries;

const tableCount = (db: Db, name: string): number =>
  db.$client
    .query<{ n: number }, [string]>("SELECT count(*) AS n FROM sqlite_master WHERE type = 'table' AND name LIKE ?")
    .get(name)?.n ?? 0;

function appliedMigrations(db: Db): Set<number> {
  if (tableCount(db, '__drizzle_migrations') === 0) return new Set();
  const rows = db.$client.query<{ at: number }, []>('SELECT created_at AS at FROM __drizzle_migrations').all();
  return new Set(rows.map((row) => Number(row.at)));
}

function pending(db: Db, folder: string): Entry[] {
  const journal = readJournal(folder);
  const applied = appliedMigrations(db);
  const known = new Set(journal.map((entry) => entry.when));
  if ([...applied].some((when) => !known.has(when))) throw new NewerDatabaseError();
  return journal.filter((entry) => !applied.has(entry.when));
}

/** Migrations in `folder` this database has not seen yet. Throws NewerDatabaseError. */
export const pendingMigrations = (db: Db, folder: string): string[] => pending(db, folder).map((entry) => entry.tag);

/**
 * Brings the database up to date, all or nothing; answers the names of the migrations applied. `beforeChange` runs
 * once, before the first pending migration of a database that already holds something: the place to copy it.
 *
 * drizzle's own migrator is not used: it skips a migration older than the newest applied one (parallel branches), and
 * commits before anybody can look whether the result is whole. The bookkeeping table is drizzle's.
 */
export function migrateDatabase(db: Db, folder: string, beforeChange: () => void): string[] {
  if (!existsSync(folder)) throw new Error(`No migrations at ${folder}`);
  const todo = pending(db, folder);
  if (todo.length === 0) return [];
  if (tableCount(db, '%') > 0) beforeChange();
  const { $client: client } = db;
  // Off, and outside the transaction: inside one SQLite ignores the generated `PRAGMA foreign_keys=OFF`, and a table
  // rebuilt with foreign keys on silently deletes its children.
  client.run('PRAGMA foreign_keys = OFF');
  try {
    client.transaction(() => applyAll(db, folder, todo)).immediate();
  } finally {
    client.run('PRAGMA foreign_keys = ON');
  }
  return todo.map((entry) => entry.tag);
}

function applyAll({ $client: client }: Db, folder: string, todo: readonly Entry[]): void {
  client.run(
    'CREATE TABLE IF NOT EXISTS __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)',
  );
  for (const { tag, when } of todo) {
    const sql = readFileSync(join(folder, `${tag}.sql`), 'utf8');
    for (const statement of sql.split('--> statement-breakpoint')) client.run(statement);
    const hash = createHash('sha256').update(sql).digest('hex');
    client.run('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)', [hash, when]);
  }
  const broken = client.query('PRAGMA foreign_key_check').all();
  if (broken.length > 0) throw new Error(`Migration left ${broken.length} rows without their parent; nothing changed`);
}
