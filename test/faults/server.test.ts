import { describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunView } from '../../src/features/backups/schema.ts';
import { adminLogin } from '../harness/app.ts';
import { processesWith, temporaryFiles } from '../harness/crash-box.ts';
import { eventually } from '../harness/processes.ts';
import { startServer } from '../harness/program.ts';
import { scale } from '../harness/scale.ts';
import { expectSameTree } from '../harness/snapshot.ts';
import { tempDir } from '../harness/temp.ts';
import { buildTree } from '../harness/trees.ts';

/** The real program over TCP, somebody signed in, one job whose run takes a while unless told otherwise. */
async function place() {
  const dir = tempDir('server');
  const [src, dst, data] = ['src', 'dst', 'data'].map((name) => join(dir, name)) as [string, string, string];
  buildTree(src, { large: Buffer.alloc(3_000_000, 'x'), small: 's' });
  mkdirSync(dst);
  let cookie = '';
  const begin = async () => {
    const server = await startServer(data, [], { ALLOWED_BROWSE_PATHS: dir });
    const call = async (method: string, path: string, body?: unknown) => {
      const answer = await fetch(`${server.url}/api${path}`, {
        method,
        headers: { 'content-type': 'application/json', cookie },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      cookie ||= /token=[^;]*/.exec(answer.headers.getSetCookie().join())?.[0] ?? '';
      return { status: answer.status, json: await answer.json() };
    };
    return { ...server, call };
  };
  const server = await begin();
  await server.call('POST', '/auth/setup', adminLogin);
  const made = await server.call('POST', '/jobs', {
    name: 'Backup',
    source_dirs: [src],
    destination_type: 'local',
    destination_config: { mount_point: dst, backup_subdir: '' },
    sync_options: { bandwidth_limit_kbps: 256 },
  });
  return { dir, src, dst, job: made.json.id as number, server, begin };
}
type Server = Awaited<ReturnType<typeof place>>['server'];

async function underWay({ job, dst, server }: Awaited<ReturnType<typeof place>>): Promise<number> {
  const { json } = await server.call('POST', `/jobs/${job}/run`);
  await eventually('a file is being written', () => existsSync(join(dst, 'src')) && temporaryFiles(dst).length > 0);
  return json.run_id;
}

async function untilEnded(server: Server, run: number): Promise<RunView> {
  let view = {} as RunView;
  const read = async () => {
    view = (await server.call('GET', `/runs/${run}`)).json;
    return view.completed_at !== null;
  };
  await eventually('the run ends', read, 20_000);
  return view;
}

describe('many people who press "run" at the same moment', () => {
  test('start one run; everybody else is told that it runs (R-20)', async () => {
    const at = await place();
    const press = () => at.server.call('POST', `/jobs/${at.job}/run`);
    const answers = await Promise.all(Array.from({ length: scale.parallelCalls }, press));
    const started = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 409);
    expect([started.length, refused.length]).toEqual([1, scale.parallelCalls - 1]);
    for (const { json } of refused) expect(json).toEqual({ error: 'Conflict', message: 'This job is already running' });
    expect((await at.server.call('GET', `/jobs/${at.job}/runs`)).json).toHaveLength(1);
    await at.server.call('POST', `/jobs/${at.job}/cancel`);
    expect(await untilEnded(at.server, started[0]?.json.run_id)).toMatchObject({ status: 'cancelled' });
  });
});

describe('a server that is told to stop while a run copies', () => {
  /** What must be so once the server is gone, and after it was started again. */
  async function whole(at: Awaited<ReturnType<typeof place>>, run: number): Promise<void> {
    expect(processesWith('rsync', at.dir)).toEqual([]);
    expect(temporaryFiles(at.dst)).toEqual([]);
    expect(spawnSync('flock', ['-n', join(at.dst, '.dynamight/lock'), 'true']).status).toBe(0);
    const server = await at.begin();
    expect((await server.call('GET', `/runs/${run}`)).json).toMatchObject({ status: 'failed', reason: 'interrupted' });
    const { json } = await server.call('POST', `/jobs/${at.job}/run`, { sync_options: { bandwidth_limit_kbps: null } });
    expect(await untilEnded(server, json.run_id)).toMatchObject({ status: 'completed', error_count: 0 });
    expectSameTree(at.src, join(at.dst, 'src'));
    server.signal('SIGTERM');
    expect(await server.ended).toBe(0);
  }

  test('ends the run and itself in time, with exit code 0 and no child left', async () => {
    const at = await place();
    const run = await underWay(at);
    const asked = performance.now();
    at.server.signal('SIGTERM');
    expect(await at.server.ended).toBe(0);
    expect(performance.now() - asked).toBeLessThan(10_000);
    await whole(at, run);
  });

  test('and told again at once ends without waiting; the next start settles the run', async () => {
    const at = await place();
    const run = await underWay(at);
    // It is busy with something that does not end by itself: rsync does not hear.
    for (const pid of processesWith('rsync', at.dir)) process.kill(pid, 'SIGSTOP');
    at.server.signal('SIGTERM');
    await at.server.says('Stopping');
    at.server.signal('SIGTERM');
    const asked = performance.now();
    expect(await at.server.ended).toBe(130);
    expect(performance.now() - asked).toBeLessThan(2000);
    for (const pid of processesWith('rsync', at.dir)) process.kill(pid, 'SIGCONT');
    await eventually('rsync ends', () => processesWith('rsync', at.dir).length === 0);
    await whole(at, run);
  });

  test('kills an rsync that does not hear, and still ends in time', async () => {
    const at = await place();
    const run = await underWay(at);
    for (const pid of processesWith('rsync', at.dir)) process.kill(pid, 'SIGSTOP');
    const asked = performance.now();
    at.server.signal('SIGTERM');
    expect(await at.server.ended).toBe(0);
    expect(performance.now() - asked).toBeLessThan(30_000);
    expect(processesWith('rsync', at.dir)).toEqual([]);
    // rsync had no chance to tidy up: the next run does.
    expect(temporaryFiles(at.dst)).toHaveLength(1);
    const server = await at.begin();
    expect((await server.call('GET', `/runs/${run}`)).json).toMatchObject({ status: 'failed', reason: 'interrupted' });
    const { json } = await server.call('POST', `/jobs/${at.job}/run`, { sync_options: { bandwidth_limit_kbps: null } });
    expect(await untilEnded(server, json.run_id)).toMatchObject({ status: 'completed' });
    expect(temporaryFiles(at.dst)).toEqual([]);
    expectSameTree(at.src, join(at.dst, 'src'));
    server.signal('SIGTERM');
    await server.ended;
  });
});
