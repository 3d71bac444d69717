import { describe, expect, test } from 'bun:test';
import { startTestApp } from '../harness/app.ts';
import { expectPrinted, printed } from '../harness/printed.ts';

describe('Error responses, as printed', () => {
  test('403 Forbidden', async () => {
    const app = startTestApp();
    const answer = await app.call('GET', '/api/system/browse?path=/etc', { token: await app.signIn() });
    expect([answer.status, answer.json]).toEqual([403, printed('errors.forbidden')]);
  });

  test('409 Conflict', async () => {
    const app = startTestApp({ ALLOWED_BROWSE_PATHS: '/tmp' });
    const job = {
      name: 'a',
      source_dirs: ['/tmp/not-there'],
      destination_type: 'local',
      destination_config: { mount_point: '/tmp/nor-there' },
    };
    const { id } = (await app.call('POST', '/api/jobs', { owner: true, body: job })).json;
    const answer = await app.call('POST', `/api/jobs/${id}/cancel`, { owner: true });
    expect(answer.status).toBe(409);
    expectPrinted(answer.json, printed('errors.conflict'));
    expect(answer.json.error).toBe(printed('errors.conflict').error);
  });

  test('500 Internal Server Error', async () => {
    const app = startTestApp();
    app.data.main.$client.run('DROP TABLE settings');
    const answer = await app.call('GET', '/api/settings', { owner: true });
    expect([answer.status, answer.json]).toEqual([500, printed('errors.internal')]);
  });
});
