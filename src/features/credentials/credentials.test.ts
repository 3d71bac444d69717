import { describe, expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestApp } from '../../../test/harness/app.ts';
import { scale } from '../../../test/harness/scale.ts';
import { type Scenario, scenarios } from '../../../test/harness/scenario.ts';
import { jobs } from '../backups/table.ts';
import { credentials } from './table.ts';

const s3 = { name: 'AWS', provider_type: 's3', data: { access_key_id: 'AKIA', secret_access_key: 'hunter2' } };
const path = '/api/credentials';
type App = ReturnType<typeof startTestApp>;

const jobUsing = (app: App, credentialId: number, name: string): number =>
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
    .returning({ id: jobs.id })
    .get().id;

describe('credentials', () => {
  const app = startTestApp();
  const refused = (name: string, body: unknown, message: string): Scenario => ({
    name,
    method: 'POST',
    path,
    body,
    status: 400,
    json: { error: 'Invalid request' },
    contains: [message],
    lacks: ['hunter2'],
  });
  const rows: Scenario[] = [
    ...(
      [
        ['GET', path],
        ['POST', path],
        ['GET', `${path}/1`],
        ['PUT', `${path}/1`],
        ['DELETE', `${path}/1`],
        ['GET', `${path}/1/usage`],
        ['GET', `${path}/nonsense`],
      ] as const
    ).map(
      ([method, door]): Scenario => ({
        name: `${method} ${door} needs a login`,
        method,
        path: door,
        as: 'nobody',
        status: 401,
        exactly: { error: 'Unauthorized', message: 'Invalid or expired token' },
      }),
    ),
    { name: 'are none at first', method: 'GET', path, status: 200, exactly: [] },
    {
      name: 'are made, and the answer has no secret',
      method: 'POST',
      path,
      body: { ...s3, name: '  AWS  ' },
      status: 200,
      exactly: {
        id: 1,
        name: 'AWS',
        provider_type: 's3',
        created_at: '2026-01-05T02:00:00Z',
        updated_at: '2026-01-05T02:00:00Z',
      },
    },
    refused('need a name', { ...s3, name: undefined }, "Field 'name' is required"),
    refused('need a name that is not blank', { ...s3, name: '   ' }, "Field 'name' must not be empty"),
    refused('have names of at most 200 characters', { ...s3, name: 'x'.repeat(10_000) }, '1 to 200 characters'),
    refused('have names without control characters', { ...s3, name: 'a\u001b[2Jb' }, 'control characters'),
    refused('need a provider that exists', { ...s3, provider_type: 'ftp' }, "Field 'provider_type' must be one of s3"),
    refused('are not for local folders', { ...s3, provider_type: 'local', data: {} }, 'need no credential'),
    refused('need data', { ...s3, data: undefined }, "Field 'data' is required"),
    refused('never repeat data of another type', { ...s3, data: 'hunter2' }, "Field 'data' must be an object"),
    refused('never repeat data in a list', { ...s3, data: ['hunter2'] }, "Field 'data' must be an object"),
    refused(
      'never repeat a secret that is refused',
      { ...s3, data: { access_key_id: 'AKIA', secret_access_key: 'hunter2\u0007' } },
      "Field 'data.secret_access_key' must not contain control characters",
    ),
    refused(
      'name a field they do not know',
      { ...s3, data: { ...s3.data, passwort: 'hunter2' } },
      "Field 'data.passwort' is not known here",
    ),
    {
      name: 'are changed in name alone, and keep their secret',
      method: 'PUT',
      path: `${path}/1`,
      before: ({ clock }) => clock.advance(60_000),
      body: { name: 'AWS 2' },
      status: 200,
      json: { id: 1, name: 'AWS 2', created_at: '2026-01-05T02:00:00Z', updated_at: '2026-01-05T02:01:00Z' },
      after: ({ app }) => expect(app.credentials.open(1).data).toMatchObject(s3.data),
    },
    {
      name: 'are changed in data alone, and forget the old secret whole',
      method: 'PUT',
      path: `${path}/1`,
      body: { data: { access_key_id: 'AKIB', secret_access_key: 'new' } },
      status: 200,
      json: { name: 'AWS 2' },
      lacks: ['new'],
      after: ({ app }) =>
        expect(app.credentials.open(1)).toEqual({
          provider_type: 's3',
          data: { access_key_id: 'AKIB', secret_access_key: 'new', session_token: null },
        }),
    },
    {
      name: 'keep what they have when the new data is not good',
      method: 'PUT',
      path: `${path}/1`,
      body: { name: 'lost?', data: { secret_access_key: 'hunter2' } },
      status: 400,
      lacks: ['hunter2'],
      after: ({ app }) => {
        expect(app.credentials.get(1).name).toBe('AWS 2');
        expect(app.credentials.open(1).data).toMatchObject({ access_key_id: 'AKIB' });
      },
    },
    {
      name: 'never become those of another provider',
      method: 'PUT',
      path: `${path}/1`,
      body: { provider_type: 'sftp', data: { password: 'hunter2' } },
      status: 400,
      contains: ["Field 'provider_type' cannot be changed"],
    },
    { name: 'that are not there cannot be read', method: 'GET', path: `${path}/99`, status: 404 },
    {
      name: 'that are not there cannot be changed',
      method: 'PUT',
      path: `${path}/99`,
      body: { name: 'x' },
      status: 404,
      exactly: { error: 'Not found', message: 'Credential not found' },
    },
    { name: 'that are not there cannot be deleted', method: 'DELETE', path: `${path}/99`, status: 404 },
    { name: 'that are not there are used by nobody', method: 'GET', path: `${path}/99/usage`, status: 404 },
    ...['0', '-1', '1e3', '01', 'abc', '9'.repeat(40)].map(
      (id): Scenario => ({ name: `have no number "${id}"`, method: 'GET', path: `${path}/${id}`, status: 400 }),
    ),
    {
      name: 'of a provider that has none are none',
      method: 'GET',
      path: `${path}?provider=x`,
      status: 200,
      exactly: [],
    },
    {
      name: 'that no job uses say so',
      method: 'GET',
      path: `${path}/1/usage`,
      status: 200,
      exactly: { credential_id: 1, jobs: [] },
    },
    {
      name: 'in use stay, and the answer names the job',
      method: 'DELETE',
      path: `${path}/1`,
      before: (app) => void jobUsing(app, 1, 'Daily Backup'),
      status: 409,
      exactly: { error: 'Credential is in use by 1 job(s)', jobs: ['Daily Backup'] },
      after: ({ app }) => expect(app.credentials.exists(1, 's3')).toBe(true),
    },
    {
      name: 'are deleted once the job is gone',
      method: 'DELETE',
      path: `${path}/1`,
      before: ({ data }) => data.main.delete(jobs).run(),
      status: 200,
      exactly: { message: 'Credential deleted' },
      after: ({ app }) => expect(app.credentials.exists(1, 's3')).toBe(false),
    },
    {
      name: 'never get a number again that one had before',
      method: 'POST',
      path,
      body: s3,
      status: 200,
      json: { id: 2 },
      after: ({ app }) => {
        expect(app.credentials.exists(2, 's3')).toBe(true);
        expect(app.credentials.exists(2, 'sftp')).toBe(false);
      },
    },
  ];
  scenarios(() => app, rows);
});

describe('a secret at rest', () => {
  const canaries = ['CANARY-first-9f3a', 'CANARY-second-77b1', 'CANARY-key-51c2'];

  test('is in no file of the data folder, in no spelling', async () => {
    const app = startTestApp();
    const send = (method: string, door: string, data: object) =>
      app.call(method, door, { owner: true, body: { name: 'x', provider_type: 'sftp', data } });
    await send('POST', path, { password: canaries[0] });
    await send('PUT', `${path}/1`, { password: canaries[1] });
    await send('POST', path, { private_key: `-----BEGIN PRIVATE KEY-----\n${canaries[2]}\n` });
    const look = () => {
      const files = readdirSync(app.dir, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
      expect(files.length).toBeGreaterThan(3);
      for (const file of files) {
        const bytes = readFileSync(join(file.parentPath, file.name));
        for (const canary of canaries) {
          const plain = Buffer.from(canary);
          for (const spelling of [canary, plain.toString('base64').slice(0, 18), plain.toString('hex')])
            expect(`${file.name} ${spelling} ${bytes.includes(spelling)}`).toEndWith('false');
        }
      }
    };
    expect(existsSync(join(app.dir, 'dynamight.db-wal'))).toBe(true);
    look();
    app.close(); // the WAL is written back
    look();
  });

  test('does not open in another row, or once changed, and says what to do', async () => {
    const app = startTestApp();
    for (const password of ['one', 'two'])
      await app.call('POST', path, { owner: true, body: { name: 'x', provider_type: 'sftp', data: { password } } });
    const [first, second] = app.data.main.select().from(credentials).all();
    app.data.main
      .update(credentials)
      .set({ data: first?.data ?? '' })
      .run();
    expect(app.app.credentials.open(first?.id ?? 0).data).toMatchObject({ password: 'one' });
    expect(() => app.app.credentials.open(second?.id ?? 0)).toThrow(/cannot be decrypted.*Enter it again/);
  });
});

describe('at the same time', () => {
  const app = startTestApp();
  const call = (method: string, door: string, body?: unknown) => app.call(method, door, { owner: true, body });

  test('as many as are made get a number each', async () => {
    const made = await Promise.all(Array.from({ length: scale.parallelCalls }, () => call('POST', path, s3)));
    expect(new Set(made.map((answer) => answer.json.id)).size).toBe(scale.parallelCalls);
  });

  test('one is deleted once, however often it is asked for', async () => {
    const answers = await Promise.all(Array.from({ length: scale.parallelCalls }, () => call('DELETE', `${path}/1`)));
    const statuses = answers.map((answer) => answer.status).sort((a, b) => a - b);
    expect(statuses).toEqual([200, ...Array<number>(scale.parallelCalls - 1).fill(404)]);
  });

  test('a job made while its credential is deleted never points to nothing', async () => {
    for (let id = 2; id <= scale.parallelCalls; id += 1) {
      const makeJob = async () => {
        if (id % 2 === 0) await Promise.resolve();
        try {
          return jobUsing(app, id, `job ${id}`);
        } catch {
          return null;
        }
      };
      const [job, removed] = await Promise.all([makeJob(), call('DELETE', `${path}/${id}`)]);
      expect([job === null, removed.status]).toEqual([removed.status === 200, job === null ? 200 : 409]);
    }
    expect(app.data.main.$client.query('PRAGMA foreign_key_check').all()).toEqual([]);
  });
});
