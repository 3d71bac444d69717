import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { startTestApp } from '../../../test/harness/app.ts';
import { type Scenario, scenarios } from '../../../test/harness/scenario.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { buildTree } from '../../../test/harness/trees.ts';
import { defaultSyncOptions } from './options.ts';
import { runs } from './table.ts';

const hourMs = 3_600_000;
const home = tempDir('home');
buildTree(home, { 'src/a': '1', 'dst/': null });
const app = startTestApp({ ALLOWED_BROWSE_PATHS: home });
const call = (method: string, path: string, body?: unknown) => app.call(method, path, { body, owner: true });

const newJob = async (name: string): Promise<number> =>
  (
    await call('POST', '/api/jobs', {
      name,
      source_dirs: [join(home, 'src')],
      destination_type: 'local',
      destination_config: { mount_point: join(home, 'dst'), backup_subdir: name },
    })
  ).json.id;
const put = (jobId: number, values: Partial<typeof runs.$inferInsert> = {}): number =>
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
      createdAt: app.clock.now(),
      startedAt: app.clock.now(),
      completedAt: app.clock.now() + 1000,
      ...values,
    })
    .returning({ id: runs.id })
    .get().id;
const list = async (query = ''): Promise<number[]> =>
  (await call('GET', `/api/runs${query}`)).json.map((run: { id: number }) => run.id);
const time = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

describe('the runs of all jobs', () => {
  test('are none on a new box', async () => expect(await list()).toEqual([]));

  test('come newest first, twenty unless told, and page without a gap', async () => {
    const [photos, letters] = [await newJob('photos'), await newJob('letters')];
    const made = Array.from({ length: 25 }, (_, n) => put(n % 2 === 0 ? photos : letters)).reverse();
    expect(await list()).toEqual(made.slice(0, 20));
    const pages = [];
    for (let offset = 0; offset < 30; offset += 10) pages.push(...(await list(`?limit=10&offset=${offset}`)));
    expect(pages).toEqual(made);
    expect(await list('?limit=999999999')).toEqual(made);
    expect(await list('?limit=0')).toEqual(made.slice(0, 1));
    expect(await list('?offset=999999999999999')).toEqual([]);
    const [first] = (await call('GET', '/api/runs?limit=1')).json;
    expect(first).toEqual((await call('GET', `/api/runs/${made[0]}`)).json);
    expect(first.job_name).toBe('as it was called then');
    await call('DELETE', '/api/runs');
  });

  test('are never more than a thousand at once', async () => {
    const job = await newJob('many');
    app.data.main.$client.transaction(() => {
      for (let n = 0; n < 1001; n += 1) put(job);
    })();
    expect(await list('?limit=5000')).toHaveLength(1000);
    await call('DELETE', '/api/runs');
  });

  test('can be of one job, with one outcome, and from some time on', async () => {
    const [one, other] = [await newJob('one'), await newJob('other')];
    const now = app.clock.now();
    const old = put(one, { startedAt: now - 48 * hourMs });
    const failed = put(one, { status: 'failed', reason: 'no_space', startedAt: now - hourMs });
    const stopped = put(other, { status: 'cancelled' });
    const waiting = put(one, { status: 'pending', startedAt: null, completedAt: null });
    const running = put(other, { status: 'running', completedAt: null });
    expect(await list(`?job_id=${one}`)).toEqual([waiting, failed, old]);
    expect(await list('?status=failed')).toEqual([failed]);
    expect(await list(`?status=cancelled&job_id=${one}`)).toEqual([]);
    expect(await list(`?status=cancelled&job_id=${other}`)).toEqual([stopped]);
    expect(await list('?status=running')).toEqual([running]);
    expect(await list(`?since=${time(now - hourMs)}`)).toEqual([running, waiting, stopped, failed]);
    expect(await list(`?since=${time(now - hourMs)}&job_id=${one}&status=failed`)).toEqual([failed]);
    expect(await list(`?since=${time(now + hourMs)}`)).toEqual([]);
    expect(await list('?job_id=999999')).toEqual([]);
    expect(await list(`?job_id=${one}&limit=1&offset=1`)).toEqual([failed]);
  });

  const wrong: [query: string, field: string][] = [
    ['limit=1e9', 'limit'],
    ['limit=-1', 'limit'],
    ['offset=1.5', 'offset'],
    ['job_id=0', 'job_id'],
    ['job_id=abc', 'job_id'],
    ['job_id=', 'job_id'],
    ["job_id=1'%20OR%201=1", 'job_id'],
    ['status=done', 'status'],
    ['status=', 'status'],
    ['status=FAILED', 'status'],
    ['since=yesterday', 'since'],
    ['since=2026-13-01T00:00:00Z', 'since'],
    ['since=2026-01-01T00:00:00%2B01:00', 'since'],
    ['since=1767225600', 'since'],
  ];
  scenarios(
    () => app,
    [
      { name: 'are told to nobody without a login', method: 'GET', path: '/api/runs', as: 'nobody', status: 401 },
      ...wrong.map(
        ([query, field]): Scenario => ({
          name: `are refused with ${query}`,
          method: 'GET',
          path: `/api/runs?${query}`,
          status: 400,
          contains: [`Field '${field}'`],
          lacks: ['SQL', 'OR 1=1'],
        }),
      ),
    ],
  );
});
