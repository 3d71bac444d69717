import type { Static } from 'elysia';
import type {
  account,
  challenge,
  enabled,
  recovered,
  SessionBody,
  sessionsEnded,
  setUpRequired,
  totpEnabled,
  totpSetup,
} from '../../../src/features/auth/schema.ts';
import { ApiError, call } from './client.ts';

export type Me = Static<typeof account>;

export const setUp = (username: string, password: string) =>
  call<Me>('POST', '/api/auth/setup', { username, password });
export const logIn = (username: string, password: string) =>
  call<Me | Static<typeof challenge>>('POST', '/api/auth/login', { username, password });
export const giveCode = (totp_token: string, code: string) =>
  call<Me>('POST', '/api/auth/totp/validate', { totp_token, code });
export const giveRecoveryCode = (totp_token: string, recovery_code: string) =>
  call<Static<typeof recovered>>('POST', '/api/auth/totp/recovery', { totp_token, recovery_code });
export const logOut = () => call<unknown>('POST', '/api/auth/logout');

export const changePassword = (current_password: string, new_password: string) =>
  call<unknown>('POST', '/api/auth/change-password', { current_password, new_password });

export type SecondFactorStart = Static<typeof totpSetup>;
export const secondFactorState = () => call<Static<typeof enabled>>('GET', '/api/auth/totp/status');
export const startSecondFactor = () => call<SecondFactorStart>('POST', '/api/auth/totp/setup');
export const confirmSecondFactor = (secret: string, code: string) =>
  call<Static<typeof totpEnabled>>('POST', '/api/auth/totp/enable', { secret, code });
/** `code` is one of the app's, or a recovery code. */
export const endSecondFactor = (code: string) =>
  call<Static<typeof enabled>>('POST', '/api/auth/totp/disable', { code });

export type Session = SessionBody;
export const listSessions = () => call<Session[]>('GET', '/api/auth/sessions');
export const endSession = (id: number) => call<unknown>('DELETE', `/api/auth/sessions/${id}`);
export const endOtherSessions = () => call<Static<typeof sessionsEnded>>('DELETE', '/api/auth/sessions');

/** What the box wants from whoever opens the page. */
export type Standing =
  | { screen: 'unreachable' }
  | { screen: 'recovery' }
  | { screen: 'setup' }
  | { screen: 'login' }
  | { screen: 'home'; me: Me };

/** Asks the box how it is and who we are; all at once, because the first screen waits for it. */
export async function askStanding(): Promise<Standing> {
  const asked = [
    call<{ status: string }>('GET', '/api/system/health'),
    call<Static<typeof setUpRequired>>('GET', '/api/auth/setup-required'),
    call<Me>('GET', '/api/auth/me'),
  ] as const;
  asked[2].catch(() => undefined); // looked at last, and perhaps not at all
  try {
    const [health, { setup_required }] = await Promise.all([asked[0], asked[1]]);
    if (health.status === 'recovery') return { screen: 'recovery' };
    if (setup_required) return { screen: 'setup' };
    return { screen: 'home', me: await asked[2] };
  } catch (error) {
    return error instanceof ApiError && error.status === 401 ? { screen: 'login' } : { screen: 'unreachable' };
  }
}
