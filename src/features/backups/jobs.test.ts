import { describe, expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, startTestApp } from '../../../test/harness/app.ts';
import { scenarios } from '../../../test/harness/scenario.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { buildTree } from '../../../test/harness/trees.ts';
import { defaultSyncOptions } from './options.ts';
import { schedules } from './table.ts';

const home = tempDir('home');
for (const dir of ['src', 'dst', 'other']) mkdirSync(join(home, dir));
const app = startTestApp({ ALLOWED_BROWSE_PATHS: home });
const good = {
  name: 'Photos',
  source_dirs: [join(home, 'src')],
  destination_type: 'local',
  destination_config: { mount_point: join(home, 'dst') },
};

const call = async (method: string, path: string, body?: unknown): Promise<Answer> =>
  app.call(method, path, { body, token: await app.signIn() });
const list = async () => (await call('GET', '/api/jobs')).json;
/** A saved job of its own: the test may do with it what it likes. */
const saved = async (change: object = {}) => {
  const answer = await call('POST', '/api/jobs', { ...good, ...change });
  expect(`${answer.status} ${answer.text}`).toStartWith('200');
  return answer.json;
};

describe('every route about jobs and runs', () => {
  const routes: [method: string, path: string, body: unknown, what: string | null][] = [
    ['GET', '/api/jobs', undefined, null],
    ['POST', '/api/jobs', good, null],
    ['GET', '/api/jobs/:id', undefined, 'Job'],
    ['PUT', '/api/jobs/:id', good, 'Job'],
    ['DELETE', '/api/jobs/:id', undefined, 'Job'],
    ['POST', '/api/jobs/:id/clone', undefined, 'Job'],
    ['POST', '/api/jobs/:id/run', undefined, 'Job'],
    ['POST', '/api/jobs/:id/cancel', undefined, 'Job'],
    ['GET', '/api/jobs/:id/runs', undefined, 'Job'],
    ['GET', '/api/runs/:id', undefined, 'Run'],
    ['GET', '/api/runs/:id/logs', undefined, 'Run'],
    ['GET', '/api/runs/:id/errors', undefined, 'Run'],
  ];
  scenarios(
    () => app,
    routes.flatMap(([method, path, body, what]) => {
      const ask = (id: string) => ({ method, path: path.replace(':id', id), body });
      const unauthorized = { error: 'Unauthorized', message: 'Invalid or expired token' };
      const noLogin = { as: 'nobody' as const, status: 401, exactly: unauthorized };
      const rows = [{ name: `${method} ${path} needs a login`, ...ask('1'), ...noLogin }];
      if (what === null) return rows;
      return [
        ...rows,
        { name: `${method} ${path} needs a login before anything is looked at`, ...ask('x'), body: 5, ...noLogin },
        {
          name: `${method} ${path} of something that is not there`,
          ...ask('999999'),
          status: 404,
          exactly: { error: 'Not found', message: `${what} not found` },
        },
        ...['0', '-1', '+1', '01', '1.5', '1e3', 'abc', '1%20', '%00', '9999999999999999', '1;a=b'].map((id) => ({
          name: `${method} ${path} with ${id} for a number`,
          ...ask(id),
          status: 400,
          exactly: { error: 'Invalid request', message: "Field 'id' must be a whole number from 1" },
        })),
      ];
    }),
  );
});

describe('saving a job', () => {
  test('fills in what was left out, and shows it as it is stored', async () => {
    const job = await saved();
    expect(job).toEqual({
      ...good,
      id: expect.any(Number),
      uuid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/),
      description: '',
      enabled: true,
      destination_config: {
        mount_point: join(home, 'dst'),
        backup_subdir: '',
        usb_uuid: null,
        usb_uuids: [],
        auto_mount: false,
        auto_unmount: false,
        run_on_plug: false,
      },
      sync_options: defaultSyncOptions as never,
      credential_id: null,
      created_at: '2026-01-05T02:00:00Z',
      updated_at: '2026-01-05T02:00:00Z',
      last_run: null,
      schedules: [],
      landings: ['src'],
    });
    expect((await call('GET', `/api/jobs/${job.id}`)).json).toEqual(job);
    expect(await list()).toContainEqual(job);
  });

  test('takes every option there is', async () => {
    const options = {
      delete_extraneous: true,
      exclude_patterns: ['*.tmp', '.cache', '!', '+ *', ' blanks '],
      bandwidth_limit_kbps: 1000,
      dry_run: true,
      verbosity: 'verbose',
      compress: true,
      checksum: true,
      max_delete_percent: 0,
      history: { keep_last: 3, keep_daily: 7, keep_weekly: null },
      acknowledged_paths: ['src/locked'],
      verify: { every_days: 30, sample_percent: 10 },
      drill: { every_days: 90, files: 20 },
    };
    const job = await saved({ description: 'two\nlines', enabled: false, sync_options: options });
    expect(job).toMatchObject({ description: 'two\nlines', enabled: false, sync_options: options });
  });

  test('decides itself about numbers, times and landings', async () => {
    const sent = { id: 7777, uuid: 'mine', created_at: 'x', last_run: { id: 1 }, schedules: [1], landings: ['../up'] };
    const job = await saved(sent);
    expect(job.id).toBeLessThan(7777);
    expect(job).toMatchObject({ created_at: '2026-01-05T02:00:00Z', last_run: null, schedules: [] });
    expect(job.landings).not.toEqual(sent.landings);
    expect(job.uuid).not.toBe('mine');
  });

  const wrong: [name: string, change: object, says: string][] = [
    ['no name', { name: undefined }, "Field 'name' is required"],
    ['a name that is a number', { name: 5 }, "Field 'name' must be a text"],
    ['an empty name', { name: '' }, "Field 'name' must not be empty"],
    ['a blank name', { name: ' \t ' }, "Field 'name' must not be empty"],
    ['a name of 10,000 letters', { name: 'x'.repeat(10_000) }, "Field 'name' must be 1 to 200 characters long"],
    ['a name with a line break', { name: 'a\nb' }, "Field 'name' must not contain control characters"],
    ['a name with an escape code', { name: 'a\u001b[2J' }, "Field 'name' must not contain control characters"],
    ['a name with a NUL', { name: 'a\0' }, "Field 'name' must not contain control characters"],
    ['a description that is a number', { description: 5 }, "Field 'description' must be a text or null"],
    ['a description without end', { description: 'x'.repeat(2001) }, "Field 'description' must be at most 2000"],
    ['enabled as a word', { enabled: 'yes' }, "Field 'enabled' must be true or false"],
    ['enabled as a number', { enabled: 1 }, "Field 'enabled' must be true or false"],
    ['no sources', { source_dirs: undefined }, "Field 'source_dirs' is required"],
    ['an empty list of sources', { source_dirs: [] }, "Field 'source_dirs' must have 1 to 100 items"],
    ['a source alone', { source_dirs: '/home' }, "Field 'source_dirs' must be a list"],
    ['a source that is a number', { source_dirs: [5] }, "Field 'source_dirs.0' must be a text"],
    ['an empty source', { source_dirs: [''] }, "Field 'source_dirs.0' must not be empty"],
    ['a source without end', { source_dirs: [`/${'x/'.repeat(2100)}`] }, "Field 'source_dirs.0' must be 1 to 4096"],
    ['101 sources', { source_dirs: Array(101).fill('/x') }, "Field 'source_dirs' must have 1 to 100 items"],
    ['no destination type', { destination_type: undefined }, "Field 'destination_type' is required"],
    ['an unknown destination type', { destination_type: 'ftp' }, 'must be one of "local", "s3", "google_drive"'],
    ['a destination type that is none', { destination_type: '__proto__' }, "Field 'destination_type' must be one of"],
    ['no destination', { destination_config: undefined }, "Field 'destination_config' is required"],
    ['a destination that is a text', { destination_config: '/mnt' }, "Field 'destination_config' must be an object"],
    ['a destination that is a list', { destination_config: [] }, "Field 'destination_config' must be an object"],
    ['an empty destination', { destination_config: {} }, "Field 'destination_config.mount_point' is required"],
    [
      'a destination with something unknown',
      { destination_config: { mount_point: '/mnt', mountpoint: 1 } },
      "Field 'destination_config.mountpoint' is not known here. Known: mount_point",
    ],
    [
      'a drive that cannot be one',
      { destination_config: { mount_point: '/mnt', usb_uuid: '../../x' } },
      "Field 'destination_config.usb_uuid' must be a filesystem UUID",
    ],
    ['options that are none', { sync_options: 'fast' }, "Field 'sync_options' must be an object"],
    ['an option of the wrong type', { sync_options: { checksum: 'yes' } }, "'sync_options.checksum' must be true or"],
    ['an unknown verbosity', { sync_options: { verbosity: 'loud' } }, 'must be one of "quiet", "normal", "verbose"'],
    ['a limit of nothing', { sync_options: { bandwidth_limit_kbps: 0 } }, 'must be a whole number from 1 to'],
    ['a limit as a text', { sync_options: { bandwidth_limit_kbps: '5' } }, 'must be a whole number or null'],
    ['half a limit', { sync_options: { bandwidth_limit_kbps: 0.5 } }, 'must be a whole number or null'],
    ['more than all', { sync_options: { max_delete_percent: 101 } }, 'must be a whole number from 0 to 100'],
    ['less than none', { sync_options: { max_delete_percent: -1 } }, 'must be a whole number from 0 to 100'],
    ['history as a switch', { sync_options: { history: true } }, "'sync_options.history' must be an object or null"],
    ['a negative history', { sync_options: { history: { keep_last: -1 } } }, "'sync_options.history.keep_last' must"],
    ['half a verification', { sync_options: { verify: { every_days: 1 } } }, "verify.sample_percent' is required"],
    ['half a drill', { sync_options: { drill: { files: 1 } } }, "'sync_options.drill.every_days' is required"],
    [
      'patterns alone',
      { sync_options: { exclude_patterns: '*.tmp' } },
      "'sync_options.exclude_patterns' must be a list",
    ],
    ['an empty pattern', { sync_options: { exclude_patterns: ['a', ''] } }, 'exclude_patterns.1'],
    ['a blank pattern', { sync_options: { exclude_patterns: [' '] } }, "exclude_patterns.0' must not be blank"],
    ['a pattern of two lines', { sync_options: { exclude_patterns: ['a\n- *'] } }, 'must not contain control'],
    ['a pattern without end', { sync_options: { exclude_patterns: ['é'.repeat(4000)] } }, 'at most 4095 bytes'],
    ['1,001 patterns', { sync_options: { exclude_patterns: Array(1001).fill('x') } }, 'at most 1000 items'],
    ['a credential that is a text', { credential_id: '1' }, "Field 'credential_id' must be a whole number or null"],
    ['credential 0', { credential_id: 0 }, "Field 'credential_id' must be a whole number of at least 1"],
  ];
  const bodies: [name: string, raw: string, says: string][] = [
    ['no body', '', 'The body must be a JSON object'],
    ['null', 'null', 'The body must be a JSON object'],
    ['a list', '[]', 'The body must be a JSON object'],
    ['half a body', '{"name":', 'The body is not valid JSON'],
  ];
  const invalid = (says: string) => ({
    status: 400,
    json: { error: 'Invalid request' },
    contains: [] as string[],
    says,
  });
  scenarios(
    () => app,
    (['POST', 'PUT'] as const).flatMap((method) => {
      const path = method === 'POST' ? '/api/jobs' : '/api/jobs/1';
      return [
        ...wrong.map(([name, change, says]) => ({ name, body: { ...good, ...change }, ...invalid(says) })),
        ...bodies.map(([name, rawBody, says]) => ({
          name,
          rawBody,
          headers: { 'content-type': 'application/json' },
          ...invalid(says),
        })),
      ].map((row) => ({
        ...row,
        name: `${method} is refused with ${row.name}`,
        method,
        path,
        after: async (_: unknown, answer: Answer) => {
          expect(answer.json.message).toContain(row.says);
          if (method === 'PUT') expect((await call('GET', path)).json.name).toBe('Photos');
        },
      }));
    }),
  );

  test('that was refused stored nothing', async () => {
    const before = await list();
    await call('POST', '/api/jobs', { ...good, name: '' });
    await call('PUT', `/api/jobs/${before[0].id}`, {
      ...good,
      description: 'new',
      sync_options: { verbosity: 'loud' },
    });
    expect(await list()).toEqual(before);
  });

  test('from elsewhere than the command line cannot allow further folders', async () => {
    const wish = { ...good, source_dirs: ['/etc'], extra_paths: ['/etc'] };
    const refused = await call('POST', '/api/jobs', wish);
    expect([refused.status, refused.json.message]).toEqual([
      400,
      "Field 'extra_paths' is taken from the command line only",
    ]);
    const made = await app.call('POST', '/api/jobs', { owner: true, body: wish });
    expect(made.json).toMatchObject({ source_dirs: ['/etc'], landings: ['etc'] });
    expect(made.text).not.toContain('extra_paths');

    // What the owner allowed for this job stays allowed for it, and for it alone.
    const renamed = { ...good, source_dirs: ['/etc'], name: 'Settings' };
    expect((await call('PUT', `/api/jobs/${made.json.id}`, renamed)).json.name).toBe('Settings');
    expect((await call('POST', '/api/jobs', renamed)).status).toBe(400);
    expect((await call('PUT', `/api/jobs/${made.json.id}`, { ...good, source_dirs: ['/usr'] })).status).toBe(400);
    const less = await app.call('PUT', `/api/jobs/${made.json.id}`, {
      owner: true,
      body: { ...good, extra_paths: [] },
    });
    expect(less.status).toBe(200);
    expect((await call('PUT', `/api/jobs/${made.json.id}`, renamed)).status).toBe(400);
  });
});

describe('replacing a job', () => {
  test('takes the whole body: what is left out goes back to its default', async () => {
    const job = await saved({ description: 'old', enabled: false, sync_options: { checksum: true, dry_run: true } });
    app.clock.advance(60_000);
    const after = await call('PUT', `/api/jobs/${job.id}`, { ...good, name: 'New name' });
    expect(after.status).toBe(200);
    expect(after.json).toEqual({
      ...job,
      name: 'New name',
      description: '',
      enabled: true,
      sync_options: defaultSyncOptions,
      updated_at: '2026-01-05T02:01:00Z',
    });
  });

  test('never moves the landing of a source that stays', async () => {
    const from = (...paths: string[]) => ({ source_dirs: paths.map((path) => join(home, path)) });
    const job = await saved({
      ...from('alice/photos', 'bob/photos'),
      destination_config: { mount_point: join(home, 'l') },
    });
    expect(job.landings).toEqual(['alice/photos', 'bob/photos']);
    const put = async (change: object) =>
      (await call('PUT', `/api/jobs/${job.id}`, { ...good, destination_config: job.destination_config, ...change }))
        .json;
    expect((await put(from('bob/photos'))).landings).toEqual(['bob/photos']);
    expect((await put(from('carol/photos', 'bob/photos'))).landings).toEqual(['photos', 'bob/photos']);
    expect((await put(from('bob/photos', 'carol/photos'))).landings).toEqual(['bob/photos', 'photos']);
    expect((await put(from('carol/photos'))).landings).toEqual(['photos']);
  });
});

describe('cloning a job', () => {
  const schedule = (jobId: number) =>
    app.data.main
      .insert(schedules)
      .values({
        uuid: crypto.randomUUID(),
        jobId,
        enabled: true,
        scheduleType: 'daily',
        hour: 2,
        minute: 30,
        timezone: 'Europe/Berlin',
        createdAt: 0,
        activeSince: 0,
      })
      .run();

  test('copies everything but its number, its name and its past; schedules come switched off', async () => {
    const job = await saved({ name: 'Original', enabled: false, sync_options: { checksum: true }, description: 'why' });
    schedule(job.id);
    app.clock.advance(60_000);
    const clone = (await call('POST', `/api/jobs/${job.id}/clone`)).json;
    const original = (await call('GET', `/api/jobs/${job.id}`)).json;
    const { created_at, updated_at } = clone;
    expect(original.schedules).toEqual([{ id: expect.any(Number), schedule_type: 'daily', hour: 2, minute: 30 }]);
    expect(clone).toEqual({
      ...original,
      id: expect.any(Number),
      uuid: expect.any(String),
      name: 'Original (Copy)',
      created_at,
      updated_at,
      schedules: [{ id: expect.any(Number), schedule_type: 'daily', hour: 2, minute: 30 }],
    });
    expect(clone.id).not.toBe(original.id);
    expect(clone.uuid).not.toBe(original.uuid);
    expect(created_at > original.created_at).toBe(true);
    const rows = app.data.main.select().from(schedules).all();
    const state = rows.map((row) => [row.jobId, row.enabled, row.timezone]);
    expect(state).toEqual([
      [job.id, true, 'Europe/Berlin'],
      [clone.id, false, 'Europe/Berlin'],
    ]);
    expect(new Set(rows.map((row) => row.uuid)).size).toBe(2);
  });

  test('counts the copies', async () => {
    const job = await saved({ name: 'Counted' });
    const copy = async (id: number) => (await call('POST', `/api/jobs/${id}/clone`)).json;
    const first = await copy(job.id);
    expect(first.name).toBe('Counted (Copy)');
    expect((await copy(job.id)).name).toBe('Counted (Copy 2)');
    expect((await copy(job.id)).name).toBe('Counted (Copy 3)');
    expect((await copy(first.id)).name).toBe('Counted (Copy) (Copy)');
    await call('DELETE', `/api/jobs/${first.id}`);
    expect((await copy(job.id)).name).toBe('Counted (Copy)');
  });

  test('keeps a long name within its bounds', async () => {
    const job = await saved({ name: 'x'.repeat(200) });
    const names = [];
    for (let n = 0; n < 2; n += 1) names.push((await call('POST', `/api/jobs/${job.id}/clone`)).json.name);
    expect(names).toEqual([`${'x'.repeat(193)} (Copy)`, `${'x'.repeat(191)} (Copy 2)`]);
  });
});

describe('deleting a job', () => {
  test('removes it and its schedules; its number is never used again', async () => {
    const job = await saved();
    const answer = await call('DELETE', `/api/jobs/${job.id}`);
    expect([answer.status, answer.json]).toEqual([200, { message: 'Job deleted' }]);
    expect((await call('GET', `/api/jobs/${job.id}`)).status).toBe(404);
    expect((await call('DELETE', `/api/jobs/${job.id}`)).status).toBe(404);
    expect((await saved()).id).toBe(job.id + 1);
  });

  test('removes its runs and their log lines, and not a file at the destination', async () => {
    buildTree(join(home, 'del'), { a: '1' });
    const job = await saved({
      source_dirs: [join(home, 'del')],
      destination_config: { mount_point: join(home, 'dst'), backup_subdir: 'del' },
    });
    const { run_id } = (await call('POST', `/api/jobs/${job.id}/run`)).json;
    await app.app.backups.idle();
    expect((await call('GET', `/api/runs/${run_id}`)).json.status).toBe('completed');
    const lines = () => app.data.logs.$client.query('SELECT count(*) AS n FROM log_lines').get() as { n: number };
    expect(lines().n).toBeGreaterThan(0);
    await call('DELETE', `/api/jobs/${job.id}`);
    expect((await call('GET', `/api/runs/${run_id}`)).status).toBe(404);
    for (let tries = 0; lines().n > 0 && tries < 200; tries += 1) await Bun.sleep(20); // they go in the background
    expect(lines().n).toBe(0);
    expect(await Bun.file(join(home, 'dst/del/del/a')).text()).toBe('1');
    // and the run's number is never used again either
    const next = await saved({ source_dirs: [join(home, 'other')] });
    expect((await call('POST', `/api/jobs/${next.id}/run`)).json.run_id).toBe(run_id + 1);
    await app.app.backups.idle();
  });

  test('is refused while it runs', async () => {
    buildTree(join(home, 'big'), { a: Buffer.alloc(4 * 1024 * 1024, 'x') });
    const job = await saved({
      source_dirs: [join(home, 'big')],
      destination_config: { mount_point: join(home, 'dst'), backup_subdir: 'big' },
      sync_options: { bandwidth_limit_kbps: 1000 },
    });
    await call('POST', `/api/jobs/${job.id}/run`);
    const refused = await call('DELETE', `/api/jobs/${job.id}`);
    expect([refused.status, refused.json]).toEqual([
      409,
      { error: 'Conflict', message: 'This job is running. Cancel the run before you delete the job.' },
    ]);
    await call('POST', `/api/jobs/${job.id}/cancel`);
    await app.app.backups.idle();
    expect((await call('DELETE', `/api/jobs/${job.id}`)).status).toBe(200);
  });
});

test('jobs are listed in the order they were made', async () => {
  const ids = (await list()).map((job: { id: number }) => job.id);
  expect(ids.length).toBeGreaterThan(5);
  expect(ids).toEqual(ids.toSorted((a: number, b: number) => a - b));
});
