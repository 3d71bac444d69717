import { describe, expect, test } from 'bun:test';
import { createLogStore } from '../../src/features/backups/logs.store.ts';
import { defaultSyncOptions } from '../../src/features/backups/options.ts';
import { runs, schedules } from '../../src/features/backups/table.ts';
import { startTestApp } from '../harness/app.ts';
import { expectPrinted, printed } from '../harness/printed.ts';

describe('Runs and logs, as printed', () => {
  const app = startTestApp();
  const call = (method: string, path: string, body?: unknown) => app.call(method, path, { body, owner: true });
  const { id: _i, created_at: _c, updated_at: _u, last_run: _l, schedules: _s, ...job } = printed('jobs.list')[0];

  test('list job runs', async () => {
    expect((await call('POST', '/api/jobs', job)).json.id).toBe(1);
    app.data.main
      .insert(schedules)
      .values({
        uuid: 's',
        jobId: 1,
        scheduleType: 'daily',
        hour: 2,
        minute: 0,
        timezone: 'UTC',
        createdAt: 0,
        activeSince: 0,
      })
      .run();
    app.data.main
      .insert(runs)
      .values({
        id: 10,
        uuid: 'r',
        jobId: 1,
        jobName: 'Daily Backup',
        status: 'completed',
        trigger: 'scheduled',
        scheduleId: 1,
        dryRun: false,
        syncOptions: defaultSyncOptions,
        filesTransferred: 150,
        bytesTransferred: 52_428_800,
        createdAt: Date.UTC(2026, 0, 5, 2),
        startedAt: Date.UTC(2026, 0, 5, 2),
        completedAt: Date.UTC(2026, 0, 5, 2, 15),
      })
      .run();
    const answer = await call('GET', '/api/jobs/1/runs');
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject(printed('runs.list'));
  });

  test('get a run', async () => {
    const answer = await call('GET', '/api/runs/10');
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject(printed('runs.list')[0]);
    expect([answer.json]).toEqual((await call('GET', '/api/jobs/1/runs')).json);
  });

  test('get run logs', async () => {
    const messages = ['Starting sync of /home/user/documents', 'documents/file.txt'];
    createLogStore(app.data.logs).append(
      'r',
      messages.map((message, n) => ({ timestamp: Date.UTC(2026, 0, 5, 2, 0, n + 1), level: 'info', message })),
    );
    const answer = await call('GET', '/api/runs/10/logs');
    expect([answer.status, answer.json]).toEqual([200, printed('runs.logs')]);
    expectPrinted(answer.json, printed('runs.logs'));
  });

  /** As many finished runs of a new job. */
  const jobWithRuns = async (count: number): Promise<number> => {
    const destination_config = { ...job.destination_config, backup_subdir: crypto.randomUUID() };
    const { id: jobId } = (await call('POST', '/api/jobs', { ...job, destination_config })).json;
    const values = {
      jobId,
      jobName: 'x',
      status: 'completed',
      trigger: 'manual',
      dryRun: false,
      createdAt: 0,
    } as const;
    for (let n = 0; n < count; n += 1)
      app.data.main
        .insert(runs)
        .values({ ...values, uuid: crypto.randomUUID(), syncOptions: defaultSyncOptions })
        .run();
    return jobId;
  };

  test('delete a run', async () => {
    const answer = await call('DELETE', '/api/runs/10');
    expect([answer.status, answer.json]).toEqual([200, printed('runs.delete')]);
  });

  test('delete job runs', async () => {
    const answer = await call('DELETE', `/api/jobs/${await jobWithRuns(15)}/runs`);
    expect([answer.status, answer.json]).toEqual([200, printed('runs.delete-job-runs')]);
  });

  test('purge all runs', async () => {
    await jobWithRuns(40);
    await jobWithRuns(60);
    const answer = await call('DELETE', '/api/runs');
    expect([answer.status, answer.json]).toEqual([200, printed('runs.purge')]);
  });
});
