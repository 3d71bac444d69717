import { describe, expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, startTestApp } from '../../../test/harness/app.ts';
import { scenarios } from '../../../test/harness/scenario.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { buildTree } from '../../../test/harness/trees.ts';
import { createLogStore } from './logs.store.ts';
import { defaultSyncOptions } from './options.ts';
import { runErrors, runs } from './table.ts';

const home = tempDir('home');
mkdirSync(join(home, 'dst'));
buildTree(join(home, 'src'), { a: '1', 'sub/b': '22' });
const app = startTestApp({ ALLOWED_BROWSE_PATHS: home });
const call = async (method: string, path: string, body?: unknown): Promise<Answer> =>
  app.call(method, path, { body, token: await app.signIn() });

const jobTo = async (subdir: string, options: object = {}): Promise<number> => {
  const made = await call('POST', '/api/jobs', {
    name: `Job ${subdir}`,
    source_dirs: [join(home, 'src')],
    destination_type: 'local',
    destination_config: { mount_point: join(home, 'dst'), backup_subdir: subdir },
    sync_options: options,
  });
  return made.json.id;
};

/** A finished run, as it lies in the table. */
const finished = (jobId: number, values: Partial<typeof runs.$inferInsert> = {}): { id: number; uuid: string } =>
  app.data.main
    .insert(runs)
    .values({
      uuid: crypto.randomUUID(),
      jobId,
      jobName: 'as it was called then',
      status: 'completed',
      trigger: 'manual',
      dryRun: false,
      syncOptions: defaultSyncOptions,
      createdAt: Date.UTC(2026, 0, 1),
      startedAt: Date.UTC(2026, 0, 1, 2),
      completedAt: Date.UTC(2026, 0, 1, 2, 15),
      ...values,
    })
    .returning({ id: runs.id, uuid: runs.uuid })
    .get();

describe('running a job', () => {
  test('begins a run, which can be read while it goes and afterwards', async () => {
    const job = await jobTo('run');
    const started = await call('POST', `/api/jobs/${job}/run`);
    expect([started.status, started.json]).toEqual([200, { run_id: expect.any(Number), message: 'Job started' }]);
    const path = `/api/runs/${started.json.run_id}`;
    const early = (await call('GET', path)).json;
    expect(early).toMatchObject({ job_id: job, trigger: 'manual', completed_at: null, files_transferred: 0 });
    expect(['pending', 'running']).toContain(early.status);
    await app.app.backups.idle();
    const run = (await call('GET', path)).json;
    expect(run).toEqual({
      id: started.json.run_id,
      job_id: job,
      job_name: 'Job run',
      status: 'completed',
      trigger: 'manual',
      schedule_id: null,
      started_at: '2026-01-05T02:00:00Z',
      completed_at: '2026-01-05T02:00:00Z',
      files_transferred: 2,
      bytes_transferred: 3,
      files_deleted: 0,
      error_message: null,
      uuid: expect.any(String),
      reason: null,
      retry_of: null,
      phase: null,
      progress: null,
      files_total: 2,
      bytes_total: 3,
      warning_count: 0,
      error_count: 0,
      dry_run: false,
      confirm: null,
    });
    expect((await call('GET', `/api/jobs/${job}`)).json.last_run).toEqual({
      id: run.id,
      status: 'completed',
      started_at: run.started_at,
      completed_at: run.completed_at,
    });
  });

  test('takes options for this run alone', async () => {
    const job = await jobTo('options', { exclude_patterns: ['b'] });
    const before = (await call('GET', `/api/jobs/${job}`)).json.sync_options;
    const { run_id } = (await call('POST', `/api/jobs/${job}/run`, { sync_options: { dry_run: true } })).json;
    await app.app.backups.idle();
    expect((await call('GET', `/api/runs/${run_id}`)).json).toMatchObject({ dry_run: true, files_transferred: 1 });
    expect((await call('GET', `/api/jobs/${job}`)).json.sync_options).toEqual(before);
  });

  test('works for a job that is switched off: that stops schedules alone', async () => {
    const job = await jobTo('off');
    const { json } = await call('GET', `/api/jobs/${job}`);
    const off = await call('PUT', `/api/jobs/${job}`, { ...json, enabled: false });
    expect(off.json.enabled).toBe(false);
    expect((await call('POST', `/api/jobs/${job}/run`)).status).toBe(200);
    await app.app.backups.idle();
  });

  test('a second time while it runs is a conflict; cancelling ends it, once', async () => {
    buildTree(join(home, 'src'), { big: Buffer.alloc(4 * 1024 * 1024, 'x') });
    const job = await jobTo('slow', { bandwidth_limit_kbps: 500 });
    const cancel = () => call('POST', `/api/jobs/${job}/cancel`);
    const idle = await cancel();
    expect([idle.status, idle.json]).toEqual([409, { error: 'Conflict', message: 'This job is not running' }]);

    const { run_id } = (await call('POST', `/api/jobs/${job}/run`)).json;
    const second = await call('POST', `/api/jobs/${job}/run`);
    expect([second.status, second.json]).toEqual([409, { error: 'Conflict', message: 'This job is already running' }]);
    for (let ask = 0; ask < 2; ask += 1) {
      const cancelled = await cancel();
      expect([cancelled.status, cancelled.json]).toEqual([200, { message: 'Job cancelled' }]);
    }
    await app.app.backups.idle();
    expect((await call('GET', `/api/runs/${run_id}`)).json).toMatchObject({
      status: 'cancelled',
      reason: null,
      error_message: 'Cancelled',
      phase: null,
    });
    // What somebody asked for is no error.
    expect((await call('GET', `/api/runs/${run_id}/logs`)).json.at(-1)).toMatchObject({
      level: 'info',
      message: 'Cancelled',
    });
    expect((await cancel()).status).toBe(409);
    expect((await call('GET', `/api/jobs/${job}/runs`)).json).toHaveLength(1);
  });

  test('an edit while it runs counts from the next run', async () => {
    const job = await jobTo('edited', { bandwidth_limit_kbps: 500 });
    const { run_id } = (await call('POST', `/api/jobs/${job}/run`)).json;
    const { json } = await call('GET', `/api/jobs/${job}`);
    expect((await call('PUT', `/api/jobs/${job}`, { ...json, name: 'Renamed', sync_options: {} })).status).toBe(200);
    await call('POST', `/api/jobs/${job}/cancel`);
    await app.app.backups.idle();
    expect((await call('GET', `/api/runs/${run_id}`)).json.job_name).toBe('Job edited');
    const row = app.data.main
      .select()
      .from(runs)
      .all()
      .find((one) => one.id === run_id);
    expect(row?.syncOptions.bandwidth_limit_kbps).toBe(500);
  });

  const job = 1;
  scenarios(
    () => app,
    (
      [
        ['a confirmation that is a number', { confirm: 5 }, 400, "Field 'confirm' must be a text"],
        ['a confirmation without end', { confirm: 'x'.repeat(201) }, 400, "Field 'confirm' must be at most 200"],
        ['a confirmation nobody gave out', { confirm: 'made up' }, 409, 'This confirmation is not valid'],
        ['options that are none', { sync_options: 5 }, 400, "Field 'sync_options' must be an object"],
        [
          'an option of the wrong type',
          { sync_options: { dry_run: 'yes' } },
          400,
          "Field 'sync_options.dry_run' must be",
        ],
        ['a bad pattern', { sync_options: { exclude_patterns: ['\n'] } }, 400, 'exclude_patterns.0'],
        ['a body that is no object', [], 400, 'The body must be a JSON object'],
      ] as const
    ).map(([name, body, status, says]) => ({
      name: `is refused with ${name}, and no run begins`,
      method: 'POST',
      path: `/api/jobs/${job}/run`,
      body,
      status,
      after: async (_: unknown, answer: Answer) => {
        expect(answer.json.message).toContain(says);
        expect((await call('GET', `/api/jobs/${job}/runs`)).json).toHaveLength(1);
      },
    })),
  );
});

describe('lists', () => {
  const ids = (answer: Answer) => answer.json.map((one: { id: number }) => one.id);

  test('of runs come newest first, twenty unless told, and page without a gap', async () => {
    const job = await jobTo('history');
    const other = await jobTo('other history');
    const made = Array.from({ length: 25 }, () => {
      finished(other);
      return finished(job).id;
    }).reverse();
    const page = async (query: string) => ids(await call('GET', `/api/jobs/${job}/runs${query}`));
    expect(await page('')).toEqual(made.slice(0, 20));
    expect(await page('?limit=7')).toEqual(made.slice(0, 7));
    expect(await page('?limit=7&offset=7')).toEqual(made.slice(7, 14));
    expect(await page('?limit=1000&offset=24')).toEqual(made.slice(24));
    expect(await page('?offset=25')).toEqual([]);
    expect(await page('?limit=999999999')).toEqual(made);
    expect(await page('?limit=0')).toEqual(made.slice(0, 1));
    expect(await page('?offset=999999999999999')).toEqual([]);
  });

  test('of log lines come oldest first, and by level', async () => {
    const run = finished(await jobTo('logged'));
    const rows = (['info', 'warning', 'error', 'info'] as const).map((level, n) => ({
      timestamp: Date.UTC(2026, 0, 5, 2, 0, n),
      level,
      message: `line ${n} <b>"\u0007`,
    }));
    createLogStore(app.data.logs).append(run.uuid, rows);
    const read = async (query: string) => (await call('GET', `/api/runs/${run.id}/logs${query}`)).json;
    const all = await read('');
    expect(all[0]).toEqual({
      id: 1,
      run_id: run.id,
      timestamp: '2026-01-05T02:00:00Z',
      level: 'info',
      message: 'line 0 <b>"\u0007',
    });
    const levels = async (query: string) => (await read(query)).map((line: { level: string }) => line.level);
    expect(await levels('')).toEqual(['info', 'warning', 'error', 'info']);
    expect(await levels('?level=info')).toEqual(['info', 'info']);
    expect(await levels('?level=error')).toEqual(['error']);
    expect(await levels('?limit=2&offset=1')).toEqual(['warning', 'error']);
    expect(await levels('?level=info&limit=1&offset=1')).toEqual(['info']);
    expect(await levels('?limit=999999999')).toHaveLength(4);
  });

  test('of log lines hold a thousand unless told, and at most ten thousand', async () => {
    const run = finished(await jobTo('talkative'));
    const line = { timestamp: 0, level: 'info' as const, message: 'x' };
    createLogStore(app.data.logs).append(
      run.uuid,
      Array.from({ length: 11_000 }, () => line),
    );
    expect((await call('GET', `/api/runs/${run.id}/logs`)).json).toHaveLength(1000);
    expect((await call('GET', `/api/runs/${run.id}/logs?limit=100000`)).json).toHaveLength(10_000);
  });

  test('of what could not be copied name each file as a person can read it', async () => {
    const run = finished(await jobTo('partial'), { status: 'failed', reason: 'partial', errorCount: 2 });
    const names = [Buffer.from('line\nbreak'), Buffer.from([0x61, 0xff]), Buffer.alloc(0)];
    for (const [n, path] of names.entries())
      app.data.main
        .insert(runErrors)
        .values({ runId: run.id, landing: 'src', path, level: n === 1 ? 'warning' : 'error', message: 'why' })
        .run();
    const all = (await call('GET', `/api/runs/${run.id}/errors`)).json;
    expect(all).toEqual([
      { landing: 'src', path: 'line\\u000abreak', level: 'error', message: 'why' },
      { landing: 'src', path: 'a\\xff', level: 'warning', message: 'why' },
      { landing: 'src', path: '', level: 'error', message: 'why' },
    ]);
    expect((await call('GET', `/api/runs/${run.id}/errors?limit=1&offset=1`)).json).toEqual([all[1]]);
  });

  const routes = ['/api/jobs/1/runs', '/api/runs/1/logs', '/api/runs/1/errors'];
  const wrong = ['limit=1e9', 'limit=-1', 'limit=abc', 'limit=', 'limit=1.5', 'offset=-1', 'offset=1e18', 'offset=%00'];
  scenarios(
    () => app,
    routes.flatMap((path) =>
      wrong.map((query) => ({
        name: `${path} is refused with ${query}`,
        method: 'GET',
        path: `${path}?${query}`,
        status: 400,
        exactly: { error: 'Invalid request', message: `Field '${query.split('=')[0]}' must be a whole number from 0` },
      })),
    ),
  );
  scenarios(
    () => app,
    ["' OR 1=1--", 'debug', 'INFO', '', 'info,error'].map((level) => ({
      name: `/api/runs/1/logs is refused with the level ${JSON.stringify(level)}`,
      method: 'GET',
      path: `/api/runs/1/logs?level=${encodeURIComponent(level)}`,
      status: 400,
      contains: ["Field 'level' must be one of"],
      lacks: ['OR 1=1'],
    })),
  );
});

test('a run keeps the name its job had, and a finished one shows no token that was used', async () => {
  const job = await jobTo('stopped');
  const stopped = { status: 'failed', reason: 'source_empty', finding: 'source_empty:/x', confirm: 'token' } as const;
  const [open, used] = [finished(job, stopped), finished(job, { ...stopped, confirm: 'used', confirmUsedAt: 1 })];
  expect((await call('GET', `/api/runs/${open.id}`)).json).toMatchObject({
    job_name: 'as it was called then',
    status: 'failed',
    reason: 'source_empty',
    started_at: '2026-01-01T02:00:00Z',
    completed_at: '2026-01-01T02:15:00Z',
    confirm: 'token',
  });
  expect((await call('GET', `/api/runs/${used.id}`)).json.confirm).toBeNull();
});
