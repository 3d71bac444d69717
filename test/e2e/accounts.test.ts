import { afterAll, describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiOnSocket } from '../../src/cli/client.ts';
import { socketFile } from '../../src/db/data-folder.ts';
import { eventually } from '../harness/processes.ts';
import { mainFile } from '../harness/program.ts';
import { tempDir } from '../harness/temp.ts';
import { startGoogleDrive } from '../servers/google-drive.ts';
import { startOneDrive } from '../servers/onedrive.ts';

const dir = tempDir('accounts');
const dataDir = join(dir, 'data');
const [drive, oneDrive] = await Promise.all([startGoogleDrive(), startOneDrive()]);
const { google, microsoft } = drive;

const trusted = join(dir, 'trusted.pem');
writeFileSync(trusted, `${drive.certificate}\n${oneDrive.certificate}\n`);
/** Names of this one server; the machine keeps its own. */
const hosts = join(dir, 'hosts');
writeFileSync(
  hosts,
  [
    '127.0.0.1 localhost nas.test box.test',
    '169.254.169.254 cloud.test',
    'fe80::1 link.test',
    '0.0.0.0 any.test',
    'fd00:ec2::254 cloud6.test',
    '127.0.0.1 both.test',
    '169.254.7.7 both.test',
  ].join('\n'),
);
const inOwnNames = 'mount --bind "$1" /etc/hosts && shift && exec "$@"';
const withNames = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', inOwnNames, 'sh'];
const server = [process.execPath, mainFile, 'serve', '--port', '0', '--host', '127.0.0.1', '--data-dir', dataDir];
const child = Bun.spawn([...withNames, hosts, ...server], {
  env: {
    ...process.env,
    TZ: 'UTC',
    LOG_LEVEL: 'debug',
    NODE_EXTRA_CA_CERTS: trusted,
    GOOGLE_API_URL: drive.url,
    GOOGLE_OAUTH_URL: drive.url,
    MICROSOFT_GRAPH_URL: oneDrive.graphUrl,
    MICROSOFT_LOGIN_URL: drive.url,
  },
  stdin: 'ignore',
  stdout: 'pipe',
  stderr: 'pipe',
});
let logged = '';
const read = async (stream: ReadableStream<Uint8Array>) => {
  for await (const chunk of stream) logged += Buffer.from(chunk).toString();
};
const streams = Promise.all([read(child.stdout), read(child.stderr)]);
const listening = () => /Dynamight .* on http:\/\/127\.0\.0\.1:(\d+)\n/.exec(logged)?.[1];
await eventually('the server answers', () => listening() !== undefined || child.exitCode !== null, 30_000);
const port = Number(listening());
if (!port) throw new Error(`The server did not start: ${logged}`);
const api = apiOnSocket(dataDir, socketFile);
afterAll(async () => {
  api.close();
  child.kill('SIGKILL');
  await child.exited;
  await streams;
  await Promise.all([drive.stop(), oneDrive.stop()]);
});

const answered: string[] = [];
interface TestAnswer {
  success: boolean;
  message: string;
  details: Record<string, unknown> | null;
}
const tryOut = async (type: string, config: object, credential: number | object): Promise<TestAnswer> => {
  const given = typeof credential === 'number' ? { credential_id: credential } : { credential_data: credential };
  const answer = await api.post<TestAnswer>('/api/providers/test', {
    destination_type: type,
    destination_config: config,
    ...given,
  });
  answered.push(JSON.stringify(answer));
  return answer;
};
const secretOf = (account: typeof google) => {
  const { accessToken, refreshToken, expiresAtMs } = account.signIn();
  return {
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_at: Math.floor(expiresAtMs / 1000),
    client_id: account.client.id,
    client_secret: account.client.secret,
  };
};
const save = async (provider_type: string, data: object): Promise<number> =>
  (await api.post<{ id: number }>('/api/credentials', { name: `My ${provider_type}`, provider_type, data })).id;
const attention = async () => {
  const lines = await api.get<{ id: string; topic: string; message: string }[]>('/api/attention');
  return lines.filter((line) => line.topic === 'account');
};
const expired = { success: false, message: 'The sign-in is no longer valid. Sign in again.', details: null };

describe('an account at Google', () => {
  const config = { folder_id: 'root' };

  test('is tested with a saved sign-in, and with one that is not saved', async () => {
    const secret = secretOf(google);
    const works = { success: true, message: 'Connection successful', details: { account: expect.any(String) } };
    expect(await tryOut('google_drive', config, secret)).toMatchObject(works);
    expect(await tryOut('google_drive', config, await save('google_drive', secret))).toMatchObject(works);
    expect(await tryOut('google_drive', { folder_id: 'no-such-folder' }, secret)).toEqual({
      success: false,
      message: 'The folder or bucket is not there',
      details: null,
    });
    expect(await attention()).toEqual([]);
  });

  test('whose sign-in has ended says so, to whoever tests and to whoever looks', async () => {
    const id = await save('google_drive', secretOf(google));
    google.revokeAll();
    expect(await tryOut('google_drive', config, id)).toEqual(expired);
    expect(
      await tryOut('google_drive', config, secretOf({ ...google, client: { id: 'x', secret: 'y' } })),
    ).toMatchObject({
      success: true, // its token is good for an hour, whatever the registration
    });
    expect((await attention()).map((line) => [line.id, line.message])).toEqual([
      [
        `credential:${id}:signed-out`,
        'The sign-in of "My google_drive" has ended: backups to it cannot run. Sign in again in the settings.',
      ],
    ]);
    await api.delete(`/api/credentials/${id}`);
    expect(await attention()).toEqual([]);
  });
});

describe('an account at Microsoft', () => {
  const config = { folder_path: '/Backups' };

  test('is tested, renewed, and told when its sign-in has ended', async () => {
    const secret = secretOf(microsoft);
    oneDrive.token = secret.access_token;
    const id = await save('onedrive', secret);
    expect(await tryOut('onedrive', config, id)).toMatchObject({ success: true, details: { folder: '/Backups' } });
    expect(await tryOut('onedrive', { folder_path: '/New/deeper' }, id)).toMatchObject({
      success: true,
      details: { folder_exists: false },
    });
    const otherDrive = { ...config, drive_id: 'b!another' };
    expect(await tryOut('onedrive', otherDrive, id)).toMatchObject({ success: false, details: null });
    const refreshes = microsoft.refreshes;
    oneDrive.token = 'another'; // the service takes this one no more, and asks to renew it
    expect(await tryOut('onedrive', config, id)).toMatchObject({ success: false });
    expect(microsoft.refreshes).toBeGreaterThan(refreshes);
    microsoft.revokeAll();
    const late = await save('onedrive', { ...secretOf(microsoft), refresh_token: 'ended', expires_at: 1 });
    expect(await tryOut('onedrive', config, late)).toEqual(expired);
    expect((await attention()).map((line) => line.id)).toContain(`credential:${late}:signed-out`);
  });
});

describe('a name that leads where nothing is ever sent', () => {
  const refused = { success: false, message: 'This address is never a destination', details: null };
  const davUser = { username: 'alice', password: 'hunter22' };
  const s3Key = { access_key_id: 'AKIAEXAMPLE', secret_access_key: 'hunter22' };
  const sftp = (host: string, at: number) => ({ host, port: at, username: 'alice', remote_path: '/' });
  const ways = (host: string, at: number) =>
    [
      ['sftp', sftp(host, at), { password: 'hunter22' }],
      ['webdav', { url: `http://${host}:${at}/`, remote_path: '/' }, davUser],
      ['s3', { bucket: 'backups', region: 'x', endpoint: `http://${host}:${at}` }, s3Key],
    ] as const;

  test('is refused when it is looked up, whatever it looks like', async () => {
    for (const host of ['cloud.test', 'link.test', 'any.test', 'cloud6.test'])
      for (const [type, config, secret] of ways(host, 80))
        expect([host, type, await tryOut(type, config, secret)]).toEqual([host, type, refused]);
  });

  test('is our own, when our own port is meant', async () => {
    expect((await fetch(`http://127.0.0.1:${port}/api/system/health`)).status).toBe(200);
    for (const host of ['box.test', 'localhost'])
      for (const [type, config, secret] of ways(host, port))
        expect([host, type, await tryOut(type, config, secret)]).toEqual([host, type, refused]);
  });

  test('is fine when it leads to the machine next door, by its good address alone', async () => {
    let visits = 0;
    using nas = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch() {
        visits += 1;
        return new Response(null, { status: 401 });
      },
    });
    for (const host of ['nas.test', 'both.test'])
      for (const [type, config, secret] of ways(host, nas.port ?? 0).slice(1))
        expect([host, type, (await tryOut(type, config, secret)).message]).toEqual([
          host,
          type,
          'Access denied: invalid credentials',
        ]);
    expect(visits).toBeGreaterThan(3);
  });
});

test('no token and no secret is in the log, in an answer, or readable in the data folder', () => {
  const files = readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dataDir, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'));
  expect(files.length).toBeGreaterThan(2);
  expect(logged).toContain('A sign-in does not work any more');
  for (const text of [logged, ...answered, ...files])
    expect(
      /(access|refresh)-[0-9a-f]{32}|(google|microsoft)-secret|hunter22|not for people/.exec(text)?.[0],
    ).toBeUndefined();
  expect(drive.requests.map(({ query }) => query.toString()).join(' ')).not.toMatch(/access-|refresh-|secret/);
});
