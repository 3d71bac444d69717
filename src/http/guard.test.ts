import { describe, expect, test } from 'bun:test';
import { type AskOptions, admin, bareHttp, json } from '../../test/harness/http.ts';
import type { Family } from './families.ts';

const { ask } = bareHttp((app) =>
  app.post('/api/things', () => ({ done: true })).get('/api/things', () => ({ things: [] })),
);

describe('only the names of this box are answered (a foreign page may point its own name here)', () => {
  test.each([
    'localhost',
    'LOCALHOST',
    'localhost:3862',
    'localhost.',
    'nas',
    'NAS:80',
    'nas.local',
    'nas.local.:3862',
    '127.0.0.1',
    '127.0.0.1:65535',
    '192.168.1.2',
    '[::1]',
    '[::1]:3862',
    '[FE80::1]',
    '[::ffff:192.168.1.2]:80',
  ])('%s is known', async (host) => {
    expect((await ask('GET', '/api/things', { host, headers: admin })).status).toBe(200);
  });

  test.each([
    'evil.example',
    'evil.example:3862',
    'localhost.evil.example',
    'evil.localhost',
    'nas.local.evil.example',
    'xnas',
    'localhost:80:80',
    'localhost:',
    'localhost:x',
    'localhost:123456',
    'localhost/x',
    'localhost?x',
    'localhost#x',
    'localhost:80/x',
    '[::1]/x',
    '[::1]x',
    '[::1',
    '[localhost]',
    '[::g]',
    '::1',
    'me@localhost',
    'localhost@evil.example',
    'localhost, evil.example',
    'localhost evil.example',
    '127.0.0.1.evil.example',
    '2130706433',
    '0x7f.1',
    '-',
    '.',
    '..',
    '',
  ])('%p is not', async (host) => {
    for (const path of ['/api/things', '/caller', '/']) {
      const answer = await ask('GET', path, { host, headers: admin });
      expect([answer.status, (answer.json as { error: string }).error]).toEqual([421, 'Misdirected request']);
    }
  });

  test('no name at all is no name of this box', async () => {
    expect((await ask('GET', '/api/things', { host: null, headers: admin })).status).toBe(421);
  });

  test('the public address adds its name', async () => {
    const out = bareHttp(() => {}, { publicUrl: 'https://Box.Example:8443/' });
    expect((await out.ask('GET', '/api/caller', { host: 'box.example:8443', headers: admin })).status).toBe(200);
    expect((await out.ask('GET', '/api/caller', { host: 'example', headers: admin })).status).toBe(421);
  });
});

describe('a page of another site cannot act here', () => {
  const own = { origin: 'http://localhost', 'sec-fetch-site': 'same-origin' };
  const post = (headers: Record<string, string>, host?: string) =>
    ask('POST', '/api/things', { headers: { ...admin, ...headers }, host });

  test.each([
    ['a program that says nothing of it', {}],
    ['our own page', own],
    ['our own page behind TLS', { ...own, origin: 'https://localhost' }],
    ['a person who typed the address', { 'sec-fetch-site': 'none' }],
  ])('%s may', async (_, headers) => {
    expect((await post(headers)).status).toBe(200);
  });

  test.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'cross-site', origin: 'http://localhost' }],
    [{ 'sec-fetch-site': 'CROSS-SITE' }],
    [{ origin: 'http://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: '' }],
    [{ origin: 'http://localhost.evil.example' }],
    [{ origin: 'http://localhost:8080' }],
    [{ origin: 'http://evil.example/http://localhost' }],
    [{ origin: 'http://localhost, http://evil.example' }],
    [{ origin: 'ftp://localhost' }],
    [{ origin: 'http://user@localhost' }],
  ])('%o may not', async (headers) => {
    const answer = await post(headers);
    expect([answer.status, answer.json]).toEqual([403, { error: 'Forbidden', message: 'Cross-site request refused' }]);
  });

  test('the port belongs to the origin', async () => {
    expect((await post({ origin: 'http://localhost:3862' }, 'localhost:3862')).status).toBe(200);
    expect((await post({ origin: 'http://localhost' }, 'localhost:3862')).status).toBe(403);
  });

  test('the public address is our own, whatever the proxy calls us', async () => {
    const out = bareHttp((app) => app.post('/api/things', () => 'done'), { publicUrl: 'https://box.example/' });
    const from = (origin: string) => out.ask('POST', '/api/things', { headers: { ...admin, origin } });
    expect((await from('https://box.example')).status).toBe(200);
    expect((await from('http://box.example')).status).toBe(403);
  });

  test('a socket is acting, reading is not', async () => {
    const cross = { ...admin, 'sec-fetch-site': 'cross-site', origin: 'http://evil.example' };
    expect((await ask('GET', '/api/things', { headers: cross })).status).toBe(200);
    expect((await ask('GET', '/api/things', { headers: { ...cross, upgrade: 'websocket' } })).status).toBe(403);
  });

  test.each(['null', 'http://localhost', 'https://appliance.local.evil.example'])(
    'and none is ever allowed to read (origin %s)',
    async (origin) => {
      const preflight = { ...admin, origin, 'access-control-request-method': 'POST' };
      for (const method of ['GET', 'OPTIONS', 'POST']) {
        const answer = await ask(method, '/api/things', { headers: preflight });
        const cors = [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'));
        expect(cors).toEqual([]);
      }
    },
  );
});

describe('who asks', () => {
  const caller = async (options: AskOptions, deps = {}) =>
    (await bareHttp(() => {}, deps).ask('GET', '/api/caller', options)).json;

  test.each([
    ['a cookie', { cookie: 'token=admin' }],
    ['a cookie among others', { cookie: 'a=b; token=admin; __proto__=x' }],
    ['a bearer token', { authorization: 'Bearer admin' }],
    ['a bearer token in small letters', { authorization: 'bearer admin' }],
    ['a bearer token, which wins over a cookie', { authorization: 'Bearer admin', cookie: 'token=user' }],
  ])('is known by %s', async (_, headers) => {
    expect(await caller({ headers })).toMatchObject({ identity: { kind: 'user', userId: 1, role: 'admin' } });
  });

  test.each([
    [{}],
    [{ cookie: 'token=' }],
    [{ cookie: 'xtoken=admin' }],
    [{ cookie: 'token2=admin' }],
    [{ cookie: 'Token=admin' }],
    [{ cookie: 'token=nobody; token=admin' }],
    [{ cookie: '__proto__=admin' }],
    [{ authorization: 'Basic admin' }],
    [{ authorization: 'Bearer admin admin' }],
    [{ authorization: 'Bearer' }],
    [{ 'x-token': 'admin' }],
  ])('is not known by %o', async (headers) => {
    const answer = await ask('GET', '/api/caller', { headers });
    expect(answer.status).toBe(401);
  });

  test('is the owner on the socket, without a login and whatever the host is called', async () => {
    expect(await caller({ owner: true, host: 'anything' })).toEqual({
      identity: { kind: 'owner' },
      address: '',
      loopback: true,
      secure: false,
      userAgent: null,
    });
  });

  test.each([
    ['192.168.1.50', {}, {}, '192.168.1.50', false],
    ['127.0.0.1', {}, {}, '127.0.0.1', true],
    ['::1', {}, {}, '::1', true],
    ['::ffff:127.0.0.1', {}, {}, '127.0.0.1', true],
    ['127.0.0.1', { 'x-forwarded-for': '8.8.8.8' }, {}, '127.0.0.1', false],
    ['127.0.0.1', { 'X-Forwarded-Host': 'x' }, {}, '127.0.0.1', false],
    ['127.0.0.1', { forwarded: 'for=8.8.8.8' }, {}, '127.0.0.1', false],
    ['127.0.0.1', { 'x-forwarded-for': '8.8.8.8' }, { trustProxy: true }, '8.8.8.8', false],
    ['127.0.0.1', { 'x-forwarded-for': '127.0.0.1' }, { trustProxy: true }, '127.0.0.1', false],
    ['10.0.0.1', { 'x-forwarded-for': '6.6.6.6, 8.8.8.8' }, { trustProxy: true }, '8.8.8.8', false],
    ['10.0.0.1', { 'x-forwarded-for': '6.6.6.6, unknown' }, { trustProxy: true }, '10.0.0.1', false],
    ['10.0.0.1', { 'x-forwarded-for': '' }, { trustProxy: true }, '10.0.0.1', false],
  ] as const)('from %s with %o (%o) comes from %s, loopback: %p', async (peer, headers, deps, address, loopback) => {
    expect(await caller({ peer, headers: { ...admin, ...headers } }, deps)).toMatchObject({ address, loopback });
  });

  test.each([
    [{}, {}, false],
    [{ 'x-forwarded-proto': 'https' }, {}, false],
    [{ 'x-forwarded-proto': 'https' }, { trustProxy: true }, true],
    [{ 'x-forwarded-proto': 'http' }, { trustProxy: true }, false],
    [{}, { secureCookies: 'always' }, true],
    [{ 'x-forwarded-proto': 'https' }, { trustProxy: true, secureCookies: 'never' }, false],
  ])('with %o (%o) asks by TLS: %p', async (headers, deps, secure) => {
    expect(await caller({ headers: { ...admin, ...(headers as Record<string, string>) } }, deps)).toMatchObject({
      secure,
    });
  });
});

describe('an account without rights', () => {
  const user = { cookie: 'token=user' };
  test.each([
    ['/api/caller', 403],
    ['/api/browse/caller', 403],
    ['/api/unknown', 403],
    ['/api/authentication', 403],
    ['/api/auth/caller', 200],
    ['/api/nodes/caller', 200],
    ['/api/v1/caller', 200],
    ['/caller', 200],
  ])('gets %s: %i', async (path, status) => {
    expect((await ask('GET', path, { headers: user })).status).toBe(status);
  });
});

describe('every family is refused in its own words', () => {
  const text = 'Invalid or expired token';
  test.each([
    ['/api', { error: 'Unauthorized', message: text }],
    ['/api/unknown', { error: 'Unauthorized', message: text }],
    ['/ws/status', { error: 'Unauthorized', message: text }],
    ['/api/browse', { error: { code: 'unauthorized', message: text, details: {} } }],
    ['/api/files/x', { error: { code: 'unauthorized', message: text, details: {} } }],
    ['/api/tasks', { error: { code: 'unauthorized', message: text, details: {} } }],
    ['/api/nodes/x', { status: 'error', msg: text }],
    ['/auth/x', { status: 'error', msg: text }],
    ['/upload/x', { status: 'error', msg: text }],
    ['/api/v1.0/x', { status: 'error', reason: text }],
    ['/api/v1/x', { error: text }],
    ['/api/agent/poll', { error: text }],
    ['/api/info', { error: text }],
  ])('%s before a login', async (path, body) => {
    const answer = await ask('GET', path);
    expect([answer.status, answer.json]).toEqual([401, body]);
  });

  test.each([
    ['/api/unknown', { error: 'Not found', message: 'Endpoint not found' }],
    ['/api/files/x', { error: { code: 'not_found', message: 'Endpoint not found', details: {} } }],
    ['/api/nodes/x', { status: 'error', msg: 'Endpoint not found' }],
    ['/api/v1.0/x', { status: 'error', reason: 'Endpoint not found' }],
    ['/api/v1/x', { error: 'Endpoint not found' }],
  ] satisfies [string, unknown][])('%s for what does not exist', async (path, body) => {
    for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS', 'PATCH']) {
      const answer = await ask(method, path, { headers: json });
      expect([method, answer.status, answer.json]).toEqual([method, 404, body]);
    }
  });
});

describe('in recovery mode', () => {
  const box = bareHttp((app) => app.get('/api/system/health', () => ({ status: 'recovery' })), {
    recovery: 'The database is damaged.',
    authenticate: () => {
      throw new Error('there are no sessions to look at');
    },
  });

  test('health answers, the page too, and everything else says what happened', async () => {
    expect((await box.ask('GET', '/api/system/health')).json).toEqual({ status: 'recovery' });
    expect((await box.ask('GET', '/caller')).status).toBe(200);
    const shapes: [string, Family, unknown][] = [
      ['/api/things', 'dynamight', { error: 'Unavailable', message: 'The database is damaged.' }],
      ['/api/v1.0/rules', 'onitu', { status: 'error', reason: 'The database is damaged.' }],
      ['/api/auth/login', 'dynamight', { error: 'Unavailable', message: 'The database is damaged.' }],
    ];
    for (const [path, , body] of shapes)
      for (const options of [{ headers: admin }, { owner: true }, {}]) {
        const answer = await box.ask('POST', path, options);
        expect([answer.status, answer.json]).toEqual([503, body]);
      }
  });

  test('a foreign name is still a foreign name', async () => {
    expect((await box.ask('GET', '/api/system/health', { host: 'evil.example' })).status).toBe(421);
  });
});

describe('HEAD', () => {
  test('opens what GET opens', async () => {
    const box = bareHttp((app) => app.get('/api/system/health', () => ({ status: 'ok' })));
    const answer = await box.ask('HEAD', '/api/system/health');
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect((await ask('HEAD', '/api/things')).status).toBe(401);
  });
});
