import type { Clock } from './core/clock.ts';
import type { Log } from './core/log.ts';
import { type DataFolder, listSnapshots } from './db/data-folder.ts';
import { checkpoint, type Db } from './db/open.ts';

export const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;

/** What keeps the databases small, copied and proven while the server runs. */
export interface Housekeeping {
  /** One round; called every hour. */
  tick(): void;
}

export interface HousekeepingDeps {
  data: Pick<DataFolder, 'dir' | 'main' | 'logs' | 'snapshot'>;
  clock: Clock;
  log: Log;
  /** Removes what has expired: sessions, login challenges, counted failures. */
  sweep(): void;
}

/**
 * Every hour the write-ahead logs are written back; every day the main database is copied; at the first round and
 * every week after it is read through. Once it was found damaged no more copies are made: the good ones stay.
 */
export function createHousekeeping({ data, clock, log, sweep }: HousekeepingDeps): Housekeeping {
  let checkedAt: number | null = null;
  let damaged = false;

  const check = () => {
    checkedAt = clock.monotonic();
    damaged = true; // also when the file is so broken that reading it through throws
    const found = integrityProblems(data.main);
    damaged = found.length > 0;
    if (damaged)
      log.error('The database is damaged. Stop the server, then run "dynamight doctor" on this machine.', {
        dir: data.dir,
        found,
      });
    else log.info('Database read through', { result: 'ok' });
  };
  const attempt = (what: string, work: () => void) => {
    try {
      work();
    } catch (error) {
      log.error(`${what} failed`, { error });
    }
  };
  return {
    tick() {
      attempt('Removing what has expired', sweep);
      attempt('Writing back the database logs', () => {
        checkpoint(data.main);
        checkpoint(data.logs);
      });
      if (checkedAt === null || clock.monotonic() - checkedAt >= weekMs) attempt('Checking the database', check);
      if (!damaged && snapshotAgeMs(data.dir, clock.now()) >= dayMs)
        attempt('Copying the database', () => {
          log.info('Database copied', { to: data.snapshot('daily') });
        });
    },
  };
}

function integrityProblems(db: Db): string[] {
  const rows = db.$client.query<{ integrity_check: string }, []>('PRAGMA integrity_check(5)').all();
  return rows.map((row) => row.integrity_check).filter((text) => text !== 'ok');
}

/** Distance to the newest copy in both directions: a clock that was once far ahead must not stop the copies. */
function snapshotAgeMs(dir: string, nowMs: number): number {
  const newest = listSnapshots(dir)[0];
  const at = newest ? snapshotTime(newest) : null;
  return at === null ? Number.POSITIVE_INFINITY : Math.abs(nowMs - at);
}

/** UTC milliseconds in a snapshot's name, `20260105T020000Z-daily.db`; null for any other file. */
export function snapshotTime(path: string): number | null {
  const match = /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-[^/]*\.db$/.exec(path);
  if (!match) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
