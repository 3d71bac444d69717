import { afterAll, describe, expect, test } from 'bun:test';
import { connect } from 'node:net';
import { startTestApp } from '../../test/harness/app.ts';
import { scale } from '../../test/harness/scale.ts';
import { sendRaw } from '../../test/harness/wire.ts';
import { listen } from './server.ts';

const box = startTestApp();
await box.app.http.modules;
const door = listen(box.app.http, '127.0.0.1', 0);
afterAll(() => door.close());

const host = `\r\nHost: localhost:${door.port}`;
const end = `${host}\r\n\r\n`;
const healthy = '"status":"ok"';
const body = (length: string, text: string) =>
  `POST /api/auth/login HTTP/1.1${host}\r\nContent-Type: application/json\r\n${length}\r\n\r\n${text}`;
/** What an attacker hides behind a request whose end two readers see in different places. */
const hidden = `GET /api/system/health HTTP/1.1${end}`;

test('a plain request is answered, and the next one on the same connection', async () => {
  const answer = await sendRaw(door.port, [hidden, hidden]);
  expect(answer.statuses).toEqual([200, 200]);
  expect(answer.closed).toBe(false);
});

describe('no spelling of a path gets data without a login', () => {
  test.each([
    '/api/settings',
    '/api/settings/',
    '/api/settings?x=y',
    '//api/settings',
    '/./api/settings',
    '/x/../api/settings',
    '/api/x/../settings',
    '/x/%2e%2e/api/settings',
    '/api/%73ettings',
    '/%61pi/settings',
    '/api%2fsettings',
    '/api\\settings',
    '/\\api/settings',
    '/API/settings',
    '/api/Settings',
    '/api;a=b/settings',
    '/api/settings;a=b',
    '/api/settings%00',
    '/api/settings%20',
    '/#/api/settings',
    '/api/settings#x',
    '/api/system/health/../../settings',
    '/api/system/health/%2e%2e/%2e%2e/settings',
    '/api/system/health;/../../settings',
    'http://localhost/api/settings',
    'http://evil.example/api/settings',
    'http://localhost@evil.example/api/settings',
    'http://localhost/x/api/settings',
    'https://localhost/api/settings',
    '?/api/settings',
    'api/settings',
  ])('%s', async (target) => {
    const { text, statuses } = await sendRaw(door.port, `GET ${target} HTTP/1.1${end}`);
    expect([400, 401, 404, 421]).toContain(statuses[0] ?? 0);
    expect(text).not.toContain('max_runs_per_job');
  });

  test.each([
    'localhost:99999',
    'localhost:80/x',
    'localhost/x?',
    '[::1]/x',
    '[::1]:99999',
    'a@localhost',
    'localhost\\x',
    'localhost#',
    'localhost\tx',
    '%6cocalhost',
  ])('with the host %p', async (name) => {
    for (const path of ['/api/settings', '/x/api/settings']) {
      const { text, statuses } = await sendRaw(door.port, `GET ${path} HTTP/1.1\r\nHost: ${name}\r\n\r\n`);
      expect([400, 401, 404, 421]).toContain(statuses[0] ?? 0);
      expect(text).not.toContain('max_runs_per_job');
    }
  });

  test('with no host, or two', async () => {
    expect((await sendRaw(door.port, 'GET /api/settings HTTP/1.1\r\n\r\n')).statuses).toEqual([400]);
    const two = await sendRaw(door.port, `GET /api/settings HTTP/1.1${host}${end}`);
    expect(two.statuses).toEqual([421]);
  });

  test('with a short host name, which must not shift the path', async () => {
    const pi = startTestApp({ ALLOWED_HOSTS: 'pi,nas' });
    await pi.app.http.modules;
    const other = listen(pi.app.http, '127.0.0.1', 0);
    const get = (name: string, path: string) => sendRaw(other.port, `GET ${path} HTTP/1.1\r\nHost: ${name}\r\n\r\n`);
    for (const name of ['pi', 'nas', 'pi:80']) {
      expect((await get(name, '/api/system/health')).statuses).toEqual([200]);
      expect((await get(name, '/api/settings')).statuses).toEqual([401]);
      for (const path of ['/x/api/settings', '/xx/api/settings', '/xxxxxxxx/api/settings']) {
        const answer = await get(name, path);
        expect(answer.statuses).toEqual([404]);
        expect(answer.text).not.toContain('max_runs_per_job');
      }
    }
    await other.close();
  });
});

describe('a request whose end can be read in two ways is refused, and the connection closed', () => {
  test.each([
    ['two lengths', body('Content-Length: 2\r\nContent-Length: 40', `{}${hidden}`)],
    ['two equal lengths in one line', body('Content-Length: 2, 2', `{}${hidden}`)],
    ['a length and chunks', body('Content-Length: 2\r\nTransfer-Encoding: chunked', `0\r\n\r\n${hidden}`)],
    ['chunks and a length', body('Transfer-Encoding: chunked\r\nContent-Length: 2', `0\r\n\r\n${hidden}`)],
    ['two encodings', body('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity', `0\r\n\r\n${hidden}`)],
    ['an encoding nobody knows', body('Transfer-Encoding: xchunked', `0\r\n\r\n${hidden}`)],
    ['a space before the colon', body('Transfer-Encoding : chunked\r\nContent-Length: 2', `0\r\n\r\n${hidden}`)],
    ['chunks that end with LF', body('Transfer-Encoding: chunked', `2\n{}\n0\n\n${hidden}`)],
    ['a chunk size that is none', body('Transfer-Encoding: chunked', `0x2\r\n{}\r\n0\r\n\r\n${hidden}`)],
    ['a chunk longer than it says', body('Transfer-Encoding: chunked', `1\r\n{}\r\n0\r\n\r\n${hidden}`)],
    ['a length with a sign', body('Content-Length: +2', `{}${hidden}`)],
    ['a negative length', body('Content-Length: -2', `{}${hidden}`)],
    ['a length in words', body('Content-Length: two', `{}${hidden}`)],
    ['a length past all numbers', body(`Content-Length: ${'9'.repeat(30)}`, `{}${hidden}`)],
    ['a folded header', `GET /api/jobs HTTP/1.1${host}\r\nX: a\r\n b\r\n\r\n${hidden}`],
    ['a zero byte', `GET /api/jobs HTTP/1.1${host}\r\nX: a\0b\r\n\r\n${hidden}`],
    ['lines that end with LF', `GET /api/jobs HTTP/1.1\nHost: localhost\n\n${hidden}`],
    ['another protocol', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ])('%s', async (_, bytes) => {
    const answer = await sendRaw(door.port, bytes);
    expect(answer.text).not.toContain(healthy);
    expect(answer.statuses).toHaveLength(1);
    expect([400, 505]).toContain(answer.statuses[0] ?? 0);
    expect(answer.closed).toBe(true);
    expect(answer.text).toEndWith('\r\n\r\n'); // says nothing at all
  });
});

describe('what HTTP allows and we do not need', () => {
  test.each([
    ['TRACE', `TRACE /api/system/health HTTP/1.1${end}`],
    ['CONNECT', `CONNECT localhost:22 HTTP/1.1${end}`],
    ['OPTIONS *', `OPTIONS * HTTP/1.1${end}`],
    ['an unknown method', `BREW /api/system/health HTTP/1.1${end}`],
    ['PROPFIND', `PROPFIND /api/system/health HTTP/1.1${end}`],
  ])('%s is refused', async (_, bytes) => {
    const answer = await sendRaw(door.port, bytes);
    expect(answer.text).not.toContain(healthy);
    if (answer.statuses.length === 0) expect(answer.closed).toBe(true);
    else expect([400, 401, 404, 405, 421]).toContain(answer.statuses[0] ?? 0);
  });

  test.each([
    ['a header', `GET /api/system/health HTTP/1.1${host}\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`],
    ['an address', `GET /api/${'a'.repeat(100_000)} HTTP/1.1${end}`],
    ['a thousand headers', `GET /api/system/health HTTP/1.1${host}\r\n${'X: y\r\n'.repeat(5000)}\r\n`],
  ])('%s without end is refused', async (_, bytes) => {
    const answer = await sendRaw(door.port, bytes);
    expect(answer.statuses).toEqual([431]);
    expect(answer.closed).toBe(true);
  });
});

describe('a body that is too large', () => {
  test('is refused by its length, in our words', async () => {
    for (const length of [1024 * 1024 + 1, 10 ** 9, 2 ** 52]) {
      const { text, statuses } = await sendRaw(door.port, body(`Content-Length: ${length}`, '{}'));
      expect(statuses).toEqual([413]);
      expect(text).toContain('{"error":"Payload too large","message":"The body may be at most 1048576 bytes"}');
      expect(text.toLowerCase()).toContain('content-security-policy: ');
    }
  });

  test('is refused when it comes in pieces without a length', async () => {
    const piece = `40000\r\n${'a'.repeat(0x40000)}\r\n`;
    const { text, statuses } = await sendRaw(door.port, [
      body('Transfer-Encoding: chunked', ''),
      ...Array<string>(6).fill(piece),
      '0\r\n\r\n',
    ]);
    expect(statuses).toEqual([413]);
    expect(text.toLowerCase()).toContain('cache-control: no-store');
  });

  test('leaves no trace in memory while nobody reads it', async () => {
    const before = process.memoryUsage.rss();
    const piece = `100000\r\n${'a'.repeat(1024 * 1024)}\r\n`;
    const unread = `POST /api/settings HTTP/1.1${host}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const { statuses } = await sendRaw(door.port, [unread, ...Array<string>(64).fill(piece), '0\r\n\r\n']);
    expect(statuses).toEqual([401]);
    expect(process.memoryUsage.rss() - before).toBeLessThan(48 * 1024 * 1024);
  });
});

test('many who never finish their request do not keep the others waiting, and are cut off', async () => {
  const slow = Array.from({ length: scale.slowClients }, () => {
    const socket = connect(door.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`GET /api/system/health HTTP/1.1\r\nHo`);
    return socket;
  });
  const closed = Promise.all(slow.map((socket) => new Promise((resolve) => socket.on('close', resolve))));
  const times: number[] = [];
  for (let n = 0; n < 20; n += 1) {
    const before = performance.now();
    expect((await fetch(`http://127.0.0.1:${door.port}/api/system/health`)).status).toBe(200);
    times.push(performance.now() - before);
  }
  expect(times.toSorted((a, b) => a - b)[10]).toBeLessThan(100);
  if (scale.long) await closed; // some twelve seconds
  for (const socket of slow) socket.destroy();
}, 30_000);
