import { describe, expect, test } from 'bun:test';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestApp } from '../../../test/harness/app.ts';
import { scale } from '../../../test/harness/scale.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { assets } from '../../config/assets.ts';
import { migrateDatabase } from '../../db/migrate.ts';
import { type Db, openDatabase } from '../../db/open.ts';
import { createLogSweeper } from './log-sweeper.ts';
import { createLogStore, type LogLine } from './logs.store.ts';
import { defaultSyncOptions } from './options.ts';
import { runs } from './table.ts';

const line = (message: string): LogLine => ({ timestamp: 0, level: 'info', message });
/** A log database with 12,000 lines of the run `a`. */
function logsWithLines() {
  const db = openDatabase(join(tempDir('logs'), 'logs.db'), 'NORMAL');
  migrateDatabase(db, join(assets().migrations, 'logs'), () => {});
  const logs = createLogStore(db);
  logs.append(
    'a',
    Array.from({ length: 12_000 }, () => line('x')),
  );
  return { db, logs };
}
const count = (db: Db) => db.$client.query<{ n: number }, []>('SELECT count(*) AS n FROM log_lines').get()?.n;
const until = async (holds: () => boolean) => {
  for (let tries = 0; !holds() && tries < 300; tries += 1) await Bun.sleep(10);
};
const errors: unknown[] = [];
const onError = (error: unknown) => errors.push(error);

describe('lines of removed runs', () => {
  test('cannot be read from the moment on, and go in the background', async () => {
    const { db, logs } = logsWithLines();
    createLogSweeper({ logs, onError }).forget(['a']);
    expect([logs.list('a', undefined, 1, 0), count(db)]).toEqual([[], 12_000]);
    await until(() => count(db) === 0);
    expect([count(db), logs.removeSome(), errors]).toEqual([0, false, []]);
  });

  test('that an earlier process left are removed after the next start', async () => {
    const { db, logs } = logsWithLines();
    logs.remove(['a']);
    const sweeper = createLogSweeper({ logs, onError });
    sweeper.begin();
    sweeper.begin();
    await until(() => count(db) === 0);
    expect([count(db), errors]).toEqual([0, []]);
  });

  test('whose run’s row was the last thing to go before a crash are removed after the next start, until it stops', async () => {
    const dir = tempDir('app');
    const first = startTestApp({}, undefined, dir);
    const lines = Array.from({ length: 12_000 }, () => line('x'));
    createLogStore(first.data.logs).append('a', lines);
    first.close();
    const second = startTestApp({}, undefined, dir);
    second.app.backups.start();
    await until(() => count(second.data.logs) === 0);
    expect(count(second.data.logs)).toBe(0);
    createLogStore(second.data.logs).append('b', lines);
    second.app.backups.start();
    await second.app.backups.stop();
    await Bun.sleep(60);
    expect(count(second.data.logs)).toBe(12_000);
  });

  test('stay when the program stops: a closed database is never written to', async () => {
    const { db, logs } = logsWithLines();
    const sweeper = createLogSweeper({ logs, onError });
    sweeper.forget(['a']);
    sweeper.stop();
    sweeper.begin();
    db.$client.close();
    await Bun.sleep(60);
    expect(errors).toEqual([]);
  });

  test('that cannot be forgotten (full disk) are told, and stop nobody: the next start finds them', () => {
    const { db, logs } = logsWithLines();
    const told: unknown[] = [];
    const sweeper = createLogSweeper({ logs, onError: (error) => told.push(error) });
    db.$client.run('PRAGMA query_only = ON');
    sweeper.forget(['a']);
    db.$client.run('PRAGMA query_only = OFF');
    expect(told).toHaveLength(1);
    logs.sweep(new Set());
    expect(logs.list('a', undefined, 1, 0)).toEqual([]);
    sweeper.stop();
  });
});

test(`a start reads none of ${scale.logLines} log lines`, async () => {
  const dir = tempDir('app');
  const first = startTestApp({}, undefined, dir);
  const job = { name: 'x', source_dirs: ['/home'], destination_type: 'local' };
  const made = await first.call('POST', '/api/jobs', {
    owner: true,
    body: { ...job, destination_config: { mount_point: '/mnt/x', backup_subdir: '' } },
  });
  const finished = { jobName: 'x', status: 'completed', trigger: 'manual', dryRun: false } as const;
  const values = { ...finished, jobId: made.json.id, uuid: 'r', syncOptions: defaultSyncOptions, createdAt: 0 };
  const run = first.data.main.insert(runs).values(values).returning().get();
  const logs = createLogStore(first.data.logs);
  // More than what is checked whole at every start.
  const long = line(`MARK ${'x'.repeat(200)}`);
  for (let n = 0; n < scale.logLines; n += 5000)
    logs.append(
      'r',
      Array.from({ length: 5000 }, () => long),
    );
  first.close();

  // Whoever looks at a page with lines from now on is told that the database is damaged.
  const file = join(dir, 'logs.db');
  const bytes = readFileSync(file);
  const pageSize = 4096;
  let spoilt = 0;
  for (let at = pageSize; at < bytes.length; at += pageSize) {
    const page = bytes.subarray(at, at + pageSize);
    if (!page.includes('MARK')) continue;
    page.fill(0xff);
    spoilt += 1;
  }
  writeFileSync(file, bytes);
  expect(spoilt).toBeGreaterThan(scale.logLines / 20);

  const second = startTestApp({}, undefined, dir);
  second.app.backups.start();
  await Bun.sleep(60);
  expect(existsSync(`${file}.damaged`)).toBe(false);
  expect((await second.call('GET', `/api/runs/${run.id}`, { owner: true })).status).toBe(200);
  expect((await second.call('GET', `/api/runs/${run.id}/logs`, { owner: true })).status).toBe(500);
});
