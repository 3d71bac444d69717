import { Database } from 'bun:sqlite';
import { describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { tmpfs } from '../../test/harness/filesystems.ts';
import { tempDir } from '../../test/harness/temp.ts';
import { assets } from '../config/assets.ts';
import { createLog, type Log, silentLog } from '../core/log.ts';
import { type DamagedFolder, type DataFolder, FolderOwnedError, listSnapshots, openDataFolder } from './data-folder.ts';

const startMs = Date.UTC(2026, 0, 5, 2);
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

const open = (dir: string, log: Log = silentLog, nowMs = startMs) =>
  openDataFolder({ dir, command: 'test', migrations: assets().migrations, log, now: () => nowMs });

function opened(dir: string, log?: Log): DataFolder {
  const folder = open(dir, log);
  if (!('main' in folder)) throw new Error(folder.problem);
  return folder;
}

function damaged(dir: string): DamagedFolder {
  const folder = open(dir);
  if ('main' in folder) throw new Error('opened as if nothing was wrong');
  return folder;
}

/** A folder somebody has used: a row in the database, a copy of it, and a clean stop. */
function used(): string {
  const dir = tempDir('data');
  const folder = opened(dir);
  writeTheme(folder, 'dark');
  folder.snapshot('daily');
  folder.close();
  return dir;
}

const writeTheme = ({ main }: DataFolder, theme: string) =>
  main.$client.run("INSERT INTO settings VALUES ('theme', ?)", [JSON.stringify(theme)]);
const readTheme = ({ main }: DataFolder) =>
  main.$client.query<{ value: string }, []>("SELECT value FROM settings WHERE key = 'theme'").get()?.value;

/** Overwrites bytes of a file, as a failing card does. */
function spoil(path: string, at: number, length: number): void {
  const bytes = readFileSync(path);
  bytes.fill(0xff, at, at + length);
  writeFileSync(path, bytes);
}

describe('the first start', () => {
  test('makes a folder that is for its owner alone, under any umask', () => {
    for (const umask of [0o000, 0o777]) {
      const dir = join(tempDir('data'), 'box');
      const before = process.umask(umask);
      try {
        const folder = opened(dir);
        folder.snapshot('daily');
        const modes = Object.fromEntries(
          readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((name) => [name, modeOf(join(dir, name))]),
        );
        expect(modes).toEqual({
          'dynamight.db': '600',
          'dynamight.db-shm': '600',
          'dynamight.db-wal': '600',
          'jwt.key': '600',
          lock: '600',
          'logs.db': '600',
          'logs.db-shm': '600',
          'logs.db-wal': '600',
          'secret.key': '600',
          snapshots: '700',
          'snapshots/20260105T020000Z-daily.db': '600',
        });
        expect(modeOf(dir)).toBe('700');
        folder.close();
      } finally {
        process.umask(before);
      }
    }
  });

  test('makes keys that stay, and a database that stays', () => {
    const dir = tempDir('data');
    const first = opened(dir);
    expect(first.secretKey).toHaveLength(32);
    expect(first.jwtKey).toMatch(/^[0-9a-f]{64}$/);
    writeTheme(first, 'dark');
    first.close();
    const second = opened(dir);
    expect([second.secretKey, second.jwtKey]).toEqual([first.secretKey, first.jwtKey]);
    expect(readTheme(second)).toBe('"dark"');
    expect(listSnapshots(dir)).toEqual([]);
    second.close();
  });

  test('closes the modes of keys somebody opened', () => {
    const dir = used();
    for (const name of ['secret.key', 'jwt.key', 'dynamight.db']) chmodSync(join(dir, name), 0o644);
    chmodSync(dir, 0o755);
    opened(dir).close();
    expect(['', 'secret.key', 'jwt.key', 'dynamight.db'].map((name) => modeOf(join(dir, name)))).toEqual([
      '700',
      '600',
      '600',
      '600',
    ]);
  });

  /** What lies in the folder when the power went off at that point. */
  const crashes: [at: string, leave: (dir: string) => void][] = [
    ['the lock was taken', (dir) => writeFileSync(join(dir, 'lock'), '')],
    ['an empty database file was made', (dir) => writeFileSync(join(dir, 'dynamight.db'), '')],
    [
      'the tables were half made',
      (dir) => {
        const db = new Database(join(dir, 'dynamight.db'), { create: true });
        db.run('PRAGMA journal_mode = WAL');
        db.run('BEGIN');
        db.run('CREATE TABLE settings (key text)');
        for (const part of ['', '-wal']) copyFileSync(join(dir, `dynamight.db${part}`), join(dir, `left.db${part}`));
        db.run('ROLLBACK');
        db.close();
        for (const part of ['', '-wal']) renameSync(join(dir, `left.db${part}`), join(dir, `dynamight.db${part}`));
      },
    ],
    [
      'the tables were made',
      (dir) => {
        opened(dir).close();
        const db = new Database(join(dir, 'dynamight.db'));
        db.run('PRAGMA user_version = 0');
        db.close();
        for (const name of ['secret.key', 'jwt.key', 'logs.db']) rmSync(join(dir, name));
      },
    ],
    ['a temporary key was written', (dir) => writeFileSync(join(dir, '.secret.key.1a2b3c4d.tmp'), 'half')],
    [
      'the key was made',
      (dir) => {
        opened(dir).close();
        const db = new Database(join(dir, 'dynamight.db'));
        db.run('PRAGMA user_version = 0');
        db.close();
        for (const name of ['jwt.key', 'logs.db']) rmSync(join(dir, name));
      },
    ],
    [
      'the key was noted in the database',
      (dir) => {
        opened(dir).close();
        for (const name of ['jwt.key', 'logs.db']) rmSync(join(dir, name));
      },
    ],
  ];
  test.each(crashes)('can be cut off when %s', (_, leave) => {
    const dir = tempDir('data');
    leave(dir);
    const folder = opened(dir);
    expect(readTheme(folder)).toBeUndefined();
    writeTheme(folder, 'dark');
    folder.close();
    const again = opened(dir);
    expect(readTheme(again)).toBe('"dark"');
    again.close();
  });
});

describe('a folder that cannot be trusted is not opened, and set-up not begun anew, when', () => {
  const path = (dir: string, name = 'dynamight.db') => join(dir, name);
  const damages: [what: string, problem: RegExp, damage: (dir: string) => void][] = [
    ['the database is gone', /dynamight\.db is missing/, (dir) => rmSync(path(dir))],
    [
      'the database and the key are gone, copies are there',
      /dynamight\.db is missing/,
      (dir) => ['dynamight.db', 'secret.key'].forEach((name) => rmSync(path(dir, name))),
    ],
    [
      'only the write-ahead log of the database is left',
      /dynamight\.db is missing/,
      (dir) => {
        for (const name of ['dynamight.db', 'secret.key', 'snapshots']) rmSync(path(dir, name), { recursive: true });
        writeFileSync(path(dir, 'dynamight.db-wal'), 'rest');
      },
    ],
    ['the database was cut to nothing', /dynamight\.db is empty/, (dir) => truncateSync(path(dir), 0)],
    [
      'the database was cut to nothing and the key is gone',
      /dynamight\.db is empty/,
      (dir) => {
        truncateSync(path(dir), 0);
        rmSync(path(dir, 'secret.key'));
      },
    ],
    ['the database was cut in half', /dynamight\.db is damaged/, (dir) => truncateSync(path(dir), 8192)],
    ['the header of the database is flipped', /dynamight\.db is damaged/, (dir) => spoil(path(dir), 0, 16)],
    ['the header is zeros', /dynamight\.db is damaged/, (dir) => writeFileSync(path(dir), Buffer.alloc(65_536))],
    ['a page of the database is flipped', /dynamight\.db is damaged/, (dir) => spoil(path(dir), 4096, 64)],
    [
      'the last page of the database is flipped',
      /dynamight\.db is damaged/,
      (dir) => {
        spoil(path(dir), statSync(path(dir)).size - 4096, 4096);
      },
    ],
    [
      'the database is another file',
      /dynamight\.db is damaged/,
      (dir) => writeFileSync(path(dir), 'hello\n'.repeat(999)),
    ],
    ['the key is gone', /secret\.key is missing/, (dir) => rmSync(path(dir, 'secret.key'))],
    ['the key is empty', /secret\.key is damaged/, (dir) => writeFileSync(path(dir, 'secret.key'), '')],
    ['the key is cut', /secret\.key is damaged/, (dir) => truncateSync(path(dir, 'secret.key'), 63)],
    [
      'the key is another one',
      /secret\.key belongs to another database/,
      (dir) => writeFileSync(path(dir, 'secret.key'), `${'0'.repeat(64)}\n`),
    ],
  ];
  const state = (dir: string) =>
    Object.fromEntries(
      readdirSync(dir)
        .filter((name) => /^(dynamight\.db|secret\.key|jwt\.key)$/.test(name))
        .map((name) => [
          name,
          createHash('sha256')
            .update(readFileSync(path(dir, name)))
            .digest('hex'),
        ]),
    );

  test.each(damages)('%s', (_, problem, damage) => {
    const dir = used();
    const copies = listSnapshots(dir);
    damage(dir);
    const before = state(dir);
    const folder = damaged(dir);
    expect(folder.problem).toMatch(problem);
    expect(folder.snapshots).toEqual(existsSync(join(dir, 'snapshots')) ? copies : []);
    expect(() => open(dir)).toThrow(FolderOwnedError); // it is held all the same
    folder.close();
    folder.close();
    expect(state(dir)).toEqual(before);
    const again = damaged(dir); // and the second start sees it too
    expect(again.problem).toBe(folder.problem);
    again.close();
  });

  test('a copy put back in its place is opened again', () => {
    const dir = used();
    spoil(path(dir), 0, 16);
    damaged(dir).close();
    copyFileSync(listSnapshots(dir)[0] ?? '', path(dir));
    const folder = opened(dir);
    expect(readTheme(folder)).toBe('"dark"');
    folder.close();
  });
});

describe('what is only a nuisance does not stop a start:', () => {
  const heard: string[] = [];
  const log = createLog(
    'info',
    (line) => heard.push(line),
    () => startMs,
  );

  test('a damaged session key means signing in again', () => {
    const dir = used();
    writeFileSync(join(dir, 'jwt.key'), 'not a key');
    const folder = opened(dir, log);
    expect(folder.jwtKey).toMatch(/^[0-9a-f]{64}$/);
    expect(heard.join()).toContain('everybody has to sign in again');
    folder.close();
  });

  test.each([
    ['a flipped header', 0],
    ['a flipped page', 4096],
  ])('log lines with %s are set aside, once', (_, at) => {
    const dir = used();
    for (let round = 0; round < 2; round += 1) {
      spoil(join(dir, 'logs.db'), at, 64);
      const folder = opened(dir, log);
      expect(heard.join()).toContain('The database logs.db is damaged and was set aside');
      expect(folder.logs.$client.query('SELECT count(*) AS n FROM log_lines').get()).toEqual({ n: 0 });
      folder.close();
    }
    expect(
      readdirSync(dir)
        .filter((name) => name.startsWith('logs.db'))
        .sort(),
    ).toEqual(['logs.db', 'logs.db.damaged']);
  });

  test('an unclean stop is checked and said', async () => {
    const dir = used();
    const child = Bun.spawn(
      [
        process.execPath,
        '-e',
        `const { openDataFolder } = await import(${JSON.stringify(join(import.meta.dir, 'data-folder.ts'))});
         const log = { debug() {}, info() {}, warning() {}, error() {} };
         const folder = openDataFolder({ dir: ${JSON.stringify(dir)}, command: 'child', log, now: Date.now,
           migrations: ${JSON.stringify(assets().migrations)} });
         folder.main.$client.run("UPDATE settings SET value = '\\"light\\"'");
         console.log('written');
         setInterval(() => {}, 1000);`,
      ],
      { stdout: 'pipe', stderr: 'inherit' },
    );
    await child.stdout.getReader().read();
    expect(() => open(dir)).toThrow(`In use by "child" (pid ${child.pid})`);
    child.kill('SIGKILL');
    await child.exited;
    heard.length = 0;
    const folder = opened(dir, log);
    expect(heard.join()).toContain('Database checked after an unclean stop');
    expect(readTheme(folder)).toBe('"light"');
    folder.close();
    heard.length = 0;
    opened(dir, log).close();
    expect(heard.join()).not.toContain('unclean');
  });
});

describe('copies of the database', () => {
  test('are whole databases, named by time and occasion, and the newest seven stay', () => {
    const dir = tempDir('data');
    const made: string[] = [];
    for (let day = 1; day <= 9; day += 1) {
      const folder = open(dir, silentLog, Date.UTC(2026, 0, day, 3));
      if (!('main' in folder)) throw new Error(folder.problem);
      if (day === 1) writeTheme(folder, 'dark');
      made.push(folder.snapshot(day % 2 ? 'daily' : 'before-update'));
      folder.close();
    }
    const kept = listSnapshots(dir);
    expect(kept).toEqual(made.slice(-7).reverse());
    expect(kept[0]).toEndWith('snapshots/20260109T030000Z-daily.db');
    expect(readdirSync(join(dir, 'snapshots'))).toHaveLength(7);
    const copy = new Database(kept.at(-1) ?? '', { readonly: true });
    expect(copy.query("SELECT value FROM settings WHERE key = 'theme'").get()).toEqual({ value: '"dark"' });
    expect(copy.query('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    copy.close();
  });

  test('that were cut off are swept by the next one', () => {
    const dir = used();
    writeFileSync(join(dir, 'snapshots/20260101T000000Z-daily.db.tmp'), 'half');
    const folder = opened(dir);
    folder.snapshot('daily');
    folder.close();
    expect(readdirSync(join(dir, 'snapshots')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('are made before an update of a used database, not before the first', () => {
    const dir = used();
    const migrations = tempDir('migrations');
    for (const room of ['main', 'logs']) {
      const from = join(assets().migrations, room);
      mkdirSync(join(migrations, room, 'meta'), { recursive: true });
      for (const name of readdirSync(from, { recursive: true, encoding: 'utf8' }))
        if (statSync(join(from, name)).isFile()) copyFileSync(join(from, name), join(migrations, room, name));
    }
    const journal = JSON.parse(readFileSync(join(migrations, 'main/meta/_journal.json'), 'utf8'));
    journal.entries.push({
      idx: 99,
      version: '6',
      when: journal.entries.at(-1).when + 1,
      tag: '0099_more',
      breakpoints: true,
    });
    writeFileSync(join(migrations, 'main/meta/_journal.json'), JSON.stringify(journal));
    writeFileSync(join(migrations, 'main/0099_more.sql'), 'ALTER TABLE settings ADD COLUMN note text;');
    const at = Date.UTC(2026, 1, 1);
    const folder = openDataFolder({ dir, command: 'test', migrations, log: silentLog, now: () => at });
    if (!('main' in folder)) throw new Error(folder.problem);
    expect(listSnapshots(dir)[0]).toEndWith('20260201T000000Z-before-update.db');
    expect(readTheme(folder)).toBe('"dark"');
    folder.close();
    // and the old program does not touch what the new one made
    expect(() => open(dir)).toThrow('newer version');
    expect(() => open(dir)).toThrow('newer version'); // its lock was given back
  });
});

describe('a folder', () => {
  test('that holds folders of somebody else keeps its mode', () => {
    const dir = tempDir('data');
    mkdirSync(join(dir, 'photos'));
    chmodSync(dir, 0o755);
    opened(dir).close();
    opened(dir).close();
    expect(modeOf(dir)).toBe('755');
    expect(modeOf(join(dir, 'dynamight.db'))).toBe('600');
  });

  test('that holds folders of somebody else and is open to all is refused', () => {
    const dir = tempDir('data');
    mkdirSync(join(dir, 'photos'));
    chmodSync(dir, 0o1777);
    expect(() => open(dir)).toThrow('others may write into it');
    expect(readdirSync(dir)).toEqual(['photos']);
  });

  test('that is a file, or lies below one, is refused in words', () => {
    const file = join(tempDir('data'), 'file');
    writeFileSync(file, '');
    expect(() => open(file)).toThrow(/^The data folder .*file cannot be used: there is a file of that name/);
    expect(() => open(join(file, 'below'))).toThrow(/cannot be used: a part of its path is a file/);
  });

  test('on a full disk is refused in words, not called damaged, and opens when space returns', () => {
    const disk = tmpfs({ size: '4m' });
    const dir = join(disk.path, 'box');
    opened(dir).close();
    const fill = join(disk.path, 'fill');
    try {
      writeFileSync(fill, Buffer.alloc(8 * 1024 * 1024));
    } catch {
      // that is the point
    }
    expect(() => open(dir)).toThrow(/its disk is full/);
    rmSync(fill);
    opened(dir).close();
  });
});
