import { describe, expect, test } from 'bun:test';
import { adminLogin, startTestApp } from '../../../test/harness/app.ts';
import {
  challengeFor,
  isSignedIn,
  login,
  recover,
  sessionFor,
  totpCode,
  turnOnTwoFactor,
  validate,
} from '../../../test/harness/login.ts';

const minuteMs = 60_000;
const nextCode = 30_000;

describe('turning two-factor login on', () => {
  const app = startTestApp();
  const setUp = async (token: string) =>
    (await app.call('POST', '/api/auth/totp/setup', { token })).json.secret as string;
  const enable = (token: string, body: unknown) => app.call('POST', '/api/auth/totp/enable', { token, body });

  test('needs a set-up first', async () => {
    const answer = await enable(await app.signIn(), { secret: 'JBSWY3DPEHPK3PXP', code: '123456' });
    expect([answer.status, answer.json.error]).toEqual([400, 'Invalid request']);
    expect((await enable(await app.signIn(), { secret: 7 })).status).toBe(400);
  });

  test('needs the secret of the last set-up', async () => {
    const token = await app.signIn();
    const [old, last] = [await setUp(token), await setUp(token)];
    expect((await enable(token, { secret: old, code: totpCode(old, app.clock) })).status).toBe(400);
    expect((await enable(token, { secret: last, code: totpCode(old, app.clock) })).status).toBe(400);
    expect((await app.call('GET', '/api/auth/totp/status', { token })).json).toEqual({ enabled: false });
  });

  test('needs to be done within ten minutes', async () => {
    const token = await app.signIn();
    const secret = await setUp(token);
    app.clock.advance(10 * minuteMs);
    expect((await enable(token, { secret, code: totpCode(secret, app.clock) })).status).toBe(400);
  });

  test('refuses every code but the present one and the one before', async () => {
    const token = await app.signIn();
    const secret = await setUp(token);
    for (const code of [
      '',
      '12345',
      '1234567',
      'abcdef',
      totpCode(secret, app.clock, -2),
      totpCode(secret, app.clock, 1),
    ])
      expect((await enable(token, { secret, code })).status).toBe(400);
  });

  test('works from any session of the user and ends all his others', async () => {
    const [first, second, third] = [await app.signIn(), await sessionFor(app), await sessionFor(app)];
    const waiting = await sessionFor(app, adminLogin);
    const secret = await setUp(first);
    const spaced = secret.toLowerCase().replace(/(.{4})/g, '$1 ');
    const answer = await enable(second, { secret: spaced, code: totpCode(secret, app.clock, -1) });
    expect(answer.status).toBe(200);
    for (const ended of [first, third, waiting]) expect(await isSignedIn(app, ended)).toBeFalse();
    expect((await app.call('GET', '/api/auth/me', { token: second })).json.totp_enabled).toBeTrue();

    const again = await app.call('POST', '/api/auth/totp/setup', { token: second });
    expect([again.status, again.json.error]).toEqual([409, 'Conflict']);
    const twice = await enable(second, { secret, code: totpCode(secret, app.clock) });
    expect(twice.status).toBe(409);
    app.clock.advance(nextCode);
    expect((await validate(app, await challengeFor(app), totpCode(secret, app.clock))).status).toBe(200);
  });
});

describe('a login with a second factor', () => {
  const app = startTestApp();
  let secret = '';
  const on = async () => (secret === '' ? ({ secret } = await turnOnTwoFactor(app, await app.signIn())) : undefined);
  const code = (steps = 0) => totpCode(secret, app.clock, steps);
  const refused = async (totpToken: string, typed: string) => {
    const answer = await validate(app, totpToken, typed);
    expect([answer.status, answer.cookie]).toEqual([401, null]);
    return answer.json.message as string;
  };

  test('opens nothing before the code', async () => {
    await on();
    const answer = await login(app);
    expect(answer.cookie).toBeNull();
    expect(await isSignedIn(app, answer.json.totp_token)).toBeFalse();
    expect((await validate(app, answer.json.totp_token, code())).status).toBe(200);
  });

  test('takes a code once', async () => {
    app.clock.advance(nextCode);
    const [one, two] = [await challengeFor(app), await challengeFor(app)];
    expect((await validate(app, one, code())).status).toBe(200);
    expect(await refused(two, code())).toBe('Invalid code');
    expect(await refused(two, code(-1))).toBe('Invalid code'); // the one before is over once the present one was used
  });

  test('takes a code once, also when it is sent ten times at once', async () => {
    app.clock.advance(2 * minuteMs);
    const tokens = [];
    for (let at = 0; at < 10; at += 1) tokens.push(await challengeFor(app));
    const answers = await Promise.all(tokens.map((token, at) => validate(app, token, code(), `10.0.0.${at}`)));
    expect(answers.filter((answer) => answer.cookie !== null)).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    app.clock.advance(2 * minuteMs);
    expect((await validate(app, await challengeFor(app), code())).status).toBe(200);
  });

  test('takes the code before the present one, none older and none to come', async () => {
    app.clock.advance(5 * minuteMs);
    const token = await challengeFor(app);
    await refused(token, code(-2));
    await refused(token, code(2));
    await refused(token, code(1));
    expect((await validate(app, token, ` ${code(-1).slice(0, 3)} ${code(-1).slice(3)}`)).status).toBe(200);
  });

  test('uses its token once', async () => {
    app.clock.advance(nextCode);
    const token = await challengeFor(app);
    expect((await validate(app, token, code())).status).toBe(200);
    app.clock.advance(nextCode);
    expect(await refused(token, code())).toBe('Invalid or expired token');
  });

  test('gives five tries and five minutes', async () => {
    app.clock.advance(10 * minuteMs);
    const [tried, old] = [await challengeFor(app), await challengeFor(app)];
    for (let failed = 0; failed < 5; failed += 1) await refused(tried, '00000x');
    app.clock.advance(2 * minuteMs);
    expect(await refused(tried, code())).toBe('Invalid or expired token');
    app.clock.advance(3 * minuteMs);
    expect(await refused(old, code())).toBe('Invalid or expired token');
  });

  test('a right password does not make up for wrong codes', async () => {
    app.clock.advance(60 * minuteMs);
    for (let failed = 0; failed < 5; failed += 1) {
      const token = await challengeFor(app); // counts neither way
      await refused(token, '000000');
    }
    expect((await login(app)).status).toBe(429);
    app.clock.advance(60 * minuteMs);
  });

  test('is over when the password changes meanwhile', async () => {
    const token = await challengeFor(app);
    const reset = { owner: true, body: { password: adminLogin.password } };
    expect((await app.call('POST', '/api/users/admin/reset-password', reset)).status).toBe(200);
    expect(await refused(token, code())).toBe('Invalid or expired token');
  });
});

describe('recovery codes', () => {
  const app = startTestApp();
  let codes: string[] = [];
  let token = '';

  test('each opens one login, however it is typed', async () => {
    token = await app.signIn();
    codes = (await turnOnTwoFactor(app, token)).recoveryCodes;
    const [first = '', second = ''] = codes;
    const typed = ` ${first.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')} `;
    expect((await recover(app, await challengeFor(app), typed)).json).toEqual({
      id: 1,
      username: 'admin',
      remaining_codes: 4,
    });
    const again = await recover(app, await challengeFor(app), first);
    expect([again.status, again.json.message, again.cookie]).toEqual([401, 'Invalid code', null]);
    expect((await recover(app, await challengeFor(app), second.replaceAll('-', ''))).json.remaining_codes).toBe(3);
  });

  test('open one login, also when sent four times at once', async () => {
    app.clock.advance(2 * minuteMs);
    const tokens = [await challengeFor(app), await challengeFor(app), await challengeFor(app), await challengeFor(app)];
    const answers = await Promise.all(tokens.map((totpToken) => recover(app, totpToken, codes[2] ?? '')));
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([200, 401, 401, 401]);
  });

  test('are never guessed from nothing', async () => {
    app.clock.advance(2 * minuteMs);
    for (const nothing of ['', '----', 'XXXX-XXXX-XXXX'])
      expect((await recover(app, await challengeFor(app), nothing)).status).toBe(401);
  });

  test('turn two-factor login off for somebody without the phone', async () => {
    app.clock.advance(2 * minuteMs);
    const other = await recover(app, await challengeFor(app), codes[3] ?? '');
    const body = { code: codes[4] };
    const answer = await app.call('POST', '/api/auth/totp/disable', { token: other.cookie, body });
    expect([answer.status, answer.json]).toEqual([200, { enabled: false }]);
    expect(await isSignedIn(app, token)).toBeFalse();
    expect((await login(app)).json).toEqual({ id: 1, username: 'admin' });
    expect(app.data.main.$client.query('SELECT count(*) AS n FROM recovery_codes').get()).toEqual({ n: 0 });
  });
});

describe('turning two-factor login off', () => {
  const app = startTestApp();
  const disable = (token: string, code: unknown) =>
    app.call('POST', '/api/auth/totp/disable', { token, body: { code } });

  test('is a conflict when it is off, and a bad request without a code', async () => {
    expect((await disable(await app.signIn(), '123456')).status).toBe(409);
    expect((await disable(await app.signIn(), 123456)).status).toBe(400);
  });

  test('needs a code, counts wrong ones, and ends all other sessions', async () => {
    const token = await app.signIn();
    const { secret } = await turnOnTwoFactor(app, token);
    for (let failed = 0; failed < 5; failed += 1) expect((await disable(token, '000000')).status).toBe(401);
    expect((await disable(token, totpCode(secret, app.clock))).status).toBe(429);
    app.clock.advance(minuteMs);
    const other = await validate(app, await challengeFor(app), totpCode(secret, app.clock));
    app.clock.advance(nextCode);
    expect((await disable(token, totpCode(secret, app.clock))).json).toEqual({ enabled: false });
    expect(await isSignedIn(app, other.cookie ?? '')).toBeFalse();
    expect(await isSignedIn(app, token)).toBeTrue();
  });
});
