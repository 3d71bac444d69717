import { describe, expect, test } from 'bun:test';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../../test/harness/temp.ts';
import { closeDatabase, openDatabase, transaction } from './open.ts';

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

function fresh() {
  const path = join(tempDir('db'), 'test.db');
  const db = openDatabase(path, 'FULL');
  db.$client.run('CREATE TABLE rows (id integer PRIMARY KEY)');
  return { db, path, count: () => db.$client.query<{ n: number }, []>('SELECT count(*) AS n FROM rows').get()?.n };
}

describe('a database file', () => {
  test.each(['FULL', 'NORMAL'] as const)(
    'is opened with %s and the settings that keep what was acknowledged',
    (mode) => {
      const db = openDatabase(join(tempDir('db'), 'test.db'), mode);
      const pragma = (name: string) => Object.values(db.$client.query(`PRAGMA ${name}`).get() as object)[0];
      expect(pragma('journal_mode')).toBe('wal');
      expect(pragma('synchronous')).toBe(mode === 'FULL' ? 2 : 1);
      expect(pragma('foreign_keys')).toBe(1);
      expect(pragma('busy_timeout')).toBe(5000);
      closeDatabase(db);
    },
  );

  test.each([0o000, 0o022, 0o777])('is for its owner alone under umask %o, with all its parts', (umask) => {
    const before = process.umask(umask);
    try {
      const { db, path } = fresh();
      expect(['', '-wal', '-shm'].map((part) => modeOf(path + part))).toEqual(['600', '600', '600']);
      closeDatabase(db);
    } finally {
      process.umask(before);
    }
  });

  test('is one whole file after it was closed', () => {
    const { db, path } = fresh();
    closeDatabase(db);
    expect(existsSync(`${path}-wal`)).toBe(false);
    expect(statSync(path).size).toBeGreaterThan(0);
  });
});

describe('a transaction', () => {
  test('answers what its work answers', () => {
    const { db, count } = fresh();
    const answer = transaction(db, () => {
      db.$client.run('INSERT INTO rows VALUES (1)');
      return 'done';
    });
    expect([answer, count()]).toEqual(['done', 1]);
    closeDatabase(db);
  });

  test('that fails leaves nothing, also as part of another one', () => {
    const { db, count } = fresh();
    const fail = () => {
      db.$client.run('INSERT INTO rows VALUES (2)');
      throw new Error('no');
    };
    expect(() => transaction(db, fail)).toThrow('no');
    transaction(db, () => {
      db.$client.run('INSERT INTO rows VALUES (1)');
      expect(() => transaction(db, fail)).toThrow('no');
    });
    expect([count(), db.$client.inTransaction]).toEqual([1, false]);
    closeDatabase(db);
  });

  test('cannot wait: work that does is refused and leaves nothing', async () => {
    const { db, count } = fresh();
    const work = async () => {
      db.$client.run('INSERT INTO rows VALUES (1)');
    };
    expect(() => transaction(db, work)).toThrow('synchronous');
    await Bun.sleep(0);
    expect(count()).toBe(0);
    closeDatabase(db);
  });
});

test('processes that write at the same time wait for each other instead of failing', async () => {
  const { db, path, count } = fresh();
  const code = `
    const { openDatabase, transaction, closeDatabase } = await import(${JSON.stringify(join(import.meta.dir, 'open.ts'))});
    const db = openDatabase(${JSON.stringify(path)}, 'NORMAL');
    for (let n = 0; n < 50; n += 1)
      transaction(db, () => {
        const { id } = db.$client.query('SELECT coalesce(max(id), 0) AS id FROM rows').get();
        db.$client.run('INSERT INTO rows VALUES (?)', [id + 1]);
      });
    closeDatabase(db);`;
  const writers = [1, 2, 3].map(() => Bun.spawn([process.execPath, '-e', code], { stderr: 'inherit' }));
  expect(await Promise.all(writers.map((one) => one.exited))).toEqual([0, 0, 0]);
  expect(count()).toBe(150);
  closeDatabase(db);
});
