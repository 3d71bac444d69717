import { describe, expect, test } from 'bun:test';
import { startTestApp } from '../harness/app.ts';
import { login, turnOnTwoFactor } from '../harness/login.ts';
import { expectPrinted, printed } from '../harness/printed.ts';

describe('Authentication, as printed', () => {
  const app = startTestApp();
  let token = '';

  test('check setup required', async () => {
    const answer = await app.call('GET', '/api/auth/setup-required');
    expect([answer.status, answer.json]).toEqual([200, printed('authentication.setup-required')]);
  });

  test('initial setup', async () => {
    const answer = await app.call('POST', '/api/auth/setup', { body: printed('authentication.setup.request') });
    expect([answer.status, answer.json]).toEqual([200, printed('authentication.setup.response')]);
    expect(answer.cookie).not.toBeNull();
  });

  test('login without 2FA', async () => {
    const answer = await login(app, printed('authentication.login.request'));
    expect([answer.status, answer.json]).toEqual([200, printed('authentication.login.response')]);
    token = answer.cookie ?? '';
    expect(token).not.toBe('');
  });

  test('get token', async () => {
    const answer = await app.call('GET', '/api/auth/token', { token });
    expect(answer.status).toBe(200);
    expectPrinted(answer.json, printed('authentication.token'));
    const [header] = (printed('authentication.token') as { token: string }).token.split('...');
    expect(answer.json.token).toStartWith(header?.slice(0, 16) ?? '');
  });

  test('change password', async () => {
    const request = printed('authentication.change-password.request') as { current_password: string };
    const hash = await Bun.password.hash(request.current_password, {
      algorithm: 'argon2id',
      memoryCost: 19_456,
      timeCost: 2,
    });
    app.data.main.$client.run('UPDATE users SET password_hash = ?', [hash]); // the printed one is too short to be set by us
    const answer = await app.call('POST', '/api/auth/change-password', { token, body: request });
    expect([answer.status, answer.json]).toEqual([200, printed('authentication.change-password.response')]);
  });

  test('get current user', async () => {
    await turnOnTwoFactor(app, token);
    const answer = await app.call('GET', '/api/auth/me', { token });
    expect([answer.status, answer.json]).toEqual([200, printed('authentication.me')]);
  });

  test('login with 2FA', async () => {
    const answer = await login(app, { username: 'admin', password: 'newpassword123' });
    expect(answer.status).toBe(200);
    expectPrinted(answer.json, printed('authentication.login-2fa.response'));
    expect(answer.json.totp_required).toBeTrue();
    expect(answer.cookie).toBeNull();
  });

  test('logout', async () => {
    const answer = await app.call('POST', '/api/auth/logout', { token });
    expect([answer.status, answer.json]).toEqual([200, printed('authentication.logout')]);
    expect(answer.cookie).toBe('');
  });

  test('401 without a login', async () => {
    const answer = await app.call('GET', '/api/auth/me');
    expect([answer.status, answer.json]).toEqual([401, printed('errors.unauthorized')]);
  });

  test('429 after five failed attempts, with Retry-After', async () => {
    const wrong = { username: 'somebody', password: 'not the password' };
    for (let failed = 0; failed < 5; failed += 1) expect((await login(app, wrong)).status).toBe(401);
    const answer = await login(app, wrong);
    expect([answer.status, answer.json]).toEqual([429, printed('errors.rate-limited')]);
    expect(answer.headers.get('retry-after')).toBe('60');
  });
});
