import { describe, expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../../test/harness/temp.ts';
import { migrateDatabase, NewerDatabaseError, pendingMigrations } from './migrate.ts';
import { closeDatabase, type Db, openDatabase } from './open.ts';

const first = `CREATE TABLE parents (id integer PRIMARY KEY AUTOINCREMENT, name text NOT NULL);
--> statement-breakpoint
CREATE TABLE children (id integer PRIMARY KEY, parent_id integer NOT NULL REFERENCES parents(id) ON DELETE CASCADE);
--> statement-breakpoint
CREATE INDEX children_parent ON children (parent_id);`;

/** As drizzle-kit writes it when a column changes in a way SQLite cannot alter. */
const rebuild = `PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE __new_parents (id integer PRIMARY KEY AUTOINCREMENT, name text NOT NULL, note text DEFAULT '' NOT NULL);
--> statement-breakpoint
INSERT INTO __new_parents("id", "name") SELECT "id", "name" FROM parents;--> statement-breakpoint
DROP TABLE parents;--> statement-breakpoint
ALTER TABLE __new_parents RENAME TO parents;--> statement-breakpoint
PRAGMA foreign_keys=ON;`;

/** A folder of migrations as drizzle-kit makes it; `[when, tag, sql]`. */
function migrations(...entries: [when: number, tag: string, sql: string][]): string {
  const dir = tempDir('migrations');
  mkdirSync(join(dir, 'meta'));
  const journal = { entries: entries.map(([when, tag], idx) => ({ idx, when, tag })) };
  writeFileSync(join(dir, 'meta/_journal.json'), JSON.stringify(journal));
  for (const [, tag, sql] of entries) writeFileSync(join(dir, `${tag}.sql`), sql);
  return dir;
}

function filled(): Db {
  const db = openDatabase(join(tempDir('db'), 'test.db'), 'FULL');
  migrateDatabase(db, migrations([100, '0000_first', first]), () => {});
  for (let id = 1; id <= 50; id += 1) {
    db.$client.run('INSERT INTO parents (id, name) VALUES (?, ?)', [id, `parent ${id}`]);
    for (const child of [1, 2]) db.$client.run('INSERT INTO children VALUES (?, ?)', [id * 10 + child, id]);
  }
  return db;
}

const count = (db: Db, table: string) =>
  db.$client.query<{ n: number }, []>(`SELECT count(*) AS n FROM ${table}`).get()?.n;
const foreignKeys = (db: Db) =>
  db.$client.query<{ foreign_keys: number }, []>('PRAGMA foreign_keys').get()?.foreign_keys;
const never = () => {
  throw new Error('nothing to copy');
};

describe('an update of the database', () => {
  test('that rebuilds a table keeps every row, also those that hang on it', () => {
    const db = filled();
    const folder = migrations([100, '0000_first', first], [200, '0001_rebuild', rebuild]);
    expect(pendingMigrations(db, folder)).toEqual(['0001_rebuild']);
    let copied = 0;
    expect(migrateDatabase(db, folder, () => (copied += 1))).toEqual(['0001_rebuild']);
    expect([count(db, 'parents'), count(db, 'children'), copied]).toEqual([50, 100, 1]);
    expect(db.$client.query('PRAGMA foreign_key_check').all()).toEqual([]);
    expect(foreignKeys(db)).toBe(1);
    db.$client.run('DELETE FROM parents WHERE id = 1'); // children still hang on the rebuilt table
    expect(count(db, 'children')).toBe(98);
    closeDatabase(db);
  });

  test('happens once', () => {
    const db = filled();
    const folder = migrations([100, '0000_first', first], [200, '0001_rebuild', rebuild]);
    migrateDatabase(db, folder, () => {});
    expect(migrateDatabase(db, folder, never)).toEqual([]);
    closeDatabase(db);
  });

  test('of a new database needs no copy first', () => {
    const db = openDatabase(join(tempDir('db'), 'test.db'), 'FULL');
    expect(migrateDatabase(db, migrations([100, '0000_first', first]), never)).toEqual(['0000_first']);
    closeDatabase(db);
  });

  test.each([
    ['fails halfway', "UPDATE parents SET name = 'changed';--> statement-breakpoint\nINSERT INTO nowhere VALUES (1);"],
    ['leaves rows without their parent', 'DELETE FROM parents WHERE id <= 10;'],
  ])('that %s changes nothing', (_, sql) => {
    const db = filled();
    const folder = migrations([100, '0000_first', first], [200, '0001_rebuild', rebuild], [300, '0002_bad', sql]);
    expect(() => migrateDatabase(db, folder, () => {})).toThrow();
    expect([count(db, 'parents'), count(db, 'children')]).toEqual([50, 100]);
    expect(count(db, "parents WHERE name = 'changed'")).toBe(0);
    expect(pendingMigrations(db, folder)).toEqual(['0001_rebuild', '0002_bad']);
    expect(foreignKeys(db)).toBe(1);
    closeDatabase(db);
  });

  test('is not started when the copy before it fails', () => {
    const db = filled();
    const folder = migrations([100, '0000_first', first], [200, '0001_rebuild', rebuild]);
    expect(() => migrateDatabase(db, folder, never)).toThrow('nothing to copy');
    expect(pendingMigrations(db, folder)).toEqual(['0001_rebuild']);
    closeDatabase(db);
  });

  test('also takes a step that was made earlier on another branch', () => {
    const db = filled();
    const extra = 'CREATE TABLE extra (id integer PRIMARY KEY);';
    const later = migrations([100, '0000_first', first], [300, '0001_rebuild', rebuild]);
    migrateDatabase(db, later, () => {});
    const merged = migrations([100, '0000_first', first], [200, '0001_extra', extra], [300, '0002_rebuild', rebuild]);
    expect(migrateDatabase(db, merged, () => {})).toEqual(['0001_extra']);
    expect(count(db, 'extra')).toBe(0);
    closeDatabase(db);
  });
});

test('a database a newer version has changed is refused, not misread', () => {
  const db = filled();
  migrateDatabase(db, migrations([100, '0000_first', first], [200, '0001_rebuild', rebuild]), () => {});
  expect(() => migrateDatabase(db, migrations([100, '0000_first', first]), never)).toThrow(NewerDatabaseError);
  closeDatabase(db);
});
