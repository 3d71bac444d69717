import { describe, expect, test } from 'bun:test';
import { adminLogin, startTestApp } from '../../../test/harness/app.ts';
import { challengeFor, isSignedIn, login, sessionFor, turnOnTwoFactor } from '../../../test/harness/login.ts';
import { scenarios } from '../../../test/harness/scenario.ts';

const password = 'a good long password';

describe('changing the password', () => {
  const app = startTestApp();
  const change = { method: 'POST', path: '/api/auth/change-password' } as const;
  const body = { current_password: adminLogin.password, new_password: 'newpassword123' };
  scenarios(
    () => app,
    [
      {
        name: 'needs the current one',
        ...change,
        body: { ...body, current_password: 'wrong password!' },
        status: 401,
        exactly: { error: 'Unauthorized', message: 'The current password is wrong' },
      },
      {
        name: 'needs a good new one',
        ...change,
        body: { ...body, new_password: 'short' },
        status: 400,
        exactly: { error: 'Invalid request', message: "Field 'new_password' must be at least 12 characters long" },
      },
      { name: 'needs both', ...change, body: { new_password: 'newpassword123' }, status: 400 },
    ],
  );

  test('ends all other sessions and unfinished logins, and the old password', async () => {
    const [mine, other] = [await app.signIn(), await sessionFor(app)];
    const answer = await app.call('POST', change.path, { token: mine, body });
    expect([answer.status, answer.json]).toEqual([200, { message: 'Password changed' }]);
    expect(await isSignedIn(app, mine)).toBeTrue();
    expect(await isSignedIn(app, other)).toBeFalse();
    expect((await login(app)).status).toBe(401);
    expect((await login(app, { username: 'admin', password: 'newpassword123' })).status).toBe(200);
  });

  test('of two at once only one counts', async () => {
    app.clock.advance(61_000);
    const token = await app.signIn();
    const to = (next: string) =>
      app.call('POST', change.path, { token, body: { current_password: 'newpassword123', new_password: next } });
    const answers = await Promise.all([to('first new password'), to('second new password')]);
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  });

  test('counts wrong tries like a login', async () => {
    app.clock.advance(61_000);
    const token = await app.signIn();
    const wrong = { current_password: 'wrong password!', new_password: 'newpassword123' };
    for (let failed = 0; failed < 5; failed += 1)
      expect((await app.call('POST', change.path, { token, body: wrong })).status).toBe(401);
    expect((await app.call('POST', change.path, { token, body: wrong })).status).toBe(429);
    expect((await login(app)).status).toBe(429);
  });
});

describe('accounts from the command line', () => {
  const app = startTestApp();
  const add = { method: 'POST', path: '/api/users', as: 'owner' } as const;
  scenarios(
    () => app,
    [
      {
        name: 'are made as admins unless told otherwise',
        ...add,
        body: { username: 'anna', password },
        status: 200,
        json: {
          id: 1,
          username: 'anna',
          role: 'admin',
          disabled: false,
          totp_enabled: false,
          last_login: null,
          created_at: '2026-01-05T02:00:00Z',
        },
        lacks: ['argon2id', password],
      },
      {
        name: 'end set-up',
        method: 'POST',
        path: '/api/auth/setup',
        as: 'nobody',
        body: adminLogin,
        status: 403,
      },
      {
        name: 'can be plain users',
        ...add,
        body: { username: 'Bert', password, role: 'user' },
        status: 200,
        json: { id: 2, username: 'Bert', role: 'user' },
      },
      {
        name: 'have a name of their own',
        ...add,
        body: { username: ' BERT', password },
        status: 409,
        exactly: { error: 'Conflict', message: 'A user named "BERT" exists already' },
      },
      { name: 'have a role that exists', ...add, body: { username: 'carl', password, role: 'root' }, status: 400 },
      {
        name: 'have a good password',
        ...add,
        body: { username: 'carl', password: 'short' },
        status: 400,
        lacks: ['"short"'],
      },
      { name: 'have a visible name', ...add, body: { username: 'carl\0', password }, status: 400 },
      {
        name: 'that do not exist have no password to reset',
        method: 'POST',
        path: '/api/users/nobody/reset-password',
        as: 'owner',
        body: { password },
        status: 404,
        exactly: { error: 'Not found', message: 'User "nobody" not found' },
      },
      {
        name: 'that do not exist have no second factor',
        method: 'POST',
        path: '/api/users/nobody/disable-2fa',
        as: 'owner',
        status: 404,
      },
      {
        name: 'get a good password at a reset',
        method: 'POST',
        path: '/api/users/bert/reset-password',
        as: 'owner',
        body: { password: 'bert bert bert' },
        status: 400,
      },
    ],
  );

  test('are nothing for admins over the network, whatever they send', async () => {
    const token = await sessionFor(app, { username: 'anna', password });
    const rows = [
      ['/api/users', { username: 'dora', password }],
      ['/api/users', { nonsense: true }],
      ['/api/users/bert/reset-password', { password }],
      ['/api/users/bert/disable-2fa', undefined],
    ] as const;
    for (const [path, body] of rows) {
      const answer = await app.call('POST', path, { token, body });
      expect([answer.status, answer.json.error]).toEqual([403, 'Forbidden']);
    }
  });

  test('get in again after a reset: lock lifted, sessions and unfinished logins ended, second factor kept', async () => {
    const anna = { username: 'anna', password };
    const token = await sessionFor(app, anna);
    await turnOnTwoFactor(app, token);
    for (let failed = 0; failed < 5; failed += 1) await login(app, { ...anna, password: 'wrong' }, `10.0.0.${failed}`);
    expect((await login(app, anna)).status).toBe(429);
    const next = { username: 'anna', password: 'another good password' };
    const answer = await app.call('POST', '/api/users/ANNA/reset-password', { owner: true, body: next });
    expect([answer.status, answer.json]).toEqual([200, { message: 'Password changed' }]);
    expect(await isSignedIn(app, token)).toBeFalse();
    expect(await challengeFor(app, next)).not.toBe('');
  });

  test('without their phone get in with the password alone after disable-2fa', async () => {
    const anna = { username: 'anna', password: 'another good password' };
    expect((await app.call('POST', '/api/users/anna/disable-2fa', { owner: true })).status).toBe(200);
    expect((await login(app, anna)).json).toEqual({ id: 1, username: 'anna' });
  });

  test('with spaces and umlauts in the name are found by it', async () => {
    await app.call('POST', '/api/users', { owner: true, body: { username: 'Jörg & Söhne', password } });
    const path = `/api/users/${encodeURIComponent('jörg & söhne')}/disable-2fa`;
    expect((await app.call('POST', path, { owner: true })).status).toBe(200);
  });

  test('of role user reach their own login and nothing else here', async () => {
    const token = await sessionFor(app, { username: 'bert', password });
    for (const path of ['/api/settings', '/api/jobs', '/api/credentials', '/api/users', '/api/browse', '/api/nonsense'])
      expect((await app.call('GET', path, { token })).status).toBe(403);
    for (const path of ['/api/auth/me', '/api/auth/sessions', '/api/auth/token', '/api/auth/totp/status'])
      expect((await app.call('GET', path, { token })).status).toBe(200);
  });
});
