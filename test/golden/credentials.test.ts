import { describe, expect, test } from 'bun:test';
import { jobs } from '../../src/features/backups/table.ts';
import { startTestApp } from '../harness/app.ts';
import { fakeClock } from '../harness/clock.ts';
import { expectPrinted, printed } from '../harness/printed.ts';

describe('Credentials, as printed', () => {
  const clock = fakeClock(Date.UTC(2026, 0, 1));
  const app = startTestApp({}, clock);
  const call = (method: string, path: string, body?: unknown) => app.call(method, path, { body, owner: true });

  /** A job is all a credential needs to be in use; how jobs are made is another chapter. */
  const jobUsing = (credentialId: number, name: string) =>
    app.data.main
      .insert(jobs)
      .values({
        uuid: crypto.randomUUID(),
        name,
        destinationType: 's3',
        destinationConfig: {},
        syncOptions: {} as never,
        credentialId,
        extraPaths: [],
        createdAt: 0,
        updatedAt: 0,
      })
      .run();

  test('list credentials', async () => {
    await call('POST', '/api/credentials', printed('credentials.create-s3.request'));
    clock.advance(24 * 3600 * 1000);
    await call('POST', '/api/credentials', printed('credentials.create-sftp-password.request'));
    const answer = await call('GET', '/api/credentials');
    expect([answer.status, answer.json]).toEqual([200, printed('credentials.list')]);
  });

  test('list credentials of one provider', async () => {
    const answer = await call('GET', '/api/credentials?provider=sftp');
    expect(answer.json).toEqual([printed('credentials.list')[1]]);
  });

  test('get a credential', async () => {
    expect((await call('GET', '/api/credentials/1')).json).toEqual(printed('credentials.list')[0]);
  });

  test('create a credential', async () => {
    clock.setWall(Date.UTC(2026, 0, 5));
    const answer = await call('POST', '/api/credentials', printed('credentials.create-s3.request'));
    expect([answer.status, answer.json]).toEqual([200, printed('credentials.create.response')]);
  });

  for (const kind of ['s3', 'sftp-password', 'sftp-key', 'webdav', 'oauth'])
    test(`create a credential (${kind})`, async () => {
      const request = printed(`credentials.create-${kind}.request`);
      const answer = await call('POST', '/api/credentials', request);
      expect(answer.status).toBe(200);
      expectPrinted(answer.json, printed('credentials.create.response'));
      expect(app.app.credentials.open(answer.json.id).data).toMatchObject(request.data);
    });

  test('update a credential', async () => {
    const answer = await call('PUT', '/api/credentials/1', printed('credentials.update.request'));
    expect(answer.json).toEqual({
      ...printed('credentials.list')[0],
      name: 'AWS Production (Updated)',
      updated_at: '2026-01-05T00:00:00Z',
    });
  });

  test('get credential usage', async () => {
    jobUsing(1, 'Daily Backup');
    jobUsing(1, 'Weekly Backup');
    const answer = await call('GET', '/api/credentials/1/usage');
    expect([answer.status, answer.json]).toEqual([200, printed('credentials.usage.response')]);
  });

  test('delete a credential in use', async () => {
    const answer = await call('DELETE', '/api/credentials/1');
    expect([answer.status, answer.json]).toEqual([409, printed('credentials.delete-in-use.response')]);
  });

  test('delete a credential', async () => {
    const answer = await call('DELETE', '/api/credentials/2');
    expect([answer.status, answer.json]).toEqual([200, printed('credentials.delete.response')]);
  });
});
