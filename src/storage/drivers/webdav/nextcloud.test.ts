import { afterAll, describe, expect, test } from 'bun:test';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../../../test/harness/processes.ts';
import { tempDir } from '../../../../test/harness/temp.ts';
import { type Nextcloud, type NextcloudOptions, startNextcloud } from '../../../../test/servers/nextcloud.ts';
import { sample, sampleContent } from '../../checks/context.ts';
import { bytesContent } from '../../content.ts';
import type { StorageDriver, WriteOptions } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import type { Tuning } from '../../port.ts';
import { createWebdavDriver } from './driver.ts';

const { signal } = new AbortController();
const ends: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ends.toReversed()) await end();
});

const partBytes = 256 * 1024;
const tuning: Tuning = { multipartFromBytes: 1024 * 1024, partBytes };
const large = 8 * partBytes + 17;

async function start(options: NextcloudOptions = {}): Promise<Nextcloud> {
  const server = await startNextcloud({ minPartBytes: partBytes, ...options });
  ends.push(() => server.stop());
  return server;
}
function open(server: Nextcloud, more: { url?: string; token?: string; remote?: string } = {}): StorageDriver {
  const driver = createWebdavDriver(
    { url: more.url ?? server.url, remote_path: more.remote ?? '', certificate_sha256: null },
    more.token
      ? { username: null, password: null, token: more.token }
      : { username: server.user, password: server.password, token: null },
    { tuning },
  );
  ends.push(() => driver.close());
  return driver;
}
function slot(first: unknown = null) {
  let kept = JSON.stringify(first);
  return {
    load: (): unknown => JSON.parse(kept),
    save(state: unknown) {
      kept = JSON.stringify(state);
    },
    clear() {
      kept = 'null';
    },
  };
}
const put = (driver: StorageDriver, path: string, size: number, more: Partial<WriteOptions> = {}) =>
  driver.write(path, sampleContent(size, 5), { signal, mtimeNs: 1_700_000_123_456_789_123n, ...more });
const bytesOf = (server: Nextcloud, path: string): Uint8Array => {
  const file = server.files.get(path);
  return file === undefined || file === 'folder' ? new Uint8Array() : file.bytes;
};
const holds = (server: Nextcloud, path: string, size: number): boolean =>
  Buffer.compare(bytesOf(server, path), sample(size, 5)) === 0;
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof StorageError ? error.code : String(error)),
  );

describe('a Nextcloud', () => {
  test('keeps times and checksums, and proves what it got', async () => {
    const server = await start();
    const driver = open(server);
    expect(await driver.probe(signal)).toMatchObject({ kind: 'Nextcloud or ownCloud', keeps_times: true });
    expect(driver.capabilities).toMatchObject({ mtimePrecisionNs: 1_000_000_000n, resumes: true });
    const written = await put(driver, 'deep/er/a', 70_000);
    const sha1 = new Bun.CryptoHasher('sha1').update(sample(70_000, 5)).digest('hex');
    expect(written).toMatchObject({
      verified: true,
      mtimeNs: 1_700_000_123_000_000_000n,
      hash: { kind: 'sha1', hex: sha1 },
    });
    const { verified, ...entry } = written;
    expect(verified).toBe(true);
    expect(await driver.list('deep/er', signal)).toMatchObject([{ ...entry, path: 'deep/er/a' }]);
    expect(server.log.filter((line) => line.startsWith('PUT') || line.startsWith('MOVE'))).toHaveLength(1);
  });

  test('what was damaged on the way is refused and not left there', async () => {
    const server = await start({
      async instead(request) {
        if (request.method !== 'PUT') return null;
        server.files.set('a', { bytes: new Uint8Array(5), mtime: 0, etag: 'x', id: 'x', checksum: null });
        await request.bytes();
        return new Response(null, { status: 201, headers: { 'x-hash-sha1': '0'.repeat(40) } });
      },
    });
    expect(await codeOf(put(open(server), 'a', 5))).toBe('integrity');
    expect(server.files.has('a')).toBe(false);
  });

  test('takes large files in parts and leaves none of them behind', async () => {
    const server = await start();
    const heard: number[] = [];
    const written = await put(open(server), 'sub/large', large, { onProgress: (bytes) => heard.push(bytes) });
    expect(written).toMatchObject({ size: large, verified: true, mtimeNs: 1_700_000_123_000_000_000n });
    expect(holds(server, 'sub/large', large)).toBe(true);
    expect(server.files.get('sub/large')).toMatchObject({ mtime: 1_700_000_123 });
    expect(server.parts()).toEqual([]);
    expect(heard).toEqual([...Array.from({ length: 8 }, (_, n) => (n + 1) * partBytes), large, large]);
  });

  test('takes them under the older address too, where the user may sign in by another name', async () => {
    const server = await start();
    server.files.set('box', 'folder');
    const driver = open(server, { url: `http://127.0.0.1:${server.port}/remote.php/webdav`, remote: 'box' });
    await put(driver, 'large', large);
    expect(holds(server, 'box/large', large)).toBe(true);
    expect(server.log.some((line) => line.startsWith('MOVE /remote.php/dav/uploads/carol/'))).toBe(true);
  });

  test('that knows no uploads in parts gets large files in one', async () => {
    const server = await start({
      instead: (request) => (request.url.includes('/uploads/') ? new Response(null, { status: 405 }) : null),
    });
    expect(await put(open(server), 'large', large)).toMatchObject({ verified: true });
    expect(holds(server, 'large', large)).toBe(true);
  });

  test('an upload goes on after the process was killed, and sends no part twice', async () => {
    const server = await start();
    const dir = tempDir('killed');
    const [kept, arrived] = [join(dir, 'state.json'), join(dir, 'arrived')];
    const code = `
      import { renameSync, writeFileSync } from 'node:fs';
      import { createWebdavDriver } from ${JSON.stringify(join(import.meta.dir, 'driver.ts'))};
      import { sampleContent } from ${JSON.stringify(join(import.meta.dir, '../../checks/context.ts'))};
      const keep = (file, text) => { writeFileSync(file + '~', text); renameSync(file + '~', file); };
      const driver = createWebdavDriver(
        { url: ${JSON.stringify(server.url)}, remote_path: '', certificate_sha256: null },
        { username: 'carol', password: 'app-password', token: null },
        { tuning: ${JSON.stringify(tuning)} });
      const whole = sampleContent(${large}, 5);
      const content = { size: whole.size, read: (at, length) =>
        at >= ${5 * partBytes} ? new Promise(() => setInterval(() => {}, 1000)) : whole.read(at, length) };
      await driver.write('large', content, { signal: new AbortController().signal, mtimeNs: null,
        resume: { load: () => null, save: (state) => keep(${JSON.stringify(kept)}, JSON.stringify(state)), clear() {} },
        onProgress: (bytes) => keep(${JSON.stringify(arrived)}, String(bytes)) });`;
    const child = Bun.spawn([process.execPath, '-e', code], { stdout: 'ignore', stderr: 'inherit' });
    const all = String(5 * partBytes);
    await eventually('five parts arrived', () => existsSync(arrived) && readFileSync(arrived, 'utf8') === all, 30_000);
    child.kill('SIGKILL');
    await child.exited;
    expect(server.parts()).toHaveLength(5);
    expect(server.files.has('large')).toBe(false);

    const resume = slot(JSON.parse(readFileSync(kept, 'utf8')));
    const before = server.log.length;
    await put(open(server), 'large', large, { resume });
    const sent = server.log.slice(before).filter((line) => line.startsWith('PUT '));
    expect(sent.map((line) => line.slice(-9, -4))).toEqual(['00006', '00007', '00008', '00009']);
    expect(holds(server, 'large', large)).toBe(true);
    expect(resume.load()).toBeNull();
  });

  test('one that is still putting parts together is asked again, and what it made is taken', async () => {
    const server = await start({ merging: 'locked' });
    const [driver, resume] = [open(server), slot()];
    await put(driver, 'large', 5);
    expect(await codeOf(put(driver, 'large', large, { resume }))).toBe('unavailable');
    await eventually('the parts are put together', () => holds(server, 'large', large));
    const before = server.log.length;
    expect(await put(driver, 'large', large, { resume })).toMatchObject({ size: large, verified: true });
    expect(server.log.slice(before).filter((line) => !line.startsWith('PROPFIND'))).toEqual([]);
    expect(resume.load()).toBeNull();
  });

  test('that has dropped the parts of an upload gets them anew', async () => {
    const server = await start();
    const state = { id: `dynamight-${'0'.repeat(32)}`, path: 'large', size: large, partBytes };
    await put(open(server), 'large', large, { resume: slot(state) });
    expect(holds(server, 'large', large)).toBe(true);
  });

  test('that is full says so, for small files and large ones, and keeps what was there', async () => {
    const server = await start({ quotaBytes: 2 * partBytes });
    const driver = open(server);
    await put(driver, 'a', 10);
    server.setQuota(100);
    expect(await codeOf(put(driver, 'a', 1000))).toBe('quota');
    expect(await codeOf(put(driver, 'a', large))).toBe('quota');
    expect(holds(server, 'a', 10)).toBe(true);
    expect(await driver.space(signal)).toEqual({ freeBytes: 90, totalBytes: 100 });
  });

  test('without a limit tells no room', async () => {
    expect(await open(await start()).space(signal)).toBeNull();
  });

  test('names it cannot hold are refused before anything is sent', async () => {
    const server = await start();
    const driver = open(server);
    await driver.probe(signal);
    for (const name of ['a\\b', 'x'.repeat(251), 'a\nb'])
      expect(await codeOf(driver.write(name, bytesContent(new Uint8Array(1)), { signal, mtimeNs: null }))).toBe('name');
    expect(server.log.filter((line) => line.startsWith('PUT'))).toEqual([]);
  });
});

describe('signing in', () => {
  test('with SHA-256 Digest: nonces that end every third request lose nothing', async () => {
    const server = await start({ auth: 'digest', nonceUses: 3 });
    const driver = open(server);
    for (let n = 0; n < 20; n += 1) await put(driver, `f/${n}`, 1000 + n);
    await put(driver, 'large', large);
    for (let n = 0; n < 20; n += 1) expect(holds(server, `f/${n}`, 1000 + n)).toBe(true);
    expect(holds(server, 'large', large)).toBe(true);
  });

  test('with a token, and a wrong one is told', async () => {
    const server = await start({ auth: 'bearer' });
    await put(open(server, { token: server.token }), 'a', 10);
    expect(holds(server, 'a', 10)).toBe(true);
    expect(await codeOf(open(server, { token: 'wrong' }).probe(signal))).toBe('auth_failed');
  });
});
