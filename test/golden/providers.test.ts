import { describe, expect, test } from 'bun:test';
import { startTestApp } from '../harness/app.ts';
import { printed } from '../harness/printed.ts';

describe('Providers, as printed', () => {
  const app = startTestApp();

  test('list providers', async () => {
    const answer = await app.call('GET', '/api/providers', { owner: true });
    expect([answer.status, answer.json]).toEqual([200, printed('providers.list')]);
  });

  test('get provider capabilities', async () => {
    const answer = await app.call('GET', '/api/providers/local/capabilities', { owner: true });
    expect([answer.status, answer.text]).toEqual([200, JSON.stringify(printed('providers.capabilities'))]);
  });
});
