import { describe, expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { defaultSyncOptions } from '../../src/features/backups/options.ts';
import { runs, schedules } from '../../src/features/backups/table.ts';
import { startTestApp } from '../harness/app.ts';
import { fakeClock } from '../harness/clock.ts';
import { expectPrinted, printed } from '../harness/printed.ts';
import { tempDir } from '../harness/temp.ts';
import { buildTree } from '../harness/trees.ts';

describe('Jobs, as printed', () => {
  const here = tempDir('jobs');
  const clock = fakeClock(Date.UTC(2026, 0, 1));
  const app = startTestApp({ ALLOWED_BROWSE_PATHS: `/mnt,/home,/media,${here}` }, clock);
  const call = (method: string, path: string, body?: unknown) => app.call(method, path, { body, owner: true });
  const dailyBackup = printed('jobs.list')[0];
  /** The members of a printed job that a request may set. */
  const { id: _i, created_at: _c, updated_at: _u, last_run: _l, schedules: _s, ...dailyBackupRequest } = dailyBackup;

  test('list jobs', async () => {
    expect((await call('POST', '/api/jobs', dailyBackupRequest)).status).toBe(200);
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
        id: 5,
        uuid: 'r',
        jobId: 1,
        jobName: 'Daily Backup',
        status: 'completed',
        trigger: 'scheduled',
        dryRun: false,
        syncOptions: defaultSyncOptions,
        createdAt: 0,
        startedAt: Date.UTC(2026, 0, 5, 2),
        completedAt: Date.UTC(2026, 0, 5, 2, 15),
      })
      .run();
    const answer = await call('GET', '/api/jobs');
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject(printed('jobs.list'));
    // what only comes inside a job has exactly the printed members
    expectPrinted(answer.json[0].last_run, dailyBackup.last_run);
    expectPrinted(answer.json[0].schedules, dailyBackup.schedules);
  });

  test('get a job', async () => {
    const answer = await call('GET', '/api/jobs/1');
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject(dailyBackup);
    expect([answer.json]).toEqual((await call('GET', '/api/jobs')).json);
  });

  test('create a job', async () => {
    await call('POST', '/api/credentials', printed('credentials.create-s3.request'));
    const answer = await call('POST', '/api/jobs', printed('jobs.create.request'));
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject(printed('jobs.create.response'));
    expect(answer.json).toMatchObject(printed('jobs.create.request'));
    // the same members as a job in the list
    expect(Object.keys(answer.json)).toEqual(Object.keys((await call('GET', '/api/jobs/1')).json));
  });

  test('clone a job', async () => {
    const answer = await call('POST', '/api/jobs/2/clone');
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject(printed('jobs.clone'));
  });

  test('update a job', async () => {
    const answer = await call('PUT', '/api/jobs/3', { ...printed('jobs.create.request'), description: 'Updated' });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ ...printed('jobs.create.request'), id: 3, description: 'Updated' });
  });

  const required: [type: string, credential: string | null, config: object][] = [
    ['local', null, { mount_point: '/mnt/other', backup_subdir: 'x', auto_mount: false, auto_unmount: false }],
    ['s3', 'create-s3', { bucket: 'my-bucket', prefix: 'backups/', region: 'us-east-1' }],
    ['google_drive', 'create-oauth', { folder_id: 'root' }],
    ['onedrive', 'create-oauth', { folder_path: '/Backups' }],
    ['sftp', 'create-sftp-password', { host: 'h', port: 22, username: 'u', remote_path: '/b', key_based_auth: false }],
    ['webdav', 'create-webdav', { url: 'https://cloud.example.com/dav', remote_path: '/backups' }],
  ];
  for (const [type, credential, config] of required)
    test(`the required fields are enough for ${type}`, async () => {
      const request = credential && { ...printed(`credentials.${credential}.request`), provider_type: type };
      const made = request && (await call('POST', '/api/credentials', request));
      const answer = await call('POST', '/api/jobs', {
        name: type,
        source_dirs: ['/home/user/documents'],
        destination_type: type,
        destination_config: config,
        credential_id: made ? made.json.id : null,
      });
      expect(`${answer.status} ${answer.text}`).toStartWith('200');
      expect(answer.json.destination_config).toMatchObject(config);
    });

  test('run a job, and cancel it', async () => {
    buildTree(join(here, 'src'), { big: Buffer.alloc(2 ** 21, 'x') });
    mkdirSync(join(here, 'dst'));
    const job = await call('POST', '/api/jobs', {
      ...dailyBackupRequest,
      source_dirs: [join(here, 'src')],
      destination_config: { mount_point: join(here, 'dst'), backup_subdir: '' },
      sync_options: { ...dailyBackupRequest.sync_options, bandwidth_limit_kbps: 500 },
    });
    const started = await call('POST', `/api/jobs/${job.json.id}/run`);
    expect(started.status).toBe(200);
    expectPrinted(started.json, printed('jobs.run'));
    expect(started.json.message).toBe(printed('jobs.run').message);
    const cancelled = await call('POST', `/api/jobs/${job.json.id}/cancel`);
    expect([cancelled.status, cancelled.json]).toEqual([200, printed('jobs.cancel')]);
    await app.app.backups.idle();
  });

  test('delete a job', async () => {
    const answer = await call('DELETE', '/api/jobs/2');
    expect([answer.status, answer.json]).toEqual([200, printed('jobs.delete')]);
  });

  test('a bad request', async () => {
    const { name: _, ...nameless } = printed('jobs.create.request');
    const answer = await call('POST', '/api/jobs', nameless);
    expect([answer.status, answer.json]).toEqual([400, printed('errors.bad-request')]);
  });

  test('a job that is not there', async () => {
    const answer = await call('GET', '/api/jobs/2');
    expect([answer.status, answer.json]).toEqual([404, printed('errors.not-found')]);
  });
});
