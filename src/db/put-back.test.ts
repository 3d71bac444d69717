import { Database } from 'bun:sqlite';
import { describe, expect, test } from 'bun:test';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../../test/harness/temp.ts';
import { assets } from '../config/assets.ts';
import { silentLog } from '../core/log.ts';
import { openDataFolder } from './data-folder.ts';
import { inspectDatabase } from './inspect.ts';
import { putBackSnapshot } from './put-back.ts';

const at = Date.UTC(2026, 0, 6, 3);

const open = (dir: string) => {
  const data = openDataFolder({ dir, command: 'test', migrations: assets().migrations, log: silentLog, now: () => at });
  if (!('main' in data)) throw new Error(data.problem);
  return data;
};
const themeIn = (path: string): string | undefined => {
  const db = new Database(path, { readonly: true });
  try {
    return db.query<{ value: string }, []>("SELECT value FROM settings WHERE key = 'theme'").get()?.value;
  } finally {
    db.close();
  }
};
const setTheme = (theme: string) => `INSERT OR REPLACE INTO settings (key, value) VALUES ('theme', '"${theme}"')`;

/** A folder whose copy says light, whose database says dark, and whose WAL, left by a crash, holds the change. */
function crashedFolder() {
  const dir = tempDir('put-back');
  const path = join(dir, 'dynamight.db');
  const data = open(dir);
  data.main.$client.run(setTheme('light'));
  const snapshot = data.snapshot('daily');
  data.main.$client.run(setTheme('dark'));
  const wal = readFileSync(`${path}-wal`);
  const file = readFileSync(path);
  data.close();
  writeFileSync(path, file);
  writeFileSync(`${path}-wal`, wal);
  return { dir, path, snapshot };
}

describe('putting a copy back', () => {
  test('leaves nothing of the old database in the new one: its WAL goes with it', () => {
    const { dir, path, snapshot } = crashedFolder();
    const old = readFileSync(path);
    const aside = putBackSnapshot(dir, snapshot, at) ?? '';
    expect(aside).toBe(`${path}.damaged-20260106T030000Z`);
    expect(readFileSync(aside).equals(old)).toBe(true);
    expect(statSync(`${aside}-wal`).size).toBeGreaterThan(0);
    expect(existsSync(`${path}-wal`)).toBe(false);
    open(dir).close();
    expect(themeIn(path)).toBe('"light"');
    expect(themeIn(aside)).toBe('"dark"');
  });

  test('where the database is gone keeps nothing aside', () => {
    const { dir, path, snapshot } = crashedFolder();
    for (const suffix of ['', '-wal']) rmSync(path + suffix);
    expect(putBackSnapshot(dir, snapshot, at)).toBeNull();
    expect(themeIn(path)).toBe('"light"');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('twice in one second keeps both old files', () => {
    const { dir, snapshot } = crashedFolder();
    const first = putBackSnapshot(dir, snapshot, at);
    const second = putBackSnapshot(dir, snapshot, at);
    expect(second).toBe(`${first}-2`);
  });

  test('refuses a damaged copy and changes nothing', () => {
    const { dir, path, snapshot } = crashedFolder();
    writeFileSync(snapshot, readFileSync(snapshot).fill(0, 0, 100));
    const before = readdirSync(dir).sort();
    const content = readFileSync(path);
    expect(() => putBackSnapshot(dir, snapshot, at)).toThrow('cannot be used');
    expect(readdirSync(dir).sort()).toEqual(before);
    expect(readFileSync(path).equals(content)).toBe(true);
  });
});

describe('looking at a database', () => {
  const look = (path: string) => inspectDatabase(path, { inUse: false, thorough: true });

  test('changes nothing beside it, and knows whether anybody is in it', () => {
    const dir = tempDir('look');
    open(dir).close();
    const before = readdirSync(dir).sort();
    expect(look(join(dir, 'dynamight.db'))).toEqual({ problem: null, users: 0 });
    expect(readdirSync(dir).sort()).toEqual(before);
  });

  test('works while it is in use, and when it was left by a crash', () => {
    const { dir, path } = crashedFolder();
    expect(look(path).problem).toBeNull();
    const data = open(dir);
    expect(inspectDatabase(path, { inUse: true, thorough: false }).problem).toBeNull();
    data.close();
  });

  test('tells an empty file, a foreign one and none from a whole one', () => {
    const dir = tempDir('odd');
    writeFileSync(join(dir, 'empty'), '');
    writeFileSync(join(dir, 'foreign'), 'a letter to somebody, longer than the head of a database would be');
    expect(look(join(dir, 'empty')).problem).toBe('it is empty');
    expect(look(join(dir, 'foreign')).problem).toContain('not a database');
    expect(look(join(dir, 'none')).problem).not.toBeNull();
    copyFileSync(join(dir, 'empty'), join(dir, 'odd name?#%.db'));
    expect(look(join(dir, 'odd name?#%.db')).problem).toBe('it is empty');
  });
});
