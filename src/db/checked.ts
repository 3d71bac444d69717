import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { errnoOf, isDiskFull } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { migrateDatabase } from './migrate.ts';
import { type Db, openDatabase } from './open.ts';

/** What lies in the data folder cannot be trusted; the message is one sentence for people. */
export class DamagedError extends Error {}

/** Databases up to this size are checked at every start: it takes milliseconds. */
const smallBytes = 8 * 1024 * 1024;

/** What is in the file is wrong or cannot be read; not: it could not be opened here and now. */
const isDamage = (error: unknown) =>
  error instanceof DamagedError || (/^SQLITE_(CORRUPT|NOTADB|IOERR)/.test(errnoOf(error) ?? '') && !isDiskFull(error));

/** Throws DamagedError when the file was checked (small, or `always`) and is not whole. */
function openChecked(path: string, synchronous: 'FULL' | 'NORMAL', always: boolean): Db {
  const db = openDatabase(path, synchronous);
  try {
    if (always || statSync(path).size <= smallBytes) {
      const found = db.$client.query<{ quick_check: string }, []>('PRAGMA quick_check(3)').all();
      if (found[0]?.quick_check !== 'ok') throw new DamagedError(found.map((row) => row.quick_check).join('; '));
    }
    return db;
  } catch (error) {
    db.$client.close();
    throw error;
  }
}

/** A file cut to nothing is a valid SQLite database without tables. */
export const isBlank = (db: Db): boolean =>
  db.$client.query<{ n: number }, []>('SELECT count(*) AS n FROM sqlite_master').get()?.n === 0;

/** Opens what must not be lost. Throws DamagedError when it cannot be trusted. */
export function openMain(path: string, log: Log): Db {
  const unclean = existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0;
  try {
    const db = openChecked(path, 'FULL', unclean);
    if (unclean) log.info('Database checked after an unclean stop', { result: 'ok' });
    return db;
  } catch (error) {
    if (!isDamage(error)) throw error;
    const problem = `The database ${basename(path)} is damaged: ${(error as Error).message}.`;
    throw new DamagedError(problem, { cause: error });
  }
}

/** What is worth keeping, not worth refusing to start for: a damaged file is set aside and begun anew. */
export function openExpendable(path: string, migrations: string, log: Log): Db {
  const open = () => {
    const db = openChecked(path, 'NORMAL', false);
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
    if (!isDamage(error)) throw error;
    const aside = `${path}.damaged`; // one name: the next one replaces it, so they cannot fill the disk
    log.error(`The database ${basename(path)} is damaged and was set aside`, { aside, error: String(error) });
    renameSync(path, aside);
    for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
    return open();
  }
}
