import { describe, expect, test } from 'bun:test';
import { adminLogin, startTestApp } from '../../../test/harness/app.ts';
import { scale } from '../../../test/harness/scale.ts';
import { scenarios } from '../../../test/harness/scenario.ts';

const hourMs = 3600 * 1000;
const setUp = { method: 'POST', path: '/api/auth/setup', as: 'nobody' } as const;

describe('set-up', () => {
  const app = startTestApp();
  const users = () => app.data.main.$client.query('SELECT * FROM users').all();
  scenarios(
    () => app,
    [
      {
        name: 'is asked for while nobody has an account',
        method: 'GET',
        path: '/api/auth/setup-required',
        as: 'nobody',
        status: 200,
        exactly: { setup_required: true },
      },
      {
        name: 'refuses a body that is none',
        ...setUp,
        body: [],
        status: 400,
        json: { error: 'Invalid request' },
      },
      {
        name: 'names the field that is missing',
        ...setUp,
        body: { username: 'admin' },
        status: 400,
        exactly: { error: 'Invalid request', message: "Field 'password' is required" },
      },
      {
        name: 'never repeats what was sent',
        ...setUp,
        body: { username: { $ne: 1 }, password: ['my secret'] },
        status: 400,
        lacks: ['$ne', 'my secret'],
      },
      {
        name: 'refuses a short password and says how long it must be',
        ...setUp,
        body: { username: 'admin', password: 'eleven char' },
        status: 400,
        contains: ['at least 12 characters'],
        lacks: ['eleven char'],
      },
      { name: 'refuses an empty name', ...setUp, body: { ...adminLogin, username: '  ' }, status: 400 },
      {
        name: 'makes an admin, signs in, and ignores what nobody asked for',
        ...setUp,
        body: { ...adminLogin, id: 77, role: 'user', disabled: true, __proto__: { admin: true } },
        status: 200,
        exactly: { id: 1, username: 'admin' },
        after: async (on, answer) => {
          const cookie = answer.headers.get('set-cookie') ?? '';
          for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/', 'Max-Age=2592000'])
            expect(cookie).toContain(part);
          expect(cookie).not.toContain('Secure');
          const me = await on.call('GET', '/api/auth/me', { token: answer.cookie });
          expect(me.json).toEqual({ id: 1, username: 'admin', totp_enabled: false });
          expect(users()).toMatchObject([{ id: 1, role: 'admin', disabled: 0 }]);
        },
      },
      {
        name: 'is over once somebody has an account',
        ...setUp,
        body: { username: 'second', password: 'another good password' },
        status: 403,
        json: { error: 'Forbidden' },
        after: () => expect(users()).toHaveLength(1),
      },
      {
        name: 'is no longer asked for',
        method: 'GET',
        path: '/api/auth/setup-required',
        as: 'nobody',
        status: 200,
        exactly: { setup_required: false },
      },
    ],
  );
});

describe('set-up over the network', () => {
  const app = startTestApp({ TRUST_PROXY: 'off' });
  const from = (peer: string, headers?: Record<string, string>) =>
    app.call('POST', '/api/auth/setup', { body: { username: '', password: '' }, peer, headers });
  // A refusal is 403; who may pass gets 400 for the empty name, so nobody ever succeeds and the door stays as it is.
  const rows: [string, string, Record<string, string> | undefined, number, number][] = [
    ['the box itself', '127.0.0.1', undefined, 400, 400],
    ['the box itself, IPv6', '::1', undefined, 400, 400],
    ['a neighbour', '192.168.1.20', undefined, 400, 403],
    ['a neighbour, IPv6', 'fe80::1', undefined, 400, 403],
    ['a neighbour, v4-mapped', '::ffff:10.0.0.9', undefined, 400, 403],
    ['a public address', '203.0.113.9', undefined, 403, 403],
    ['a public IPv6 address', '2001:db8::1', undefined, 403, 403],
    ['a proxy on the box for a neighbour', '127.0.0.1', { 'x-forwarded-for': '192.168.1.20' }, 400, 403],
    ['a proxy on the box for the internet', '127.0.0.1', { 'x-forwarded-for': '203.0.113.9' }, 403, 403],
    [
      'a proxy that says it the other way',
      '127.0.0.1',
      { forwarded: 'for="[2001:db8::1]:4711";proto=https' },
      403,
      403,
    ],
    ['a stranger who claims to be the box', '203.0.113.9', { 'x-forwarded-for': '127.0.0.1' }, 403, 403],
    ['a proxy that says nothing of the client', '127.0.0.1', { 'x-forwarded-proto': 'https' }, 400, 403],
  ];
  for (const [who, peer, headers, status] of rows)
    test(`${status === 400 ? 'is open' : 'is closed'} for ${who} in the first hour`, async () =>
      expect((await from(peer, headers)).status).toBe(status));
  test('an hour later', () => {
    app.clock.advance(hourMs + 1000);
    app.clock.setWall(app.clock.now() - 5 * hourMs); // the hour is one of the box, not of the calendar
  });
  for (const [who, peer, headers, , status] of rows)
    test(`${status === 400 ? 'is open' : 'is closed'} for ${who} after the first hour`, async () =>
      expect((await from(peer, headers)).status).toBe(status));
});

describe('set-up by many at once', () => {
  const app = startTestApp();
  test('makes exactly one account', async () => {
    const answers = await Promise.all(
      Array.from({ length: scale.parallelCalls }, (_, at) =>
        app.call('POST', '/api/auth/setup', { body: { username: `admin${at}`, password: 'a good long password' } }),
      ),
    );
    const statuses = answers.map((answer) => answer.status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([200, ...Array<number>(scale.parallelCalls - 1).fill(403)]);
    expect(answers.filter((answer) => answer.cookie !== null)).toHaveLength(1);
    expect(app.data.main.$client.query('SELECT id FROM users').all()).toEqual([{ id: 1 }]);
  });
});

describe('set-up over TLS', () => {
  const app = startTestApp({ TRUST_PROXY: 'on' });
  test('marks the cookie Secure', async () => {
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.168.1.20' };
    const answer = await app.call('POST', '/api/auth/setup', { body: adminLogin, headers });
    expect(answer.headers.get('set-cookie')).toContain('Secure');
  });
});
