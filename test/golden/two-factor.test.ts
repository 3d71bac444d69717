import { describe, expect, test } from 'bun:test';
import { startTestApp } from '../harness/app.ts';
import { challengeFor, totpCode } from '../harness/login.ts';
import { expectPrinted, printed } from '../harness/printed.ts';

describe('Two-factor authentication, as printed', () => {
  const app = startTestApp();
  let secret = '';
  let recoveryCode = '';
  const like = (name: string, body: Record<string, string>) => {
    expectPrinted(body, printed(name));
    return body;
  };

  test('get 2FA status', async () => {
    const answer = await app.call('GET', '/api/auth/totp/status', { token: await app.signIn() });
    expect([answer.status, answer.json]).toEqual([200, printed('two-factor.status')]);
  });

  test('setup 2FA', async () => {
    const example = printed('two-factor.setup') as { secret: string; otpauth_url: string };
    const answer = await app.call('POST', '/api/auth/totp/setup', { token: await app.signIn() });
    expect(answer.status).toBe(200);
    expectPrinted(answer.json, example);
    secret = answer.json.secret;
    expect(answer.json.otpauth_url).toBe(example.otpauth_url.replace(example.secret, secret));
    expect(answer.json.qr_code).toStartWith('data:image/png;base64,iVBORw0KGgo');
  });

  test('enable 2FA', async () => {
    const body = like('two-factor.enable.request', { secret, code: totpCode(secret, app.clock) });
    const answer = await app.call('POST', '/api/auth/totp/enable', { token: await app.signIn(), body });
    expect(answer.status).toBe(200);
    expectPrinted(answer.json, printed('two-factor.enable.response'));
    const codes = answer.json.recovery_codes as string[];
    expect(codes).toHaveLength(5);
    expect(new Set(codes).size).toBe(5);
    for (const code of codes) expect(code).toMatch(/^[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}$/);
    recoveryCode = codes[0] ?? '';
  });

  test('validate TOTP code', async () => {
    app.clock.advance(30_000);
    const totpToken = await challengeFor(app);
    const body = like('two-factor.validate.request', { totp_token: totpToken, code: totpCode(secret, app.clock) });
    const answer = await app.call('POST', '/api/auth/totp/validate', { body });
    expect([answer.status, answer.json]).toEqual([200, printed('two-factor.validate.response')]);
    expect(answer.cookie).not.toBeNull();
  });

  test('use recovery code', async () => {
    const totpToken = await challengeFor(app);
    const body = like('two-factor.recovery.request', { totp_token: totpToken, recovery_code: recoveryCode });
    const answer = await app.call('POST', '/api/auth/totp/recovery', { body });
    expect([answer.status, answer.json]).toEqual([200, printed('two-factor.recovery.response')]);
    expect(answer.cookie).not.toBeNull();
  });

  test('disable 2FA', async () => {
    app.clock.advance(30_000);
    const body = like('two-factor.disable.request', { code: totpCode(secret, app.clock) });
    const answer = await app.call('POST', '/api/auth/totp/disable', { token: await app.signIn(), body });
    expect([answer.status, answer.json]).toEqual([200, printed('two-factor.disable.response')]);
  });
});
