import { describe, expect, test } from 'bun:test';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fakeClock } from '../test/harness/clock.ts';
import { tempDir } from '../test/harness/temp.ts';
import { assets } from './config/assets.ts';
import { createLog } from './core/log.ts';
import { type DataFolder, listSnapshots, openDataFolder } from './db/data-folder.ts';
import { createHousekeeping, hourMs, snapshotTime } from './housekeeping.ts';

const dayMs = 24 * hourMs;

function open(dir = tempDir('housekeeping'), startMs = Date.UTC(2026, 0, 5, 2)) {
  const clock = fakeClock(startMs);
  const lines: string[] = [];
  const log = createLog('info', (line) => lines.push(line), clock.now);
  const data = openDataFolder({ dir, command: 'test', migrations: assets().migrations, log, now: clock.now });
  if (!('main' in data)) throw new Error(data.problem);
  let sweeps = 0;
  const sweep = () => {
    sweeps += 1;
    if (sweeps === 3) throw new Error('disk full');
  };
  const keeping = createHousekeeping({ data, clock, log, sweep });
  const days = (count: number) => {
    for (let hour = 0; hour < count * 24; hour += 1) {
      keeping.tick();
      clock.advance(hourMs);
    }
  };
  return {
    dir,
    clock,
    lines,
    data,
    keeping,
    days,
    copies: () => listSnapshots(dir).map((path) => basename(path)),
    sweeps: () => sweeps,
  };
}

const walBytes = ({ dir }: DataFolder) => {
  const path = join(dir, 'dynamight.db-wal');
  return existsSync(path) ? statSync(path).size : 0;
};

describe('while the server runs', () => {
  test('the database is copied once a day, and a week of copies is kept', () => {
    const { days, copies, data } = open();
    days(2);
    expect(copies()).toEqual(['20260106T020000Z-daily.db', '20260105T020000Z-daily.db']);
    days(10);
    expect(copies()).toHaveLength(7);
    expect(copies()[0]).toBe('20260116T020000Z-daily.db');
    data.close();
  });

  test('what has expired is removed every hour, and a failure of that stops nothing else', () => {
    const { days, sweeps, copies } = open();
    days(1);
    expect(sweeps()).toBe(24);
    expect(copies()).toHaveLength(1);
  });

  test('what is committed is written back into the database every hour', () => {
    const { data, keeping } = open();
    data.main.$client.run("INSERT INTO settings (key, value) VALUES ('theme', '\"dark\"')");
    expect(walBytes(data)).toBeGreaterThan(0);
    keeping.tick();
    expect(walBytes(data)).toBe(0);
    data.close();
  });

  test('the database is read through at the start and then weekly', () => {
    const { days, lines, data } = open();
    days(15);
    expect(lines.filter((line) => line.includes('Database read through'))).toHaveLength(3);
    data.close();
  });

  test('a clock that was far ahead once does not stop the copies', () => {
    const { clock, keeping, copies, data } = open();
    clock.setWall(Date.UTC(2030, 0, 1));
    keeping.tick();
    clock.setWall(Date.UTC(2026, 0, 5));
    keeping.tick();
    expect(copies().map((name) => name.slice(0, 4))).toEqual(['2030', '2026']);
    data.close();
  });

  test('a damaged database is reported, and its copies never push out the good ones', () => {
    const dir = tempDir('housekeeping');
    const first = open(dir);
    first.keeping.tick();
    const good = first.copies();
    first.data.main.$client.run('CREATE TABLE notes (word)');
    first.data.main.$client.run('CREATE INDEX notes_word ON notes (word)');
    first.data.main.$client.run("INSERT INTO notes VALUES ('needle')");
    const page = first.data.main.$client
      .query<{ n: number }, []>("SELECT rootpage AS n FROM sqlite_master WHERE name = 'notes_word'")
      .get()?.n;
    first.data.close();
    spoilIndex(join(dir, 'dynamight.db'), page ?? 0);

    // The quick check at the start does not compare indexes with their tables; the reading through does.
    const { days, lines, copies, data } = open(dir, first.clock.now() + 10 * dayMs);
    days(8);
    expect(lines.filter((line) => line.includes('The database is damaged'))).toHaveLength(2);
    expect(copies()).toEqual(good);
    data.close();
  });
});

/** Changes a word in the index alone: a table and its index then tell different things. */
function spoilIndex(path: string, page: number): void {
  const pageBytes = 4096;
  const bytes = readFileSync(path);
  const at = bytes.indexOf('needle', (page - 1) * pageBytes);
  expect(at).toBeGreaterThan((page - 1) * pageBytes);
  bytes.write('noodle', at);
  writeFileSync(path, bytes);
}

test('only files named like our copies count as copies', () => {
  expect(snapshotTime('/x/snapshots/20260105T020000Z-daily.db')).toBe(Date.UTC(2026, 0, 5, 2));
  expect(snapshotTime('/x/snapshots/copy.db')).toBeNull();
});
