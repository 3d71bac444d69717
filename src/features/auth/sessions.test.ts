import { describe, expect, test } from 'bun:test';
import { adminLogin, startTestApp } from '../../../test/harness/app.ts';
import { isSignedIn, sessionFor } from '../../../test/harness/login.ts';
import { scenarios } from '../../../test/harness/scenario.ts';

const dayMs = 24 * 3600 * 1000;

describe('sessions', () => {
  const app = startTestApp();
  scenarios(
    () => app,
    [
      ...(
        [
          ['POST', '/api/auth/logout'],
          ['GET', '/api/auth/me'],
          ['GET', '/api/auth/token'],
          ['GET', '/api/auth/sessions'],
          ['DELETE', '/api/auth/sessions'],
          ['DELETE', '/api/auth/sessions/1'],
          ['DELETE', '/api/auth/sessions/nonsense'],
          ['POST', '/api/auth/change-password'],
          ['GET', '/api/auth/totp/status'],
          ['POST', '/api/auth/totp/setup'],
          ['POST', '/api/auth/totp/enable'],
          ['POST', '/api/auth/totp/disable'],
          ['POST', '/api/users'],
        ] as const
      ).map(([method, path]) => ({
        name: `${method} ${path} needs one`,
        method,
        path,
        as: 'nobody' as const,
        status: 401,
        exactly: { error: 'Unauthorized', message: 'Invalid or expired token' },
      })),
      ...(
        [
          ['GET', '/api/auth/me'],
          ['GET', '/api/auth/sessions'],
          ['POST', '/api/auth/logout'],
        ] as const
      ).map(([method, path]) => ({
        name: `${method} ${path} is nothing for the local socket, which has no account`,
        method,
        path,
        as: 'owner' as const,
        status: 403,
        json: { error: 'Forbidden' },
      })),
      {
        name: 'are listed with where and when they began',
        method: 'GET',
        path: '/api/auth/sessions',
        headers: { 'user-agent': 'irrelevant here' },
        status: 200,
        exactly: [
          {
            id: 1,
            created_at: '2026-01-05T02:00:00Z',
            last_seen_at: '2026-01-05T02:00:00Z',
            expires_at: '2026-02-04T02:00:00Z',
            address: '127.0.0.1',
            user_agent: null,
            current: true,
          },
        ],
      },
      { name: 'that do not exist cannot be ended', method: 'DELETE', path: '/api/auth/sessions/999', status: 404 },
      { name: 'have a number', method: 'DELETE', path: '/api/auth/sessions/0x1', status: 400 },
    ],
  );

  test('one by one can be ended, and are dead at once', async () => {
    const [mine, other] = [await app.signIn(), await sessionFor(app)];
    const list = (await app.call('GET', '/api/auth/sessions', { token: mine })).json as {
      id: number;
      current: boolean;
    }[];
    expect(list.map((session) => session.current)).toEqual([true, false]);
    const answer = await app.call('DELETE', `/api/auth/sessions/${list[1]?.id}`, { token: mine });
    expect([answer.status, answer.json, answer.cookie]).toEqual([200, { message: 'Session ended' }, null]);
    expect(await isSignedIn(app, other)).toBeFalse();
    expect(await isSignedIn(app, mine)).toBeTrue();
  });

  test('can end themselves, which clears the cookie', async () => {
    const token = await sessionFor(app);
    const list = (await app.call('GET', '/api/auth/sessions', { token })).json as { id: number; current: boolean }[];
    const own = list.find((session) => session.current);
    expect((await app.call('DELETE', `/api/auth/sessions/${own?.id}`, { token })).cookie).toBe('');
    expect(await isSignedIn(app, token)).toBeFalse();
  });

  test('all others can be ended together', async () => {
    const [mine, one, two] = [await app.signIn(), await sessionFor(app), await sessionFor(app)];
    const answer = await app.call('DELETE', '/api/auth/sessions', { token: mine });
    expect([answer.status, answer.json]).toEqual([200, { message: 'Other sessions ended', count: 2 }]);
    for (const ended of [one, two]) expect(await isSignedIn(app, ended)).toBeFalse();
    expect(await isSignedIn(app, mine)).toBeTrue();
  });

  test('of others are neither seen nor ended', async () => {
    const body = { username: 'visitor', password: 'a good long password', role: 'user' };
    await app.call('POST', '/api/users', { owner: true, body });
    const visitor = await sessionFor(app, body);
    expect((await app.call('GET', '/api/auth/sessions', { token: visitor })).json).toHaveLength(1);
    expect((await app.call('DELETE', '/api/auth/sessions/1', { token: visitor })).status).toBe(404);
    await app.call('DELETE', '/api/auth/sessions', { token: visitor });
    expect(await isSignedIn(app, await app.signIn())).toBeTrue();
  });

  test('end with a logout, and tell who listens', async () => {
    const ended: number[] = [];
    const stop = app.app.auth.events.on('sessions.ended', (news) => void ended.push(...news.sessionIds));
    const token = await sessionFor(app);
    const answer = await app.call('POST', '/api/auth/logout', { token });
    expect(answer.headers.get('set-cookie')).toContain('Max-Age=0');
    expect(await isSignedIn(app, token)).toBeFalse();
    expect((await app.call('POST', '/api/auth/logout', { token })).status).toBe(401);
    expect(ended).toHaveLength(1);
    expect(app.app.auth.sessions.isOpen(ended[0] ?? 0)).toBeFalse();
    stop();
  });
});

describe('a session', () => {
  const app = startTestApp();
  const seen = () => app.data.main.$client.query('SELECT last_seen_at AS at FROM sessions ORDER BY id DESC').get();

  test('notes at most once a minute that it is used', async () => {
    const token = await app.signIn();
    const first = seen();
    app.clock.advance(59_000);
    await isSignedIn(app, token);
    expect(seen()).toEqual(first);
    app.clock.advance(1000);
    await isSignedIn(app, token);
    expect(seen()).toEqual({ at: app.clock.now() });
  });

  test('lasts 30 days when it is used, and not a second longer', async () => {
    const token = await sessionFor(app);
    for (let visit = 0; visit < 5; visit += 1) {
      app.clock.advance(6 * dayMs - 1000);
      expect(await isSignedIn(app, token)).toBeTrue();
    }
    app.clock.advance(5000);
    expect(await isSignedIn(app, token)).toBeFalse();
  });

  test('ends after 7 days in which nobody came, also in the database', async () => {
    const token = await sessionFor(app);
    app.clock.advance(7 * dayMs - 1000);
    expect(await isSignedIn(app, token)).toBeTrue();
    app.clock.advance(7 * dayMs);
    expect(await isSignedIn(app, token)).toBeFalse();
    app.app.auth.sweep();
    expect(app.data.main.$client.query('SELECT count(*) AS n FROM sessions').get()).toEqual({ n: 0 });
  });

  test('that was seen longest ago makes room when a hundred others are open', async () => {
    const idle = await sessionFor(app);
    app.clock.advance(60_000);
    const used = await sessionFor(app);
    app.data.main.$client.run(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 98)
       INSERT INTO sessions (jti, user_id, created_at, last_seen_at, expires_at, address)
       SELECT 'filler ' || i, user_id, created_at, last_seen_at, expires_at, '' FROM sessions, n
       WHERE id = (SELECT max(id) FROM sessions)`,
    );
    const newest = await sessionFor(app);
    expect(await isSignedIn(app, idle)).toBeFalse();
    for (const open of [used, newest]) expect(await isSignedIn(app, open)).toBeTrue();
  });

  test('survives a restart of the box, but not a new key', async () => {
    const token = await sessionFor(app);
    app.close();
    const again = startAgain({});
    expect(await isSignedIn(again, token)).toBeTrue();
    again.close();
    const otherKey = startAgain({ JWT_SECRET: 'another key of at least 32 bytes, really' });
    expect(await isSignedIn(otherKey, token)).toBeFalse();
    otherKey.close();
  });
  const startAgain = (env: Record<string, string>) => startTestApp(env, app.clock, app.dir);
});

describe('the token of a WebSocket', () => {
  const app = startTestApp();
  const ticket = async (token: string) => (await app.call('GET', '/api/auth/token', { token })).json.token as string;
  const opens = async (token: string) => (await app.app.auth.verifySocketToken(token)) !== null;

  test('opens one, once, for the one who asked', async () => {
    const token = await ticket(await app.signIn());
    expect(await app.app.auth.verifySocketToken(token)).toMatchObject({ kind: 'user', username: adminLogin.username });
    expect(await opens(token)).toBeFalse();
  });

  test('lives 60 seconds, whatever the wall clock does', async () => {
    const session = await app.signIn();
    const [early, late, shifted] = [await ticket(session), await ticket(session), await ticket(session)];
    app.clock.advance(59_000);
    expect(await opens(early)).toBeTrue();
    app.clock.advance(1000);
    expect(await opens(late)).toBeFalse();
    app.clock.setWall(app.clock.now() - 60_000);
    expect(await opens(shifted)).toBeFalse();
    app.clock.setWall(app.clock.now() + 60_000);
  });

  test('dies with its session', async () => {
    const session = await sessionFor(app);
    const token = await ticket(session);
    await app.call('POST', '/api/auth/logout', { token: session });
    expect(await opens(token)).toBeFalse();
  });
});
