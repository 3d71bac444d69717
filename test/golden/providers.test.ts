import { describe, expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startTestApp } from '../harness/app.ts';
import { fakeClock } from '../harness/clock.ts';
import { printed } from '../harness/printed.ts';
import { startRcloneSftp } from '../servers/rclone-sftp.ts';
import { startS3rver } from '../servers/s3rver.ts';

// Ten seconds are for servers, not for reading a large library from the sources on a busy machine.
await import('../../src/storage/drivers/s3/driver.ts');

describe('Providers, as printed', () => {
  const app = startTestApp({}, fakeClock(Date.now()));
  const call = (method: string, path: string, body?: unknown) => app.call(method, path, { body, owner: true });

  test('list providers', async () => {
    const answer = await call('GET', '/api/providers');
    expect([answer.status, answer.json]).toEqual([200, printed('providers.list')]);
  });

  test('get provider capabilities', async () => {
    const answer = await call('GET', '/api/providers/local/capabilities');
    expect([answer.status, answer.text]).toEqual([200, JSON.stringify(printed('providers.capabilities'))]);
  });

  test('test connection with a saved credential', async () => {
    const request = printed('providers.test-saved.request');
    const server = await startS3rver(request.destination_config.bucket);
    const [access_key_id, secret_access_key] = [server.accessKeyId, server.secretAccessKey];
    const saved = async (keyId: string) => {
      const body = { name: 'S3', provider_type: 's3', data: { access_key_id: keyId, secret_access_key } };
      return (await call('POST', '/api/credentials', body)).json.id;
    };
    try {
      expect(await saved(access_key_id)).toBe(request.credential_id);
      // All but the address: the printed one is Amazon's own.
      const destination_config = { ...request.destination_config, endpoint: server.endpoint };
      const good = await call('POST', '/api/providers/test', { ...request, destination_config });
      expect([good.status, good.text]).toEqual([200, JSON.stringify(printed('providers.test.response'))]);
      const credential_id = await saved('stranger');
      const bad = await call('POST', '/api/providers/test', { ...request, destination_config, credential_id });
      expect([bad.status, bad.text]).toEqual([200, JSON.stringify(printed('providers.test-failed.response'))]);
    } finally {
      await server.stop();
    }
  });

  test('test connection with an inline credential', async () => {
    const request = printed('providers.test-inline.request');
    const server = await startRcloneSftp(request.destination_config.username, request.credential_data.password);
    mkdirSync(join(server.folder, request.destination_config.remote_path));
    try {
      const destination_config = { ...request.destination_config, host: '127.0.0.1', port: server.port };
      const good = await call('POST', '/api/providers/test', { ...request, destination_config });
      expect(good.status).toBe(200);
      expect(good.json).toMatchObject({ success: true, message: 'Connection successful' });
      const credential_data = { password: `not ${request.credential_data.password}` };
      const bad = await call('POST', '/api/providers/test', { ...request, destination_config, credential_data });
      expect([bad.status, bad.json]).toEqual([200, printed('providers.test-failed.response')]);
    } finally {
      await server.stop();
    }
  });
});
