import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../core/log.ts';
import { fsyncDir, writeFileAtomic } from '../lib/atomic-file.ts';
import { type HeldLock, tryLock } from '../lib/flock.ts';
import { migrateDatabase } from './migrate.ts';
import { closeDatabase, type Db, openDatabase } from './open.ts';

/** Who owns a data folder now, as written into its `lock`. */
export interface Owner {
  pid: number;
  command: string;
}

/** Another process owns the folder: commands talk to it through `dynamight.sock` instead. */
export class FolderOwnedError extends Error {
  constructor(readonly owner: Owner | null) {
    super(owner ? `In use by "${owner.command}" (pid ${owner.pid})` : 'In use by another process');
    this.name = 'FolderOwnedError';
  }
}

export interface DataFolder {
  readonly dir: string;
  readonly main: Db;
  readonly logs: Db;
  readonly secretKey: Uint8Array;
  readonly jwtKey: string;
  /** Copies the main database to `snapshots/<UTC time>-<why>.db` and keeps the newest seven. Returns the path. */
  snapshot(why: string): string;
  close(): void;
}

/** The main database is there but cannot be trusted (or is gone): nothing may be set up anew over it. */
export interface DamagedFolder {
  readonly dir: string;
  readonly problem: string;
  readonly snapshots: readonly string[];
  close(): void;
}

export const mainFile = 'dynamight.db';
export const socketFile = 'dynamight.sock';
const snapshotsKept = 7;
/** Databases up to this size are checked at every start; larger ones only after an unclean stop. */
const alwaysCheckedBytes = 8 * 1024 * 1024;

export const readOwner = (dir: string): Owner | null => {
  try {
    return JSON.parse(readFileSync(join(dir, 'lock'), 'utf8')) as Owner;
  } catch {
    return null;
  }
};

/** Newest first. */
export const listSnapshots = (dir: string): string[] => {
  const folder = join(dir, 'snapshots');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.db'))
    .sort()
    .reverse()
    .map((name) => join(folder, name));
};

/** Makes the folder if needed (0700) and takes its lock. Throws FolderOwnedError. */
export function lockDataFolder(dir: string, command: string): HeldLock {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  chmodSync(dir, 0o700);
  const lock = tryLock(join(dir, 'lock'));
  if (!lock) throw new FolderOwnedError(readOwner(dir));
  ftruncateSync(lock.fd, 0);
  writeSync(lock.fd, JSON.stringify({ pid: process.pid, command } satisfies Owner), 0);
  return lock;
}

const keyFile = (path: string): string => {
  if (!existsSync(path)) writeFileAtomic(path, `${randomBytes(32).toString('hex')}\n`, 0o600);
  const text = readFileSync(path, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error(`${path} does not hold a key of 64 hex digits`);
  return text;
};

function openMain(path: string, log: Log): Db {
  const wal = `${path}-wal`;
  const unclean = existsSync(wal) && statSync(wal).size > 0;
  const db = openDatabase(path, 'FULL');
  try {
    if (unclean || statSync(path).size <= alwaysCheckedBytes) {
      const found = db.$client.query<{ quick_check: string }, []>('PRAGMA quick_check(3)').all();
      if (found[0]?.quick_check !== 'ok') throw new Error(found.map((row) => row.quick_check).join('; '));
      if (unclean) log.info('Database checked after an unclean stop', { result: 'ok' });
    }
    return db;
  } catch (error) {
    db.$client.close();
    throw error;
  }
}

/** Log lines are worth keeping, not worth refusing to start for: a damaged file is set aside and begun anew. */
function openLogs(path: string, migrations: string, log: Log): Db {
  const open = () => {
    const db = openDatabase(path, 'NORMAL');
    try {
      migrateDatabase(db, migrations, () => {});
      return db;
    } catch (error) {
      db.$client.close();
      throw error;
    }
  };
  try {
    return open();
  } catch (error) {
    const aside = `${path}.damaged-${Date.now()}`;
    log.error('The log database is damaged and was set aside', { aside, error: String(error) });
    renameSync(path, aside);
    for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
    return open();
  }
}

export interface OpenOptions {
  dir: string;
  /** What the owner is called in messages to others, e.g. `serve`. */
  command: string;
  /** Folder that holds `main/` and `logs/` migrations. */
  migrations: string;
  log: Log;
  now: () => number;
}

/**
 * Becomes the owner of a data folder. Throws FolderOwnedError when somebody else is. A database that is damaged, or
 * missing where there was one, gives a DamagedFolder: never an empty database, which would open set-up to anybody.
 */
export function openDataFolder(options: OpenOptions): DataFolder | DamagedFolder {
  const { dir, log, now } = options;
  const lock = lockDataFolder(dir, options.command);
  const path = join(dir, mainFile);
  const damaged = (problem: string): DamagedFolder => ({
    dir,
    problem,
    snapshots: listSnapshots(dir),
    close: lock.release,
  });

  const hadKey = existsSync(join(dir, 'secret.key'));
  if (!existsSync(path) && (hadKey || listSnapshots(dir).length > 0))
    return damaged(`The database ${mainFile} is missing.`);

  let main: Db;
  try {
    main = openMain(path, log);
  } catch (error) {
    return damaged(`The database ${mainFile} is damaged: ${(error as Error).message}.`);
  }
  const folder = { dir, main, snapshot: (why: string) => takeSnapshot(main, dir, why, now()) };
  try {
    const applied = migrateDatabase(main, join(options.migrations, 'main'), () => folder.snapshot('before-update'));
    if (applied.length > 0) log.info('Database brought up to date', { migrations: applied });
    const users = main.$client.query<{ n: number }, []>('SELECT count(*) AS n FROM users').get()?.n ?? 0;
    if (!hadKey && users > 0) {
      main.$client.close();
      return damaged('The key secret.key is missing: saved credentials cannot be opened without it.');
    }
    const secretKey = Buffer.from(keyFile(join(dir, 'secret.key')), 'hex');
    const jwtKey = keyFile(join(dir, 'jwt.key'));
    const logs = openLogs(join(dir, 'logs.db'), join(options.migrations, 'logs'), log);
    return {
      ...folder,
      logs,
      secretKey,
      jwtKey,
      close() {
        closeDatabase(logs);
        closeDatabase(main);
        lock.release();
      },
    };
  } catch (error) {
    main.$client.close();
    lock.release();
    throw error;
  }
}

function takeSnapshot(main: Db, dir: string, why: string, nowMs: number): string {
  const folder = join(dir, 'snapshots');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stamp = new Date(nowMs).toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
  const target = join(folder, `${stamp}-${why}.db`);
  const temp = `${target}.tmp`;
  rmSync(temp, { force: true });
  main.$client.run('VACUUM INTO ?', [temp]);
  renameSync(temp, target);
  fsyncDir(folder);
  for (const old of listSnapshots(dir).slice(snapshotsKept)) rmSync(old, { force: true });
  return target;
}
