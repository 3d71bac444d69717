import { generateSync } from 'otplib';
import type { Clock } from '../../src/core/clock.ts';
import { type Answer, adminLogin, type TestApp } from './app.ts';

/** What an authenticator app shows now, or `steps` of 30 seconds away from now. */
export const totpCode = (secret: string, clock: Clock, steps = 0): string =>
  generateSync({ secret, epoch: Math.floor(clock.now() / 1000) + steps * 30 });

export interface SecondFactorOfTest {
  secret: string;
  recoveryCodes: string[];
}

/** Turns two-factor login on for a session's user and waits for the next code: the one shown before is used up. */
export async function turnOnTwoFactor(app: TestApp, token: string): Promise<SecondFactorOfTest> {
  const setup = await app.call('POST', '/api/auth/totp/setup', { token });
  const { secret } = setup.json as { secret: string };
  const body = { secret, code: totpCode(secret, app.clock) };
  const enabled = await app.call('POST', '/api/auth/totp/enable', { token, body });
  if (enabled.status !== 200) throw new Error(`enable answered ${enabled.status}: ${enabled.text}`);
  app.clock.advance(30_000);
  return { secret, recoveryCodes: enabled.json.recovery_codes as string[] };
}

export const login = (app: TestApp, body: unknown = adminLogin, peer?: string): Promise<Answer> =>
  app.call('POST', '/api/auth/login', { body, peer });

/** A new session of a user without a second factor. */
export async function sessionFor(app: TestApp, body: unknown = adminLogin): Promise<string> {
  const answer = await login(app, body);
  if (!answer.cookie) throw new Error(`login answered ${answer.status}: ${answer.text}`);
  return answer.cookie;
}

/** Password accepted, second factor to come. */
export async function challengeFor(app: TestApp, body: unknown = adminLogin): Promise<string> {
  const answer = await login(app, body);
  if (!answer.json?.totp_token) throw new Error(`login answered ${answer.status}: ${answer.text}`);
  return answer.json.totp_token as string;
}

export const validate = (app: TestApp, totpToken: string, code: string, peer?: string): Promise<Answer> =>
  app.call('POST', '/api/auth/totp/validate', { body: { totp_token: totpToken, code }, peer });

export const recover = (app: TestApp, totpToken: string, recoveryCode: string): Promise<Answer> =>
  app.call('POST', '/api/auth/totp/recovery', { body: { totp_token: totpToken, recovery_code: recoveryCode } });

export const isSignedIn = async (app: TestApp, token: string): Promise<boolean> =>
  (await app.call('GET', '/api/auth/me', { token })).status === 200;
