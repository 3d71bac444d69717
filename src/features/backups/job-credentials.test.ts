import { describe, expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, startTestApp } from '../../../test/harness/app.ts';
import { tempDir } from '../../../test/harness/temp.ts';

const home = tempDir('home');
mkdirSync(join(home, 'src'));
const app = startTestApp({ ALLOWED_BROWSE_PATHS: home });
const call = async (method: string, path: string, body?: unknown): Promise<Answer> =>
  app.call(method, path, { body, token: await app.signIn() });

const secrets = {
  s3: { access_key_id: 'AKIA', secret_access_key: 'canary-s3-secret' },
  sftp: { password: 'canary-sftp-secret' },
  sftpKey: { private_key: '-----BEGIN OPENSSH PRIVATE KEY-----\ncanary-key\n', passphrase: 'canary-passphrase' },
  webdav: { username: 'user', password: 'canary-webdav-secret' },
  google_drive: { access_token: 'canary-at', refresh_token: 'canary-rt', expires_at: 1_704_499_200 },
  onedrive: { access_token: 'canary-at2', refresh_token: 'canary-rt2', expires_at: 1_704_499_200 },
};
type Kind = 's3' | 'sftp' | 'webdav' | 'google_drive' | 'onedrive';

const credential = async (type: Kind, data: object = secrets[type], name = `My ${type}`): Promise<number> => {
  const made = await call('POST', '/api/credentials', { name, provider_type: type, data });
  expect(`${made.status} ${made.text}`).toStartWith('200');
  return made.json.id;
};

const configs: Record<Kind, object> = {
  s3: { bucket: 'my-bucket', prefix: 'server1/', region: 'us-east-1', endpoint: null, storage_class: 'STANDARD' },
  sftp: { host: 'nas.example.com', port: 22, username: 'backup', remote_path: '/backups', key_based_auth: false },
  webdav: { url: 'https://cloud.example.com/dav', remote_path: '/backups' },
  google_drive: { folder_id: 'abc123', shared_drive_id: null },
  onedrive: { folder_path: '/Backups', drive_id: null },
};

const bodyFor = (type: Kind | 'local', credentialId: number | null, config: object = {}, more: object = {}) => ({
  name: `To ${type}`,
  source_dirs: [join(home, 'src')],
  destination_type: type,
  destination_config: type === 'local' ? { mount_point: join(home, 'dst') } : { ...configs[type], ...config },
  credential_id: credentialId,
  ...more,
});
const count = async () => (await call('GET', '/api/jobs')).json.length as number;

describe('a job to another kind of destination', () => {
  for (const type of Object.keys(configs) as Kind[])
    test(`is stored for ${type} as it was sent`, async () => {
      const id = await credential(type);
      const made = await call('POST', '/api/jobs', bodyFor(type, id));
      expect(`${made.status} ${made.text}`).toStartWith('200');
      expect(made.json).toMatchObject({ destination_type: type, destination_config: configs[type], credential_id: id });
    });

  test('is refused when its own rules are broken, naming the field', async () => {
    const [s3, sftp, webdav] = [await credential('s3'), await credential('sftp'), await credential('webdav')];
    const rows: [body: object, says: string][] = [
      [bodyFor('s3', s3, { bucket: undefined }), "'destination_config.bucket' is required"],
      [bodyFor('s3', s3, { prefix: '../up' }), "'destination_config.prefix' must not contain '.' or '..'"],
      [bodyFor('s3', s3, { endpoint: 'http://169.254.169.254/' }), "'destination_config.endpoint' names"],
      [bodyFor('s3', s3, { endpoint: 'file:///etc/passwd' }), "'destination_config.endpoint' must begin with http"],
      [bodyFor('s3', s3, { secret_access_key: 'canary-x' }), "'destination_config.secret_access_key' is not known"],
      [bodyFor('sftp', sftp, { host: '-oProxyCommand=x' }), "'destination_config.host' must be a host name"],
      [bodyFor('sftp', sftp, { port: 0 }), "'destination_config.port' must be a whole number from 1 to 65535"],
      [bodyFor('sftp', sftp, { username: '-l' }), "'destination_config.username' must be a user name"],
      [bodyFor('sftp', sftp, { remote_path: '/a/../b' }), "'destination_config.remote_path' must not contain"],
      [bodyFor('webdav', webdav, { url: 'https://u:canary-p@host/' }), "'destination_config.url' must not contain"],
    ];
    const before = await count();
    for (const [body, says] of rows) {
      const answer = await call('POST', '/api/jobs', body);
      expect([answer.status, answer.json.message]).toEqual([400, expect.stringContaining(says)]);
      expect(answer.text).not.toContain('canary');
    }
    expect(await count()).toBe(before);
  });

  test('still reads from allowed folders only', async () => {
    const body = { ...bodyFor('s3', await credential('s3')), source_dirs: ['/etc'] };
    const answer = await call('POST', '/api/jobs', body);
    expect([answer.status, answer.json.message]).toEqual([
      400,
      expect.stringContaining('is not inside an allowed folder'),
    ]);
  });
});

describe('the credential of a job', () => {
  test('must be given where one is needed, exist, and be of the right kind', async () => {
    const s3 = await credential('s3', secrets.s3, 'AWS');
    const rows: [body: object, says: string][] = [
      [bodyFor('s3', null), "Field 'credential_id' is required for AWS S3"],
      [{ ...bodyFor('sftp', null), credential_id: undefined }, "Field 'credential_id' is required for SFTP"],
      [bodyFor('s3', 987_654), "Field 'credential_id': there is no credential 987654"],
      [bodyFor('sftp', s3), 'Field \'credential_id\': "AWS" is for s3, not for sftp'],
      [bodyFor('local', s3), "Field 'credential_id' must be null: Local / USB needs none"],
    ];
    const before = await count();
    for (const [body, says] of rows) {
      const answer = await call('POST', '/api/jobs', body);
      expect([answer.status, answer.json]).toEqual([400, { error: 'Invalid request', message: says }]);
    }
    expect(await count()).toBe(before);
  });

  test('cannot be deleted while a job uses it, and can be afterwards', async () => {
    const id = await credential('webdav');
    const job = (await call('POST', '/api/jobs', { ...bodyFor('webdav', id), name: 'Cloud' })).json;
    const refused = await call('DELETE', `/api/credentials/${id}`);
    expect([refused.status, refused.json.jobs]).toEqual([409, ['Cloud']]);
    expect((await call('PUT', `/api/jobs/${job.id}`, bodyFor('local', null))).status).toBe(200);
    expect((await call('DELETE', `/api/credentials/${id}`)).status).toBe(200);
  });

  test('is copied with a clone', async () => {
    const id = await credential('webdav');
    const job = (await call('POST', '/api/jobs', bodyFor('webdav', id))).json;
    expect((await call('POST', `/api/jobs/${job.id}/clone`)).json).toMatchObject({ credential_id: id });
    expect((await call('DELETE', `/api/credentials/${id}`)).json.jobs).toHaveLength(2);
  });
});

describe('when the address or the pinned certificate changes and the credential stays, the secret is asked for again', () => {
  const moves: [type: Kind, secret: object, change: object][] = [
    ['s3', secrets.s3, { endpoint: 'https://evil.example.com' }],
    ['sftp', secrets.sftp, { host: 'evil.example.com' }],
    ['sftp', secrets.sftp, { port: 2222 }],
    ['sftp', secrets.sftpKey, { username: 'other' }],
    ['webdav', secrets.webdav, { url: 'https://evil.example.com/dav' }],
    ['webdav', secrets.webdav, { certificate_sha256: 'ab'.repeat(32) }],
    ['s3', secrets.s3, { certificate_sha256: 'ab'.repeat(32) }],
  ];
  for (const [type, secret, change] of moves)
    test(`${type}: ${Object.keys(change)[0]}`, async () => {
      const id = await credential(type, secret, 'The secret one');
      const job = (await call('POST', '/api/jobs', bodyFor(type, id))).json;
      const put = (more: object) => call('PUT', `/api/jobs/${job.id}`, bodyFor(type, id, change, more));
      const [first = '', ...others] = Object.keys(secret);
      const withoutFirst = Object.fromEntries(others.map((key) => [key, (secret as Record<string, unknown>)[key]]));
      const wrong: unknown[] = [
        undefined,
        null,
        {},
        'text',
        [],
        { ...secret, [first]: 'wrong' },
        { ...secret, [first]: null },
        { [first]: [(secret as Record<string, unknown>)[first]] },
        withoutFirst,
        { unknown: 'x' },
        { toString: 'x' },
      ];
      for (const data of wrong) {
        const refused = await put({ credential_data: data });
        expect([refused.status, refused.json.error, refused.json.message]).toEqual([
          400,
          'Invalid request',
          expect.stringContaining('Enter the secret of "The secret one" again (credential_data)'),
        ]);
        expect(refused.text).not.toContain('canary');
      }
      expect((await call('GET', `/api/jobs/${job.id}`)).json).toEqual(job);
      const right = await put({ credential_data: secret });
      expect(`${right.status} ${right.text}`).toStartWith('200');
      expect(right.json.destination_config).toMatchObject(change);
      expect(right.text).not.toContain('canary');
      expect(right.text).not.toContain('credential_data');
      // From now on this is the address.
      expect((await put({})).status).toBe(200);
    });

  test('not when only the folder there changes, or nothing', async () => {
    const id = await credential('sftp');
    const job = (await call('POST', '/api/jobs', bodyFor('sftp', id))).json;
    for (const change of [{}, { remote_path: '/elsewhere' }])
      expect((await call('PUT', `/api/jobs/${job.id}`, bodyFor('sftp', id, change))).status).toBe(200);
  });

  test('also when another certificate is pinned, or none any more; not when the same one is only written differently', async () => {
    const id = await credential('webdav');
    const pinned = { certificate_sha256: 'ab'.repeat(32) };
    const job = (await call('POST', '/api/jobs', bodyFor('webdav', id, pinned))).json;
    const put = (config: object, more: object = {}) =>
      call('PUT', `/api/jobs/${job.id}`, bodyFor('webdav', id, config, more));
    for (const change of [{ certificate_sha256: 'cd'.repeat(32) }, { certificate_sha256: null }, {}]) {
      const refused = await put(change);
      expect([refused.status, refused.json.message]).toEqual([400, expect.stringContaining('the certificate')]);
    }
    expect((await call('GET', `/api/jobs/${job.id}`)).json).toEqual(job);
    expect((await put({ certificate_sha256: 'AB:'.repeat(31) + 'AB' })).status).toBe(200);
    expect((await put({}, { credential_data: secrets.webdav })).status).toBe(200);
  });

  test('not when the credential changes with it', async () => {
    const [one, two] = [await credential('sftp'), await credential('sftp', { password: 'canary-two' })];
    const job = (await call('POST', '/api/jobs', bodyFor('sftp', one))).json;
    const moved = await call('PUT', `/api/jobs/${job.id}`, bodyFor('sftp', two, { host: 'other.example.com' }));
    expect(moved.json).toMatchObject({ credential_id: two, destination_config: { host: 'other.example.com' } });
  });
});

test('no secret is ever answered or logged', async () => {
  const body = bodyFor('s3', await credential('s3'), { endpoint: 'http://127.0.0.1:9' });
  const tried = (await call('POST', '/api/jobs', body)).json;
  expect((await call('POST', `/api/jobs/${tried.id}/run`)).status).toBe(200);
  await call('POST', `/api/jobs/${tried.id}/cancel`);
  await app.app.backups.idle();
  const answers = [await call('GET', '/api/jobs'), await call('GET', '/api/credentials')];
  for (const job of answers[0]?.json ?? []) answers.push(await call('GET', `/api/jobs/${job.id}`));
  for (const answer of answers) expect(answer.text).not.toContain('canary');
  const lines = app.data.logs.$client.query('SELECT message FROM log_lines').all() as { message: string }[];
  expect(lines.length).toBeGreaterThan(0);
  expect(JSON.stringify(lines)).not.toContain('canary');
});
