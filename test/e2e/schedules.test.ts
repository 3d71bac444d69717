import { expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { apiOnSocket } from '../../src/cli/client.ts';
import { socketFile } from '../../src/db/data-folder.ts';
import { defaultSyncOptions } from '../../src/features/backups/options.ts';
import { createRunStore } from '../../src/features/backups/runs.store.ts';
import type { RunView } from '../../src/features/backups/schema.ts';
import { startTestApp } from '../harness/app.ts';
import { fakeClock } from '../harness/clock.ts';
import { runProgram, startServer } from '../harness/program.ts';
import { tempDir } from '../harness/temp.ts';
import { buildTree } from '../harness/trees.ts';

test('a night that was interrupted is made up for by the server, once, and not by a command that is called meanwhile', async () => {
  const [home, dataDir] = [tempDir('home'), tempDir('app')];
  buildTree(join(home, 'src'), { a: 'one' });
  for (const name of ['dst', 'other']) mkdirSync(join(home, name));
  const env = { ALLOWED_BROWSE_PATHS: home };

  // A box that lost its power the moment a scheduled run began.
  const before = startTestApp(env, fakeClock(Date.now()), dataDir);
  const made = await before.call('POST', '/api/jobs', {
    owner: true,
    body: {
      name: 'Night',
      source_dirs: [join(home, 'src')],
      destination_type: 'local',
      destination_config: { mount_point: join(home, 'dst') },
    },
  });
  const body = { schedule_type: 'monthly', hour: 2, minute: 0, day_of_month: 1 };
  const schedule = await before.call('POST', `/api/jobs/${made.json.id}/schedules`, { owner: true, body });
  const lost = createRunStore(before.data.main).start(
    {
      uuid: crypto.randomUUID(),
      jobId: made.json.id,
      jobName: 'Night',
      trigger: 'scheduled',
      scheduleId: schedule.json.id,
      retryOf: null,
      dryRun: false,
      syncOptions: defaultSyncOptions,
      createdAt: before.clock.now(),
    },
    [{ scheduleId: schedule.json.id, slot: before.clock.now() }],
  );
  before.close();

  const command = await runProgram(['backup', join(home, 'src'), join(home, 'other'), '--data-dir', dataDir], { env });
  expect(command.code).toBe(0);

  const seen = async (): Promise<RunView[]> => {
    const api = apiOnSocket(dataDir, socketFile);
    try {
      return await api.get<RunView[]>(`/api/jobs/${made.json.id}/runs`);
    } finally {
      api.close();
    }
  };
  for (const start of ['first', 'second']) {
    const server = await startServer(dataDir, [], env);
    let runs = await seen();
    for (let tries = 0; tries < 100 && runs[0]?.status !== 'completed'; tries += 1) {
      await Bun.sleep(50);
      runs = await seen();
    }
    const told = runs.map((run) => [run.status, run.trigger, run.schedule_id, run.retry_of]);
    expect([start, told]).toEqual([
      start,
      [
        ['completed', 'scheduled', schedule.json.id, lost?.id ?? 0],
        ['failed', 'scheduled', schedule.json.id, null],
      ],
    ]);
    server.signal('SIGTERM');
    expect(await server.ended).toBe(0);
  }
});
