import {
  chmodSync,
  existsSync,
  fchmodSync,
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
import { errnoOf, isDiskFull } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { fsyncDir, fsyncFile } from '../lib/atomic-file.ts';
import { type HeldLock, tryLock } from '../lib/flock.ts';
import { DamagedError, isBlank, openExpendable, openMain } from './checked.ts';
import { jwtKey, secretKey, secretKeyFile } from './keys.ts';
import { migrateDatabase } from './migrate.ts';
import { checkpoint, closeDatabase, type Db } from './open.ts';

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
  /** What we know of files at destinations. Opened when first asked for: an idle box does without it. */
  catalog(): Db;
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
const logsFile = 'logs.db';
const catalogFile = 'catalog.db';
const lockFile = 'lock';
const snapshotsFolder = 'snapshots';
const snapshotsKept = 7;

export const readOwner = (dir: string): Owner | null => {
  try {
    return JSON.parse(readFileSync(join(dir, lockFile), 'utf8')) as Owner;
  } catch {
    return null;
  }
};

/** Newest first. */
export const listSnapshots = (dir: string): string[] => {
  const folder = join(dir, snapshotsFolder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.db'))
    .sort()
    .reverse()
    .map((name) => join(folder, name));
};

const reasons: Record<string, string> = {
  EACCES: 'this user may not use it',
  EPERM: 'it belongs to another user',
  EROFS: 'its filesystem is read-only',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'there is a file of that name',
  ENOSPC: 'its disk is full. Free some space and try again',
};
const unusable = (dir: string, why: string, cause?: unknown): Error =>
  new Error(`The data folder ${dir} cannot be used: ${why}.`, { cause });

/** 0700, except for a folder of somebody else (a home, a whole drive): everybody would be shut out of what is theirs. */
function makePrivate(dir: string): void {
  const entries = readdirSync(dir, { withFileTypes: true });
  const ours = entries.some(({ name }) => name === lockFile || name === mainFile || name === secretKeyFile);
  const foreign = entries.some((entry) => entry.isDirectory() && !['lost+found', snapshotsFolder].includes(entry.name));
  if (!foreign) chmodSync(dir, 0o700);
  else if (!ours && statSync(dir).mode & 0o022)
    throw unusable(dir, 'it holds other folders and others may write into it. Name an empty one with --data-dir');
}

/** Makes the folder if needed (0700) and takes its lock. Throws FolderOwnedError, or an Error that says what to do. */
export function lockDataFolder(dir: string, command: string): HeldLock {
  let lock: HeldLock | null;
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    makePrivate(dir);
    lock = tryLock(join(dir, lockFile));
  } catch (error) {
    const why = reasons[errnoOf(error) ?? ''];
    throw why === undefined ? error : unusable(dir, why, error);
  }
  if (!lock) throw new FolderOwnedError(readOwner(dir));
  try {
    fchmodSync(lock.fd, 0o600);
    ftruncateSync(lock.fd, 0);
    writeSync(lock.fd, JSON.stringify({ pid: process.pid, command } satisfies Owner), 0);
  } catch {
    // a full disk: others are told "another process" instead of a name
  }
  return lock;
}

export interface OpenOptions {
  dir: string;
  /** What the owner is called in messages to others, e.g. `serve`. */
  command: string;
  /** Folder that holds `main/`, `logs/` and `catalog/` migrations. */
  migrations: string;
  log: Log;
  now: () => number;
}

/**
 * Becomes the owner of a data folder. Throws FolderOwnedError when somebody else is. A database that is damaged, or
 * missing where there was one, gives a DamagedFolder: never an empty database, which would open set-up to anybody.
 */
export function openDataFolder(options: OpenOptions): DataFolder | DamagedFolder {
  const { dir } = options;
  const lock = lockDataFolder(dir, options.command);
  const opened: Db[] = [];
  const close = () => {
    try {
      for (const db of opened.splice(0).reverse()) closeQuietly(db, options.log);
    } finally {
      lock.release();
    }
  };
  try {
    return { ...openAll(options, opened), close };
  } catch (error) {
    if (error instanceof DamagedError) {
      for (const db of opened.splice(0)) db.$client.close();
      return { dir, problem: error.message, snapshots: listSnapshots(dir), close: lock.release };
    }
    close();
    throw isDiskFull(error) ? unusable(dir, reasons['ENOSPC'] ?? '', error) : error;
  }
}

/** A clean stop must not fail on a full disk: what is not written back stays in the WAL, where it is safe. */
function closeQuietly(db: Db, log: Log): void {
  try {
    closeDatabase(db);
  } catch (error) {
    log.warning('A database could not be written back at the end', { error });
  }
}

/** Databases opened so far are put into `opened`, whatever happens. */
function openAll({ dir, log, now, migrations }: OpenOptions, opened: Db[]): Omit<DataFolder, 'close'> {
  const path = join(dir, mainFile);
  const used = existsSync(join(dir, secretKeyFile)) || listSnapshots(dir).length > 0;
  const empty = new DamagedError(`The database ${mainFile} is empty.`);
  if (!existsSync(path) && (used || existsSync(`${path}-wal`)))
    throw new DamagedError(`The database ${mainFile} is missing.`);
  if (used && statSync(path).size === 0) throw empty; // opening it would write into it

  const main = openMain(path, log);
  opened.push(main);
  if (used && isBlank(main)) throw empty;
  const snapshot = (why: string) => takeSnapshot(main, dir, why, now());
  const applied = migrateDatabase(main, join(migrations, 'main'), () => snapshot('before-update'));
  if (applied.length > 0) {
    log.info('Database brought up to date', { migrations: applied });
    // The key comes last: from then on a database without tables is known to be damaged, not new.
    checkpoint(main);
    fsyncDir(dir);
  }
  const found = secretKey(dir, main);
  if ('problem' in found) throw new DamagedError(found.problem);
  const logs = openExpendable(join(dir, logsFile), join(migrations, 'logs'), log);
  opened.push(logs);
  let catalogDb: Db | null = null;
  const catalog = (): Db => {
    if (!catalogDb) {
      catalogDb = openExpendable(join(dir, catalogFile), join(migrations, 'catalog'), log);
      opened.push(catalogDb);
    }
    return catalogDb;
  };
  return { dir, main, logs, catalog, secretKey: found.key, jwtKey: jwtKey(dir, log), snapshot };
}

function takeSnapshot(main: Db, dir: string, why: string, nowMs: number): string {
  const folder = join(dir, snapshotsFolder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const stamp = new Date(nowMs).toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
  const target = join(folder, `${stamp}-${why}.db`);
  const temp = `${target}.tmp`;
  for (const name of readdirSync(folder)) if (name.endsWith('.tmp')) rmSync(join(folder, name), { force: true });
  try {
    main.$client.run('VACUUM INTO ?', [temp]);
    chmodSync(temp, 0o600);
    fsyncFile(temp); // VACUUM INTO does not
    renameSync(temp, target);
  } catch (error) {
    rmSync(temp, { force: true });
    throw error;
  }
  fsyncDir(folder);
  for (const old of listSnapshots(dir).slice(snapshotsKept)) rmSync(old, { force: true });
  return target;
}
