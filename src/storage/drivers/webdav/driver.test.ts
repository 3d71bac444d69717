import { afterAll, describe, expect, test } from 'bun:test';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../../../test/harness/processes.ts';
import { scale } from '../../../../test/harness/scale.ts';
import { type Apache, type ApacheOptions, startApache } from '../../../../test/servers/apache.ts';
import { startChaosProxy } from '../../../../test/servers/chaos-proxy.ts';
import { startRcloneWebdav } from '../../../../test/servers/rclone-webdav.ts';
import { allOf, sample, sampleContent } from '../../checks/context.ts';
import { bytesContent } from '../../content.ts';
import type { Content, StorageDriver } from '../../driver.ts';
import { StorageError, type StorageErrorCode } from '../../errors.ts';
import type { DriverPorts } from '../../port.ts';
import { createWebdavDriver } from './driver.ts';

const { signal } = new AbortController();
const ends: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ends.toReversed()) await end();
});

interface Login {
  url: string;
  user: string;
  password: string;
  certificate?: { fingerprint: string } | null;
}
function open(server: Login, more: Partial<Login> = {}, ports: DriverPorts = {}): StorageDriver {
  const { url, user, password, certificate } = { ...server, ...more };
  const driver = createWebdavDriver(
    { url, remote_path: '', certificate_sha256: certificate?.fingerprint ?? null },
    { username: user, password, token: null },
    ports,
  );
  ends.push(() => driver.close());
  return driver;
}
async function apacheWith(options: ApacheOptions): Promise<Apache> {
  const server = await startApache(options);
  ends.push(() => server.stop());
  return server;
}
const text = (value: string): Content => bytesContent(new TextEncoder().encode(value));
const put = (driver: StorageDriver, path: string, content: Content | string) =>
  driver.write(path, typeof content === 'string' ? text(content) : content, { signal, mtimeNs: null });
const get = async (driver: StorageDriver, path: string): Promise<Buffer> => allOf(await driver.read(path, {}, signal));

async function codeOf(work: Promise<unknown>): Promise<StorageErrorCode | 'done'> {
  try {
    await work;
    return 'done';
  } catch (error) {
    expect(error).toBeInstanceOf(StorageError);
    expect((error as StorageError).message).not.toMatch(/wörd|hunter/);
    return (error as StorageError).code;
  }
}

const plain = await apacheWith({});
const digest = await apacheWith({ auth: 'digest', nonceSeconds: 1 });
const rclone = await startRcloneWebdav();
ends.push(() => rclone.stop());
const large = 3 * 1024 * 1024 + 17;

describe('signing in', () => {
  test('with Digest, an upload that meets an ended nonce arrives whole', async () => {
    const sizes = { small: 4096, large };
    const drivers = { small: open(digest), large: open(digest) };
    for (const driver of Object.values(drivers)) await driver.probe(signal);
    await Bun.sleep(1_100); // only the server's own clock ends a nonce
    for (const name of ['small', 'large'] as const) {
      await put(drivers[name], name, sampleContent(sizes[name], 9));
      expect(Buffer.compare(readFileSync(join(digest.folder, name)), sample(sizes[name], 9))).toBe(0);
    }
  });

  test('with Digest, many at once from the first request on lose nothing', async () => {
    const driver = open(digest);
    await Promise.all(Array.from({ length: 40 }, (_, n) => put(driver, `many/${n}`, `content ${n}`)));
    for (let n = 0; n < 40; n += 1)
      expect(readFileSync(join(digest.folder, 'many', `${n}`), 'utf8')).toBe(`content ${n}`);
  });

  test('with a wrong password is told in plain words, and the password is not repeated', async () => {
    for (const server of [plain, digest])
      for (const more of [{ password: 'hunter2' }, { user: 'nobody' }]) {
        const driver = open(server, more);
        expect(await codeOf(driver.probe(signal))).toBe('auth_failed');
        expect(await codeOf(put(driver, 'x', 'x'))).toBe('auth_failed');
      }
  });

  test('credentials and content follow no redirect to another server', async () => {
    const heard: string[] = [];
    const elsewhere = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: (request) => new Response(String(heard.push(request.url))),
    });
    ends.push(() => elsewhere.stop(true));
    for (const status of [301, 302, 307, 308]) {
      const sender = Bun.serve({
        port: 0,
        hostname: '127.0.0.1',
        fetch: () => new Response(null, { status, headers: { location: `http://127.0.0.1:${elsewhere.port}/` } }),
      });
      ends.push(() => sender.stop(true));
      const driver = open(plain, { url: `http://127.0.0.1:${sender.port}/` });
      expect(await codeOf(driver.probe(signal))).toBe('target_refused');
      expect(await codeOf(put(driver, 'x', 'x'))).toBe('target_refused');
    }
    expect(heard).toEqual([]);
  });

  test('a large file tells on its way how far it is, also when it has to be sent twice', async () => {
    const size = 5 * 1024 * 1024;
    for (const driver of [open(plain), open(digest)]) {
      const heard: number[] = [];
      const reads: number[] = [];
      const content = sampleContent(size, 7);
      const watched: Content = {
        size,
        read(offset, length) {
          reads.push(heard.at(-1) ?? 0);
          return content.read(offset, length);
        },
      };
      await driver.write('progress', watched, { signal, mtimeNs: null, onProgress: (bytes) => heard.push(bytes) });
      expect(heard.length).toBeGreaterThan(2);
      expect(heard).toEqual([...new Set(heard)].sort((a, b) => a - b));
      expect(heard.at(-1)).toBe(size);
      // Told while it is read, not all at the end.
      expect(reads.at(-1)).toBeGreaterThan(0);
    }
  });

  test('a server with its own certificate is spoken to only when it is the pinned one', async () => {
    const server = await apacheWith({ tls: true });
    expect(await codeOf(open(server, { certificate: null }).probe(signal))).toBe('certificate');
    const other = { fingerprint: 'ab'.repeat(32) };
    expect(await codeOf(open(server, { certificate: other }).probe(signal))).toBe('certificate');
    const driver = open(server);
    expect(await driver.probe(signal)).toMatchObject({ kind: 'WebDAV', account: 'alice', encrypted: true });
    await put(driver, 'a', 'over TLS');
    expect((await get(driver, 'a')).toString()).toBe('over TLS');
  });

  test('an address that is no WebDAV is told as such', async () => {
    const site = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: (request) =>
        new URL(request.url).pathname === '/page/'
          ? new Response('<html>hunter2</html>', { headers: { 'content-type': 'text/html' } })
          : new Response(null, { status: 405 }),
    });
    ends.push(() => site.stop(true));
    for (const path of ['', 'page/'])
      expect(await codeOf(open(plain, { url: `http://127.0.0.1:${site.port}/${path}` }).probe(signal))).toBe(
        'protocol',
      );
  });
});

describe('a connection that breaks', () => {
  const through = async (server: Login & { port: number }) => {
    const proxy = await startChaosProxy({ port: server.port }, { http: true });
    ends.push(() => proxy.stop());
    return { proxy, driver: open(server, { url: `http://127.0.0.1:${proxy.port}/` }) };
  };
  for (const [name, server] of [
    ['Apache', plain],
    ['a plain server', rclone],
  ] as const) {
    test(`in the middle of an upload to ${name} leaves the old file, and the next try arrives`, async () => {
      const { proxy, driver } = await through(server);
      for (const afterBytes of [300, 100_000, large - 1]) {
        await put(driver, 'cut', 'old');
        for (const how of ['reset', 'end'] as const) {
          proxy.setRules({ when: /^PUT /, strike: { cut: 'up', afterBytes, how } });
          expect(await codeOf(put(driver, 'cut', sampleContent(large, 2)))).toBe('unreachable');
          expect(readFileSync(join(server.folder, 'cut'), 'utf8')).toBe('old');
          expect((await driver.list('', signal)).filter((one) => one.path.startsWith('.dynamight'))).toEqual([]);
        }
        proxy.setRules();
        await put(driver, 'cut', sampleContent(large, 2));
        expect(Buffer.compare(readFileSync(join(server.folder, 'cut')), sample(large, 2))).toBe(0);
      }
    });

    test(`in place of an answer of ${name} loses nothing`, async () => {
      const { proxy, driver } = await through(server);
      await put(driver, 'kept', 'old');
      for (const when of [/^PUT /, /^MOVE /]) {
        proxy.setRules({ when, strike: { dropAnswer: true } });
        const first = await codeOf(put(driver, 'kept', 'new'));
        expect(['done', 'unreachable']).toContain(first);
        expect(['old', 'new']).toContain(readFileSync(join(server.folder, 'kept'), 'utf8'));
        proxy.setRules();
        await put(driver, 'kept', 'new');
        expect(readFileSync(join(server.folder, 'kept'), 'utf8')).toBe('new');
      }
    });

    test(`in the middle of a download from ${name} is an error, never a shorter file`, async () => {
      const { proxy, driver } = await through(server);
      await put(driver, 'big', sampleContent(large, 4));
      for (const how of ['reset', 'end'] as const) {
        proxy.setRules({ when: /^GET /, strike: { cut: 'down', afterBytes: 1_000_000, how } });
        expect(await codeOf(get(driver, 'big'))).toBe('unreachable');
      }
      proxy.setRules();
      expect((await get(driver, 'big')).length).toBe(large);
    });

    test(`in the middle of a listing from ${name} is an error, never a shorter folder`, async () => {
      const { proxy, driver } = await through(server);
      for (let n = 0; n < 20; n += 1) await put(driver, `folder/${n}`, 'x');
      for (const afterBytes of [1, 500, 3_000]) {
        proxy.setRules({ when: /^PROPFIND /, times: 5, strike: { cut: 'down', afterBytes, how: 'end' } });
        expect(['unreachable', 'protocol']).toContain(await codeOf(driver.list('folder', signal)));
      }
      proxy.setRules();
      expect(await driver.list('folder', signal)).toHaveLength(20);
    });
  }

  test('and answers of a server in trouble are told as what they are', async () => {
    const { proxy, driver } = await through(plain);
    await put(driver, 'kept', 'old');
    const meaning: Record<number, StorageErrorCode> = {
      403: 'permission',
      413: 'too_large',
      414: 'name',
      423: 'unavailable',
      429: 'rate_limited',
      500: 'unavailable',
      503: 'unavailable',
      507: 'quota',
    };
    for (const [status, code] of Object.entries(meaning)) {
      proxy.setRules({
        when: /^PUT /,
        times: 3,
        strike: { status: Number(status), headers: { 'retry-after': '7' }, body: 'hunter2' },
      });
      const error = await put(driver, 'kept', 'new').catch((thrown: unknown) => thrown);
      expect((error as StorageError).code).toBe(code);
      expect((error as StorageError).message).not.toContain('hunter2');
      if (status === '429') expect((error as StorageError).retryAfterMs).toBe(7_000);
    }
    expect(readFileSync(join(plain.folder, 'kept'), 'utf8')).toBe('old');
  });
});

describe('folders', () => {
  test(`of ${scale.cloudFolder} entries are listed whole`, async () => {
    const folder = join(plain.folder, 'huge');
    mkdirSync(folder);
    for (let n = 0; n < scale.cloudFolder; n += 1) writeFileSync(join(folder, `entry ${n} ä&.txt`), `${n}`);
    const entries = await open(plain).list('huge', signal);
    expect(new Set(entries.map((one) => one.path)).size).toBe(scale.cloudFolder);
    expect(entries.every((one) => one.kind === 'file' && one.size === one.path.slice(11, -7).length)).toBe(true);
  });

  test('a folder nobody may read is an error, not an empty one', async () => {
    mkdirSync(join(plain.folder, 'closed'));
    writeFileSync(join(plain.folder, 'closed', 'a'), 'x');
    chmodSync(join(plain.folder, 'closed'), 0);
    expect(await codeOf(open(plain).list('closed', signal))).toBe('permission');
  });

  test('a missing root is never made by a file, and is made when it is asked for', async () => {
    const config = { url: plain.url, remote_path: 'new/root', certificate_sha256: null };
    const driver = createWebdavDriver(config, { username: plain.user, password: plain.password, token: null }, {});
    ends.push(() => driver.close());
    expect(await codeOf(put(driver, 'a', 'x'))).toBe('no_root');
    expect(await codeOf(put(driver, 'a/b', 'x'))).toBe('no_root');
    expect(readdirSync(plain.folder)).not.toContain('new');
    await driver.makeFolder('', signal);
    await put(driver, 'a/b', 'x');
    expect(readFileSync(join(plain.folder, 'new/root/a/b'), 'utf8')).toBe('x');
  });
});

describe('files on their way', () => {
  test('are not listed, may not be named, and old ones are cleared away by the next write beside them', async () => {
    const server = await startRcloneWebdav();
    ends.push(() => server.stop());
    const now = Date.UTC(2026, 0, 5);
    const named = (ms: number) => `.dynamight-${Math.floor(ms / 1000).toString(16)}0123456789abcdef.part`;
    const [old, young] = [named(now - 25 * 3_600_000), named(now - 3_600_000)];
    for (const name of [old, young]) writeFileSync(join(server.folder, name), 'left');
    const driver = open(server, {}, { now: () => now });
    expect(await driver.list('', signal)).toEqual([]);
    expect(await driver.stat(old, signal)).toBeNull();
    expect(await codeOf(put(driver, young, 'x'))).toBe('name');
    await put(driver, 'file', 'x');
    await eventually('the old one is gone', () => !readdirSync(server.folder).includes(old));
    expect(readdirSync(server.folder).sort()).toEqual([young, 'file']);
  });

  test('a server behind a proxy that does not know its own name moves them all the same', async () => {
    const server = await startRcloneWebdav();
    ends.push(() => server.stop());
    const front = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      async fetch(request) {
        const headers = new Headers(request.headers);
        headers.set('host', `127.0.0.1:${server.port}`);
        const { pathname } = new URL(request.url);
        const body = await request.bytes();
        return fetch(`http://127.0.0.1:${server.port}${pathname}`, { method: request.method, headers, body });
      },
    });
    ends.push(() => front.stop(true));
    const driver = open(server, { url: `http://127.0.0.1:${front.port}/` });
    await put(driver, 'a', 'one');
    await put(driver, 'a', 'two');
    expect(readFileSync(join(server.folder, 'a'), 'utf8')).toBe('two');
  });
});
