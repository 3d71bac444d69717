import { describe, expect, test } from 'bun:test';
import { adminLogin, startTestApp } from '../../../test/harness/app.ts';
import { isSignedIn, login, sessionFor } from '../../../test/harness/login.ts';
import { scenarios } from '../../../test/harness/scenario.ts';

const post = { method: 'POST', path: '/api/auth/login', as: 'nobody' } as const;
const refused = { error: 'Unauthorized', message: 'Invalid username or password' };

describe('login', () => {
  const app = startTestApp();
  scenarios(
    () => app,
    [
      {
        name: 'before set-up is refused like any other',
        ...post,
        body: adminLogin,
        status: 401,
        exactly: refused,
        after: async (on) => void (await on.signIn()),
      },
      {
        name: 'with name and password opens a session',
        ...post,
        body: adminLogin,
        status: 200,
        exactly: { id: 1, username: 'admin' },
        after: async (on, answer) => expect(await isSignedIn(on, answer.cookie ?? '')).toBeTrue(),
      },
      {
        name: 'takes the name in any case, with spaces around',
        ...post,
        body: { ...adminLogin, username: ' ADMIN ' },
        status: 200,
        exactly: { id: 1, username: 'admin' },
      },
      {
        name: 'with a wrong password is refused',
        ...post,
        body: { ...adminLogin, password: 'wrong password!' },
        status: 401,
        exactly: refused,
        after: (_, answer) => expect(answer.cookie).toBeNull(),
      },
      {
        name: 'of nobody we know is refused in the same words',
        ...post,
        body: { username: 'nobody', password: 'wrong password!' },
        status: 401,
        exactly: refused,
      },
      {
        name: 'with an empty password is refused in the same words',
        ...post,
        body: { ...adminLogin, password: '' },
        status: 401,
        exactly: refused,
        before: (on) => on.clock.advance(61_000),
      },
      {
        name: 'with NUL and half characters in the name is refused in the same words',
        ...post,
        rawBody: '{"username":"admin\\u0000\\ud800","password":"securepassword123"}',
        headers: { 'content-type': 'application/json' },
        status: 401,
        exactly: refused,
      },
      {
        name: 'with a password of half a megabyte is refused in the same words',
        ...post,
        body: { ...adminLogin, password: 'x'.repeat(500_000) },
        status: 401,
        exactly: refused,
      },
      {
        name: 'with objects for text is a bad request that repeats nothing',
        ...post,
        body: { username: { $ne: 1 }, password: ['hunter2'] },
        status: 400,
        json: { error: 'Invalid request' },
        lacks: ['$ne', 'hunter2'],
      },
      { name: 'without a body is a bad request', ...post, status: 400 },
      {
        name: 'with half a body is a bad request',
        ...post,
        rawBody: '{"username":',
        headers: { 'content-type': 'application/json' },
        status: 400,
      },
      {
        name: 'as a form is refused',
        ...post,
        rawBody: 'username=admin&password=securepassword123',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        status: 415,
      },
      {
        name: 'from the page of another site is refused',
        ...post,
        body: adminLogin,
        headers: { 'sec-fetch-site': 'cross-site' },
        status: 403,
      },
      { name: 'is not a thing to GET', method: 'GET', path: '/api/auth/login', as: 'nobody', status: 401 },
    ],
  );

  test('of a disabled account is refused in the same words, and its sessions end', async () => {
    const body = { username: 'ex', password: 'a good long password' };
    await app.call('POST', '/api/users', { owner: true, body });
    const token = await sessionFor(app, body);
    app.data.main.$client.run("UPDATE users SET disabled = 1 WHERE username = 'ex'");
    expect(await isSignedIn(app, token)).toBeFalse();
    const answer = await login(app, body);
    expect([answer.status, answer.json]).toEqual([401, refused]);
    app.data.main.$client.run("UPDATE users SET disabled = 0 WHERE username = 'ex'");
    expect(await isSignedIn(app, token)).toBeFalse();
  });

  test('of an account disabled while its password is checked opens nothing', async () => {
    const body = { username: 'quick', password: 'a good long password' };
    await app.call('POST', '/api/users', { owner: true, body });
    const running = login(app, body, '10.0.0.5');
    await Bun.sleep(5);
    app.data.main.$client.run("UPDATE users SET disabled = 1 WHERE username = 'quick'");
    expect((await running).status).toBe(401);
  });
});

describe('login under attack', () => {
  const app = startTestApp();
  const wrong = (username: string, peer: string) => login(app, { username, password: 'wrong password!' }, peer);

  test('twenty wrong passwords at once: five are looked at', async () => {
    await app.signIn();
    const answers = await Promise.all(Array.from({ length: 20 }, () => wrong('admin', '10.0.0.1')));
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(15);
  });

  test('the correct password does not open a locked account', async () => {
    const answer = await login(app, adminLogin, '10.0.0.2');
    expect([answer.status, answer.cookie]).toEqual([429, null]);
    app.clock.setWall(app.clock.now() + 2 * 3600_000);
    expect((await login(app, adminLogin, '10.0.0.2')).status).toBe(429);
  });

  test('the signed-in go on working meanwhile', async () =>
    expect(await isSignedIn(app, await app.signIn())).toBeTrue());

  test('after the lock the correct password opens it', async () => {
    app.clock.advance(60_000);
    expect((await login(app, adminLogin, '10.0.0.2')).status).toBe(200);
  });

  test('a dozen correct logins at once all pass', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => login(app, adminLogin, '10.0.0.3')));
    expect(answers.map((answer) => answer.status)).toEqual(Array<number>(12).fill(200));
  });

  test('more from everywhere than can be checked: the rest is told to come again', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, (_, host) => wrong(`user${host}`, `10.1.0.${host}`)));
    const busy = answers.filter((answer) => answer.status === 503);
    expect(busy).toHaveLength(30 - 22);
    expect(busy[0]?.headers.get('retry-after')).toBe('2');
    expect(answers.filter((answer) => answer.status === 401)).toHaveLength(22);
    for (const answer of busy) expect(answer.json.error).toBe('Unavailable');
  });
});

describe('login of nobody we know', () => {
  const app = startTestApp({ RATE_LIMIT_MAX_ATTEMPTS: '1000' });
  test('takes as long as a wrong password', async () => {
    await app.signIn();
    const times = { admin: [] as number[], nobody: [] as number[] };
    for (let round = 0; round < 9; round += 1)
      for (const username of ['admin', 'nobody'] as const) {
        const from = performance.now();
        await login(app, { username, password: 'wrong password!' });
        times[username].push(performance.now() - from);
      }
    const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
    const ratio = median(times.nobody) / median(times.admin);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });
});
