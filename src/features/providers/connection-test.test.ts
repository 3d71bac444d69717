import { afterAll, describe, expect, test } from 'bun:test';
import { chownSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { canary } from '../../../test/harness/accounts.ts';
import { startTestApp } from '../../../test/harness/app.ts';
import { fakeClock } from '../../../test/harness/clock.ts';
import { tmpfs } from '../../../test/harness/filesystems.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { startApache } from '../../../test/servers/apache.ts';
import { startRcloneSftp } from '../../../test/servers/rclone-sftp.ts';
import { startS3rver } from '../../../test/servers/s3rver.ts';
import { startSshTrap } from '../../../test/servers/ssh-trap.ts';
import { makePrivateKey, startSshd } from '../../../test/servers/sshd.ts';
import { createLog } from '../../core/log.ts';
import { listen } from '../../http/server.ts';
import { answerWithinMs } from './connection-test.ts';

// Ten seconds are for servers, not for reading a large library from the sources on a busy machine.
await import('../../storage/drivers/s3/driver.ts');

const allowed = tempDir('allowed');
const said: string[] = [];
const log = createLog('debug', (line) => said.push(line), Date.now);
const app = startTestApp({ ALLOWED_BROWSE_PATHS: allowed }, fakeClock(Date.now()), undefined, { log });
const door = listen(app.app.http, '::', 0);
const [sshd, sftp, s3, apache, own, trap] = await Promise.all([
  startSshd(),
  startRcloneSftp(),
  startS3rver(),
  startApache(),
  startApache({ tls: true }),
  startSshTrap({ word: canary(), open: true }),
]);
afterAll(async () => {
  await app.app.http.server?.stop(true);
  await Promise.all([...[sshd, sftp, s3, apache, own, trap].map((one) => one.stop()), door.close()]);
});
mkdirSync(join(sftp.folder, 'backups'));

const post = async (body: unknown) => {
  const answer = await app.call('POST', '/api/providers/test', { owner: true, body });
  said.push(answer.text);
  return answer;
};
/** Tries with a credential that is not saved. */
const tryOut = async (destination_type: string, destination_config: object, credential_data?: object) => {
  const answer = await post({ destination_type, destination_config, credential_data });
  expect([answer.status, answer.text]).toEqual([200, answer.text]);
  return answer.json;
};
const failed = (message: string, details: object | null = null) => ({ success: false, message, details });
const denied = failed('Access denied: invalid credentials');
const unreachable = failed('The server cannot be reached');
const refused = failed('This address is never a destination');
const worked = (details: object) => ({ success: true, message: 'Connection successful', details });

const sshConfig = (more: object = {}) => ({
  host: '127.0.0.1',
  port: sshd.port,
  username: sshd.user,
  remote_path: sshd.folder,
  key_based_auth: true,
  ...more,
});
const sshKey = { private_key: sshd.privateKey };
const s3Config = (more: object = {}) => ({ bucket: s3.bucket, region: s3.region, endpoint: s3.endpoint, ...more });
const s3Key = { access_key_id: s3.accessKeyId, secret_access_key: s3.secretAccessKey };
const davConfig = (more: object = {}) => ({ url: apache.url, remote_path: '/', ...more });
const davUser = { username: apache.user, password: apache.password };

/** A port of this machine that nobody listens on. */
const closedPort = (): number => {
  using probe = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } });
  return probe.port;
};

describe('an SFTP server', () => {
  test('that lets us in is told by its key', async () => {
    const answer = await tryOut('sftp', sshConfig(), sshKey);
    const fingerprint = sshd.fingerprint();
    expect(answer).toEqual(worked({ user: sshd.user, folder_exists: true, fingerprint, key_type: 'ssh-ed25519' }));
    expect(readdirSync(sshd.folder)).toEqual([]);
  });

  test('takes a password, a key with a passphrase, and a folder that is still to be made', async () => {
    const password = { host: '127.0.0.1', port: sftp.port, username: sftp.user, remote_path: '/backups' };
    expect(await tryOut('sftp', password, { password: sftp.password })).toMatchObject({ success: true });
    const sealed = { private_key: sshd.sealedKey, passphrase: sshd.passphrase };
    expect(await tryOut('sftp', sshConfig(), sealed)).toMatchObject({ success: true });
    const missing = sshConfig({ remote_path: `${sshd.folder}/new` });
    expect(await tryOut('sftp', missing, sshKey)).toMatchObject({ success: true, details: { folder_exists: false } });
    expect(readdirSync(sshd.folder)).toEqual([]);
    const atHome = { ...password, remote_path: 'new' };
    expect(await tryOut('sftp', atHome, { password: sftp.password })).toMatchObject({
      success: true,
      details: { folder_exists: false },
    });
    expect(existsSync(join(sftp.folder, 'new'))).toBe(false);
  });

  test('that refuses the key, the password or the passphrase says so', async () => {
    expect(await tryOut('sftp', sshConfig(), { private_key: makePrivateKey() })).toEqual(denied);
    const wrong = { private_key: sshd.sealedKey, passphrase: 'wrong horse' };
    expect(await tryOut('sftp', sshConfig(), wrong)).toEqual(denied);
    const password = { host: '127.0.0.1', port: sftp.port, username: sftp.user, remote_path: '/' };
    expect(await tryOut('sftp', password, { password: 'wrong password' })).toEqual(denied);
  });

  test('that is not there, or has not even the folder above', async () => {
    expect(await tryOut('sftp', sshConfig({ host: 'nas.invalid' }), sshKey)).toEqual(unreachable);
    expect(await tryOut('sftp', sshConfig({ port: closedPort() }), sshKey)).toEqual(unreachable);
    expect(await tryOut('sftp', sshConfig({ remote_path: `${sshd.folder}/no/such` }), sshKey)).toEqual(
      failed('The folder or bucket is not there'),
    );
    expect(await tryOut('sftp', sshConfig({ port: apache.port }), sshKey)).toMatchObject({ success: false });
  });
});

describe('a WebDAV server', () => {
  test('that lets us in, and one that does not', async () => {
    expect(await tryOut('webdav', davConfig(), davUser)).toEqual(
      worked({ account: apache.user, folder_exists: true, encrypted: false, keeps_times: false }),
    );
    expect(await tryOut('webdav', davConfig(), { ...davUser, password: 'wrong password' })).toEqual(denied);
    const lost = davConfig({ url: `${apache.url}no/such/`, remote_path: '/' });
    expect(await tryOut('webdav', lost, davUser)).toMatchObject({
      success: false,
      message: 'The folder or bucket is not there',
    });
    expect(await tryOut('webdav', davConfig({ url: `http://127.0.0.1:${closedPort()}/` }), davUser)).toEqual(
      unreachable,
    );
    expect(await tryOut('webdav', davConfig({ url: 'http://nas.invalid/dav' }), davUser)).toEqual(unreachable);
  });

  test('takes a folder that is still to be made, with those above it, and not one whose name a file has', async () => {
    const { uid, gid } = statSync(apache.folder);
    mkdirSync(join(apache.folder, 'shelf'));
    chownSync(join(apache.folder, 'shelf'), uid, gid);
    writeFileSync(join(apache.folder, 'taken'), '');
    const there = () => new Set(readdirSync(apache.folder, { recursive: true, encoding: 'utf8' }));
    const before = there();
    for (const remote_path of ['/new', '/new/deeper', 'shelf/new'])
      expect(await tryOut('webdav', davConfig({ remote_path }), davUser)).toEqual(
        worked({ account: apache.user, folder_exists: false, encrypted: false, keeps_times: false }),
      );
    for (const remote_path of ['/taken', '/taken/deeper'])
      expect(await tryOut('webdav', davConfig({ remote_path }), davUser)).toEqual(
        failed('Something else lies where the folder is to be'),
      );
    expect(there()).toEqual(before);
  });

  test('with a certificate of its own is trusted by its fingerprint alone', async () => {
    const fingerprint = own.certificate?.fingerprint ?? '';
    const config = { url: own.url, remote_path: '/' };
    const before = await tryOut('webdav', config, davUser);
    expect(before).toMatchObject(
      failed("The server's certificate is not trusted. Nothing was sent to it.", {
        reason: 'certificate',
        fingerprint,
      }),
    );
    const pinned = { ...config, certificate_sha256: before.details.fingerprint };
    expect(await tryOut('webdav', pinned, davUser)).toMatchObject(worked({ encrypted: true }));
    const other = { ...config, certificate_sha256: 'AB'.repeat(32) };
    expect(await tryOut('webdav', other, davUser)).toMatchObject({
      success: false,
      details: { reason: 'certificate', fingerprint, pinned: 'AB:'.repeat(32).slice(0, -1) },
    });
  });
});

describe('an S3 service', () => {
  test('that lets us in, and one that does not', async () => {
    expect(await tryOut('s3', s3Config(), s3Key)).toEqual(worked({ bucket: s3.bucket, region: s3.region }));
    expect(await tryOut('s3', s3Config(), { ...s3Key, access_key_id: 'stranger' })).toEqual(denied);
    expect(await tryOut('s3', s3Config({ bucket: 'no-such-bucket' }), s3Key)).toEqual(
      failed('The folder or bucket is not there'),
    );
    const nowhere = s3Config({ endpoint: `http://127.0.0.1:${closedPort()}` });
    expect(await tryOut('s3', nowhere, s3Key)).toEqual(unreachable);
  });
});

describe('a folder of this machine', () => {
  const local = (mount_point: string, more: object = {}) => tryOut('local', { mount_point, ...more });

  test('inside the allowed ones is written to and left as it was', async () => {
    expect(await local(allowed)).toEqual(worked({ folder: allowed, folder_exists: true }));
    const subdir = await local(allowed, { backup_subdir: 'server1/photos' });
    expect(subdir).toEqual(worked({ folder: allowed, folder_exists: false }));
    expect(readdirSync(allowed)).toEqual([]);
  });

  test('outside of them, also through a link, is refused as when a job is saved', async () => {
    const away = tempDir('away');
    symlinkSync(away, join(allowed, 'link'));
    mkdirSync(join(allowed, 'base'));
    symlinkSync(away, join(allowed, 'base', 'out'));
    for (const config of [
      { mount_point: away },
      { mount_point: '/' },
      { mount_point: join(allowed, 'link') },
      { mount_point: join(allowed, 'base'), backup_subdir: 'out' },
      { mount_point: app.dir },
    ]) {
      const answer = await post({ destination_type: 'local', destination_config: config });
      expect([answer.status, answer.json.message]).toEqual([
        400,
        expect.stringContaining("Field 'destination_config."),
      ]);
      const job = { name: 'x', source_dirs: [allowed], destination_type: 'local', destination_config: config };
      const saved = await app.call('POST', '/api/jobs', { owner: true, body: job });
      expect(saved.json).toEqual(answer.json);
    }
    expect(readdirSync(away)).toEqual([]);
  });

  test('that is not there, cannot be written to, or whose drive is not plugged in', async () => {
    expect(await local(join(allowed, 'missing'))).toEqual(failed('The folder or bucket is not there'));
    expect(await local(allowed, { usb_uuid: 'DEAD-BEEF' })).toEqual(failed('The folder or bucket is not there'));
    const memory = tmpfs({ size: '1m' });
    memory.unmount();
    memory.mount(join(allowed, 'memory'));
    expect(await local(memory.path)).toMatchObject({ success: true });
    memory.remount('ro');
    expect(await local(memory.path)).toEqual(failed('The destination can only be read'));
  });
});

describe('the request', () => {
  const config = davConfig();
  const save = async (provider_type: string, data: object) =>
    (await app.call('POST', '/api/credentials', { owner: true, body: { name: 'Saved', provider_type, data } })).json.id;

  test('names a saved credential, or holds one', async () => {
    const id = await save('webdav', davUser);
    const saved = await post({ destination_type: 'webdav', destination_config: config, credential_id: id });
    expect(saved.json).toMatchObject({ success: true });
    const both = {
      destination_type: 'webdav',
      destination_config: config,
      credential_id: id,
      credential_data: davUser,
    };
    expect((await post(both)).json.message).toBe(
      "Field 'credential_data' must be left out when a credential_id is given",
    );
    const nulls = {
      destination_type: 'webdav',
      destination_config: config,
      credential_id: null,
      credential_data: davUser,
    };
    expect((await post(nulls)).json).toMatchObject({ success: true });
  });

  test.each([
    [
      400,
      "Field 'destination_type' must be one of local, s3, google_drive, onedrive, sftp, webdav",
      { destination_type: 'ftp' },
    ],
    [400, "Field 'destination_type' must be one of", { destination_type: '__proto__' }],
    [400, "Field 'destination_config.url' is required", { destination_config: {} }],
    [400, "Field 'destination_config.mood' is not known here", { destination_config: { mood: 'good' } }],
    [400, "Field 'credential_id' is required for WebDAV", { credential_data: undefined }],
    [400, "Field 'credential_data.password' is required", { credential_data: { username: 'x' } }],
    [400, 'this credential is for s3, not for webdav', { credential_data: undefined, credential_id: 's3' }],
    [404, 'Credential not found', { credential_data: undefined, credential_id: 9999 }],
    [400, 'needs no credential', { destination_type: 'local', destination_config: { mount_point: allowed } }],
  ])('is refused with %i: %s', async (status, words, more: Record<string, unknown>) => {
    const id = more['credential_id'] === 's3' ? { credential_id: await save('s3', s3Key) } : {};
    const answer = await post({
      destination_type: 'webdav',
      destination_config: config,
      credential_data: davUser,
      ...more,
      ...id,
    });
    expect([answer.status, answer.json.message]).toEqual([status, expect.stringContaining(words)]);
  });
});

describe('addresses that are never a destination', () => {
  const others = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter((one) => !one.address.startsWith('fe80'))
    .map((one) => one.address);

  test('our own port, on every address of this machine and by every name', async () => {
    expect((await fetch(`http://127.0.0.1:${door.port}/api/system/health`)).status).toBe(200);
    for (const host of new Set(['127.0.0.1', '127.9.9.9', '::1', 'localhost', ...others])) {
      const written = host.includes(':') ? `[${host}]` : host;
      const url = `http://${written}:${door.port}`;
      expect([host, await tryOut('sftp', sshConfig({ host, port: door.port }), sshKey)]).toEqual([host, refused]);
      expect([host, await tryOut('webdav', davConfig({ url }), davUser)]).toEqual([host, refused]);
      expect([host, await tryOut('s3', s3Config({ endpoint: url }), s3Key)]).toEqual([host, refused]);
    }
  });

  test.each([
    '169.254.169.254',
    '169.254.7.7',
    'fe80::1',
    '0.0.0.0',
    '::',
    '2130706433',
    '0x7f.1',
    '::ffff:127.0.0.1',
    'metadata.google.internal',
  ])('%s is refused already when it is written down', async (host) => {
    const written = host.includes(':') ? `[${host}]` : host;
    for (const [destination_type, destination_config, credential_data] of [
      ['sftp', sshConfig({ host }), sshKey],
      ['webdav', davConfig({ url: `http://${written}/` }), davUser],
      ['s3', s3Config({ endpoint: `http://${written}` }), s3Key],
    ] as const) {
      const answer = await post({ destination_type, destination_config, credential_data });
      expect([answer.status, answer.json.message]).toEqual([
        400,
        expect.stringContaining("Field 'destination_config."),
      ]);
    }
  });

  test('a server that sends us there is not followed', async () => {
    const goals = [
      `http://127.0.0.1:${door.port}/api/system/health`,
      'http://169.254.169.254/latest/',
      'file:///etc/passwd',
    ];
    for (const location of goals) {
      using sender = Bun.serve({
        port: 0,
        hostname: '127.0.0.1',
        fetch: () => new Response(null, { status: 307, headers: { location } }),
      });
      const url = sender.url.href.replace('localhost', '127.0.0.1');
      expect(await tryOut('webdav', davConfig({ url }), davUser)).toEqual(refused);
      expect(await tryOut('s3', s3Config({ endpoint: url }), s3Key)).toMatchObject({ success: false, details: null });
    }
  });
});

test('servers that hang, at whatever step, are given up within ten seconds', async () => {
  using deaf = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } });
  using halfway = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    fetch: () =>
      new Response(new ReadableStream({ start: (to) => to.enqueue('<?xml version="1.0"?>') }), { status: 207 }),
  });
  const silent = failed('The server does not answer');
  const began = performance.now();
  const stopped = await startSshd();
  await tryOut('sftp', sshConfig({ port: stopped.port, remote_path: stopped.folder }), {
    private_key: stopped.privateKey,
  });
  stopped.signal('SIGSTOP');
  const prepared = performance.now() - began;
  const answers = await Promise.all([
    tryOut('sftp', sshConfig({ port: deaf.port }), sshKey),
    tryOut('sftp', sshConfig({ port: stopped.port }), { private_key: stopped.privateKey }),
    tryOut('webdav', davConfig({ url: `http://127.0.0.1:${deaf.port}/` }), davUser),
    tryOut('webdav', davConfig({ url: `https://127.0.0.1:${deaf.port}/` }), davUser),
    tryOut('webdav', davConfig({ url: `http://127.0.0.1:${halfway.port}/` }), davUser),
    tryOut('s3', s3Config({ endpoint: `http://127.0.0.1:${deaf.port}` }), s3Key),
    tryOut('s3', s3Config({ endpoint: `http://127.0.0.1:${halfway.port}` }), s3Key),
  ]);
  const tookMs = performance.now() - began - prepared;
  await stopped.stop();
  for (const answer of answers) expect(answer).toEqual(silent);
  expect(tookMs).toBeLessThan(answerWithinMs);
});

test('no word of a server comes through: not its banner, its headers, its pages or its errors', async () => {
  const word = canary();
  const html = `<!doctype html><title>${word}</title>${word}`;
  const s3Error = `<?xml version="1.0"?><Error><Code>${word}</Code><Message>${word}</Message></Error>`;
  const davError = `<?xml version="1.0"?><d:error xmlns:d="DAV:"><s:message xmlns:s="x">${word}</s:message></d:error>`;
  const statuses = [200, 207, 301, 400, 401, 403, 404, 409, 423, 429, 500, 507];
  const pages = [html, `${word} is no XML`].flatMap((page) =>
    [200, 207, 401, 500].map((status) => [status, page] as const),
  );
  for (const [status, page] of [...statuses.map((status) => [status, null] as const), ...pages]) {
    using server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: (request) =>
        new Response(page ?? (request.headers.has('x-amz-date') ? s3Error : davError), {
          status,
          statusText: word,
          headers: {
            server: word,
            'x-powered-by': word,
            dav: `1, ${word}`,
            'content-type': 'text/xml',
            'www-authenticate': `Basic realm="${word}"`,
            etag: `"${word}"`,
            location: `/${word}`,
          },
        }),
    });
    const base = `http://127.0.0.1:${server.port}`;
    const answers = await Promise.all([
      tryOut('webdav', davConfig({ url: `${base}/` }), davUser),
      tryOut('s3', s3Config({ endpoint: base }), s3Key),
    ]);
    for (const answer of answers) expect(answer).toEqual(failed(answer.message));
  }
  const trapped = { host: '127.0.0.1', port: trap.port, username: 'backup', remote_path: '/backups' };
  expect(await tryOut('sftp', trapped, { password: 'x' })).toMatchObject({ success: false });
  expect(trap.attempts).toBe(1);
  expect(said.join('\n')).not.toMatch(/canary/);
});

test('no secret was ever logged or answered', () => {
  const all = said.join('\n');
  for (const secret of [sftp.password, apache.password, 'wrong horse', 'wrong password', sshd.passphrase])
    if (all.includes(secret)) throw new Error(`Somebody was told ${secret}`);
  expect(all).not.toMatch(/PRIVATE KEY|authorization/i);
});
