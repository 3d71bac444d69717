import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { type Answer, startTestApp } from '../../../test/harness/app.ts';
import { backupLab } from '../../../test/harness/backup.ts';
import { type Scenario, scenarios } from '../../../test/harness/scenario.ts';
import { snapshotTree } from '../../../test/harness/snapshot.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { buildTree } from '../../../test/harness/trees.ts';
import { transaction } from '../../db/open.ts';
import type { BackupsEvents } from './events.ts';
import { createLogStore } from './logs.store.ts';
import { defaultSyncOptions } from './options.ts';
import { runErrors, runStatistics, runs } from './table.ts';

const dayMs = 86_400_000;
const home = tempDir('home');
buildTree(home, { 'src/a': '1', 'dst/': null });
const app = startTestApp({ ALLOWED_BROWSE_PATHS: home });
const logs = createLogStore(app.data.logs);
const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
  app.call(method, path, { body, owner: true });

let jobsMade = 0;
const newJob = async (): Promise<number> => {
  const made = await call('POST', '/api/jobs', {
    name: 'Backup',
    source_dirs: [join(home, 'src')],
    destination_type: 'local',
    destination_config: { mount_point: join(home, 'dst'), backup_subdir: `b${jobsMade++}` },
  });
  return made.json.id;
};
/** A run as it lies in the tables, finished unless told otherwise, with a line of log and a file that failed. */
function put(jobId: number, values: Partial<typeof runs.$inferInsert> = {}): { id: number; uuid: string } {
  const run = app.data.main
    .insert(runs)
    .values({
      uuid: crypto.randomUUID(),
      jobId,
      jobName: 'Backup',
      status: 'completed',
      trigger: 'manual',
      dryRun: false,
      syncOptions: defaultSyncOptions,
      filesTransferred: 7,
      bytesTransferred: 700,
      createdAt: app.clock.now(),
      startedAt: app.clock.now(),
      completedAt: app.clock.now() + 61_499,
      ...values,
    })
    .returning({ id: runs.id, uuid: runs.uuid })
    .get();
  const path = Buffer.from('a');
  app.data.main.insert(runErrors).values({ runId: run.id, landing: 'src', path, level: 'error', message: 'x' }).run();
  logs.append(run.uuid, [{ timestamp: 0, level: 'info', message: 'Starting' }]);
  return run;
}
const running = { status: 'running', completedAt: null } as const;
const runIds = async (jobId: number): Promise<number[]> =>
  (await call('GET', `/api/jobs/${jobId}/runs?limit=1000`)).json.map((run: { id: number }) => run.id);
const statistics = async (jobId: number, query = '') =>
  (await call('GET', `/api/jobs/${jobId}/statistics${query}`)).json;
const rowsOf = (table: 'log_lines' | 'run_errors') => {
  const { $client } = table === 'log_lines' ? app.data.logs : app.data.main;
  return $client.query<{ n: number }, []>(`SELECT count(*) AS n FROM ${table}`).get()?.n;
};
const told = async (name: 'runs.removed' | 'job.changed', work: () => Promise<unknown>): Promise<unknown[]> => {
  const heard: unknown[] = [];
  const off = app.app.backups.events.on(name, (news: BackupsEvents[typeof name]) => heard.push(news));
  await work();
  off();
  return heard;
};

describe('the doors to what is written down of runs', () => {
  const routes: [method: string, path: (id: string) => string, what: string][] = [
    ['DELETE', (id) => `/api/runs/${id}`, 'Run'],
    ['GET', (id) => `/api/runs/${id}/deletions`, 'Run'],
    ['DELETE', (id) => `/api/jobs/${id}/runs`, 'Job'],
    ['GET', (id) => `/api/jobs/${id}/statistics`, 'Job'],
  ];
  const rows: Scenario[] = routes.flatMap(([method, path, what]) => [
    { name: `${method} ${path(':id')} asks for a login`, method, path: path('1'), as: 'nobody', status: 401 },
    {
      name: `${method} ${path(':id')} tells that there is no such ${what.toLowerCase()}`,
      method,
      path: path('999999'),
      status: 404,
      exactly: { error: 'Not found', message: `${what} not found` },
    },
    ...['0', '-1', '1.5', 'abc', '1e3', '1%20'].map((id) => ({
      name: `${method} ${path(id)} is refused`,
      method,
      path: path(id),
      status: 400,
      lacks: ['SQL'],
    })),
  ]);
  scenarios(
    () => app,
    [
      ...rows,
      { name: 'DELETE /api/runs asks for a login', method: 'DELETE', path: '/api/runs', as: 'nobody', status: 401 },
    ],
  );
});

describe('deleting a run', () => {
  test('removes it with its log and its errors, and leaves one line of statistics', async () => {
    const job = await newJob();
    const [gone, kept] = [put(job, { status: 'failed', reason: 'partial' }), put(job)];
    const errors = rowsOf('run_errors') as number;
    const answer = await call('DELETE', `/api/runs/${gone.id}`);
    expect([answer.status, answer.json]).toEqual([200, { message: 'Run deleted' }]);
    expect(await runIds(job)).toEqual([kept.id]);
    for (const below of ['', '/logs', '/errors', '/deletions'])
      expect((await call('GET', `/api/runs/${gone.id}${below}`)).status).toBe(404);
    expect((await call('DELETE', `/api/runs/${gone.id}`)).status).toBe(404);
    expect(rowsOf('run_errors')).toBe(errors - 1);
    expect(
      app.data.main
        .select()
        .from(runStatistics)
        .all()
        .filter((row) => row.jobId === job),
    ).toEqual([
      {
        id: gone.id,
        jobId: job,
        startedAt: app.clock.now(),
        status: 'failed',
        reason: 'partial',
        dryRun: false,
        files: 7,
        bytes: 700,
        seconds: 61,
      },
    ]);
  });

  test('is refused while it is pending or running', async () => {
    for (const status of ['pending', 'running'] as const) {
      const job = await newJob();
      const { id } = put(job, { ...running, status });
      const answer = await call('DELETE', `/api/runs/${id}`);
      expect([answer.status, answer.json]).toEqual([
        409,
        { error: 'Conflict', message: 'This run is still active. Cancel it before you delete it.' },
      ]);
      expect(await runIds(job)).toEqual([id]);
    }
  });

  test('takes also the last completed one: a person may', async () => {
    const job = await newJob();
    const { id } = put(job);
    expect((await call('DELETE', `/api/runs/${id}`)).status).toBe(200);
    expect((await call('GET', `/api/jobs/${job}`)).json.last_run).toBeNull();
  });

  test('is told, and the job is told as changed when its last run is another one now', async () => {
    const job = await newJob();
    const [first, second, third] = [put(job), put(job), put(job)];
    expect(await told('runs.removed', () => call('DELETE', `/api/runs/${second.id}`))).toEqual([
      { runIds: [second.id] },
    ]);
    expect(await told('job.changed', () => call('DELETE', `/api/runs/${first.id}`))).toEqual([]);
    expect(await told('job.changed', () => call('DELETE', `/api/runs/${third.id}`))).toEqual([{ jobId: job }]);
  });

  test('never gives its number to another run', async () => {
    const job = await newJob();
    const { id } = put(job);
    await call('DELETE', `/api/runs/${id}`);
    expect(put(job).id).toBeGreaterThan(id);
  });
});

describe('deleting the runs of a job', () => {
  test('removes the finished ones, counts them, and leaves the active one and other jobs alone', async () => {
    const [job, other] = [await newJob(), await newJob()];
    const old = [put(job), put(job, { status: 'failed', reason: 'no_space' }), put(job, { status: 'cancelled' })];
    const active = put(job, running);
    const foreign = put(other);
    const news = await told('runs.removed', async () => {
      const answer = await call('DELETE', `/api/jobs/${job}/runs`);
      expect([answer.status, answer.json]).toEqual([200, { message: 'Runs deleted', count: 3 }]);
    });
    expect(news).toEqual([{ runIds: old.map((run) => run.id) }]);
    expect([await runIds(job), await runIds(other)]).toEqual([[active.id], [foreign.id]]);
    expect((await statistics(job)).map((row: { status: string }) => row.status)).toEqual([
      'cancelled',
      'failed',
      'completed',
    ]);
    expect((await call('DELETE', `/api/jobs/${job}/runs`)).json.count).toBe(0);
  });

  test('takes also more than go at once', async () => {
    const job = await newJob();
    transaction(app.data.main, () => {
      for (let n = 0; n < 450; n += 1) put(job);
    });
    expect((await call('DELETE', `/api/jobs/${job}/runs`)).json.count).toBe(450);
    expect(await runIds(job)).toEqual([]);
    expect(await statistics(job, '?limit=1000')).toHaveLength(450);
  });
});

describe('statistics', () => {
  test('are one series of removed and existing runs, newest first, in pages without a gap', async () => {
    const job = await newJob();
    const made = Array.from({ length: 12 }, (_, n) => {
      app.clock.advance(n % 3 === 0 ? 0 : 3_600_000); // some start in the same millisecond
      return put(job, { filesTransferred: n });
    });
    put(job, running);
    await call('DELETE', `/api/runs/${made[4]?.id}`);
    await call('DELETE', `/api/runs/${made[9]?.id}`);
    const all = await statistics(job);
    expect(all.map((row: { files: number }) => row.files)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    expect(all[0]).toEqual({
      job_id: job,
      started_at: new Date(app.clock.now()).toISOString().replace('.000', ''),
      status: 'completed',
      reason: null,
      dry_run: false,
      files: 11,
      bytes: 700,
      seconds: 61,
    });
    const pages = [];
    for (let offset = 0; offset < 13; offset += 5) pages.push(...(await statistics(job, `?limit=5&offset=${offset}`)));
    expect(pages).toEqual(all);
    await call('DELETE', `/api/jobs/${job}/runs`);
    expect(await statistics(job)).toEqual(all);
  });

  test('count nothing for a dry run, and no time below zero when the clock was set back', async () => {
    const job = await newJob();
    put(job, { dryRun: true, completedAt: app.clock.now() - dayMs });
    const line = { dry_run: true, files: 0, bytes: 0, seconds: 0 };
    expect(await statistics(job)).toMatchObject([line]);
    await call('DELETE', `/api/jobs/${job}/runs`);
    expect(await statistics(job)).toMatchObject([line]);
  });

  test('are kept for 400 days, and go with their job', async () => {
    const job = await newJob();
    for (const days of [0, 2]) put(job, { startedAt: app.clock.now() + days * dayMs, completedAt: null });
    const living = put(await newJob());
    await call('DELETE', `/api/jobs/${job}/runs`);
    app.clock.advance(401 * dayMs);
    app.app.backups.sweep();
    expect(await statistics(job)).toHaveLength(1);
    app.clock.advance(2 * dayMs);
    app.app.backups.sweep();
    expect(await statistics(job)).toEqual([]);
    expect((await call('GET', `/api/runs/${living.id}`)).status).toBe(200);

    put(job);
    await call('DELETE', `/api/jobs/${job}/runs`);
    expect((await call('DELETE', `/api/jobs/${job}`)).status).toBe(200);
    expect(
      app.data.main
        .select()
        .from(runStatistics)
        .all()
        .filter((row) => row.jobId === job),
    ).toEqual([]);
  });
});

test('deleting a job forgets its runs and their lines, and tells both, the job first', async () => {
  const job = await newJob();
  const made = [put(job), put(job)];
  const heard: unknown[] = [];
  const { events } = app.app.backups;
  const offs = [
    events.on('job.removed', (news) => heard.push(news)),
    events.on('runs.removed', (news) => heard.push(news)),
  ];
  await call('DELETE', `/api/jobs/${job}`);
  for (const off of offs) off();
  expect(heard).toEqual([{ jobId: job }, { runIds: made.map((run) => run.id) }]);
  expect(made.map((run) => logs.list(run.uuid, undefined, 1, 0))).toEqual([[], []]);
});

describe('purging', () => {
  test('removes the finished runs of all jobs and all statistics; active runs stay', async () => {
    await call('DELETE', '/api/runs');
    const jobs = [await newJob(), await newJob()];
    for (const job of jobs) for (let n = 0; n < 3; n += 1) put(job);
    const active = put(jobs[0] ?? 0, running);
    await call('DELETE', `/api/jobs/${jobs[1]}/runs`);
    const answer = await call('DELETE', '/api/runs');
    expect([answer.status, answer.json]).toEqual([200, { message: 'All runs deleted', count: 3 }]);
    expect(await Promise.all(jobs.map(runIds))).toEqual([[active.id], []]);
    expect(app.data.main.select().from(runStatistics).all()).toEqual([]);
    expect((await call('GET', '/api/jobs')).json.length).toBeGreaterThanOrEqual(2);
    expect((await call('DELETE', '/api/runs')).json.count).toBe(0);
  });

  test('in the end leaves no line of a removed run in the log database, and every line of the others', async () => {
    await call('DELETE', '/api/runs');
    const job = await newJob();
    const [gone, kept] = [put(job), put(job, running)];
    const line = { timestamp: 0, level: 'info', message: 'x' } as const;
    for (const { uuid } of [gone, kept])
      logs.append(
        uuid,
        Array.from({ length: 11_000 }, () => line),
      );
    await call('DELETE', `/api/runs/${gone.id}`);
    const active = app.data.main.select({ uuid: runs.uuid }).from(runs).all();
    const expected = active.reduce((all, { uuid }) => all + logs.list(uuid, undefined, 100_000, 0).length, 0);
    expect(expected).toBeGreaterThan(11_000);
    for (let tries = 0; rowsOf('log_lines') !== expected && tries < 500; tries += 1) await Bun.sleep(10);
    expect(rowsOf('log_lines')).toBe(expected);
  });
});

describe('with real runs', () => {
  test('one that goes on is not disturbed when everything else is deleted', async () => {
    const lab = backupLab();
    buildTree(lab.src, { big: Buffer.alloc(1024 * 1024, 'x') });
    const job = await lab.job();
    await lab.run(job);
    buildTree(lab.src, { big: Buffer.alloc(1024 * 1024, 'y') });
    const run = await lab.start(job, { sync_options: { bandwidth_limit_kbps: 1000 } });
    const ask = (method: string, path: string) => lab.app.call(method, path, { owner: true });
    expect((await ask('DELETE', `/api/runs/${run}`)).status).toBe(409);
    expect((await ask('DELETE', '/api/runs')).json.count).toBe(1);
    expect((await ask('DELETE', `/api/jobs/${job}/runs`)).json.count).toBe(0);
    await lab.app.app.backups.idle();
    expect(await lab.read(run)).toMatchObject({ status: 'completed', files_transferred: 1 });
    expect((await lab.logs(run)).at(-1)).toStartWith('Completed: 1 files');
    const before = snapshotTree(lab.dst);
    expect((await ask('DELETE', '/api/runs')).json.count).toBe(1);
    expect(snapshotTree(lab.dst)).toEqual(before);
  });

  test('a lower number of runs to keep holds from the next run on; statistics and the last good run stay', async () => {
    const lab = backupLab();
    buildTree(lab.src, { a: '1' });
    const ask = (method: string, path: string, body?: object) => lab.app.call(method, path, { owner: true, body });
    const job = await lab.job();
    const good = await lab.run(job);
    const { json } = await ask('GET', `/api/jobs/${job}`);
    await ask('PUT', `/api/jobs/${job}`, { ...json, sync_options: { dry_run: true } });
    expect(await lab.run(job)).toMatchObject({ status: 'completed', dry_run: true });
    // Later runs fail: their destination is gone.
    await ask('PUT', `/api/jobs/${job}`, { ...json, destination_config: { mount_point: join(lab.dir, 'gone') } });
    for (let n = 0; n < 4; n += 1) expect((await lab.run(job)).status).toBe('failed');
    await ask('PUT', '/api/settings', { max_runs_per_job: 2 });
    expect((await ask('GET', `/api/jobs/${job}/runs`)).json).toHaveLength(6);
    const last = await lab.run(job);
    const left = (await ask('GET', `/api/jobs/${job}/runs`)).json.map((run: { id: number }) => run.id);
    expect(left).toEqual([last.id, last.id - 1, good.id]);
    const series = (await ask('GET', `/api/jobs/${job}/statistics`)).json;
    expect(series.map((row: { reason: string | null }) => row.reason)).toEqual([
      ...Array<string>(5).fill('destination_missing'),
      null,
      null,
    ]);
    expect(lab.app.data.main.select().from(runStatistics).all()).toHaveLength(4);
  });
});
