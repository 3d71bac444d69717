import { describe, expect, test } from 'bun:test';
import { startTestApp } from '../harness/app.ts';
import { expectPrinted, printed } from '../harness/printed.ts';

describe('Settings, as printed', () => {
  const app = startTestApp();
  const call = (method: string, body?: unknown) => app.call(method, '/api/settings', { body, owner: true });

  test('get settings', async () => {
    expect((await call('PUT', { theme: 'dark' })).status).toBe(200);
    const answer = await call('GET');
    expectPrinted(answer.json, printed('settings.get'));
    expect(answer.json).toEqual(printed('settings.get'));
  });

  test('update settings', async () => {
    const answer = await call('PUT', printed('settings.update.request'));
    expect([answer.status, answer.json]).toEqual([200, printed('settings.update.response')]);
  });
});
