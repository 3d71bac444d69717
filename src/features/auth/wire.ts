import { toIso, toIsoOrNull } from '../../core/clock.ts';
import { forbidden } from '../../core/errors.ts';
import type { Caller, SessionIdentity } from '../../http/caller.ts';
import type { SignedIn } from './login.ts';
import type { SessionBody, UserBody } from './schema.ts';
import { absoluteMs } from './sessions.ts';
import type { Session, User } from './store.ts';

interface Reply {
  headers: Record<string, string | number | string[]>;
}

/** Strict: never sent along when another site links or posts here. Not Secure on plain HTTP, where it would be lost. */
const setCookie = (reply: Reply, caller: Caller, value: string, maxAge: number): void => {
  const cookie = new Bun.Cookie('token', value, {
    httpOnly: true,
    sameSite: 'strict',
    path: '/',
    secure: caller.secure,
    maxAge,
  });
  reply.headers['set-cookie'] = cookie.serialize();
};

/** Hands the session to the browser; only what may be in the answer is returned. */
export function enter(reply: Reply, caller: Caller, { user, token }: SignedIn): { id: number; username: string } {
  setCookie(reply, caller, token, absoluteMs / 1000);
  return { id: user.id, username: user.username };
}

export const leave = (reply: Reply, caller: Caller): void => setCookie(reply, caller, '', 0);

/** The signed-in person. The owner of the data folder needs no login and so has no account to speak of. */
export function personOf(caller: Caller): SessionIdentity {
  if (caller.identity?.kind === 'user') return caller.identity;
  throw forbidden('This is about the account of a signed-in person, and the local socket has none');
}

export const sessionBody = (session: Session, current: number): SessionBody => ({
  id: session.id,
  created_at: toIso(session.createdAt),
  last_seen_at: toIso(session.lastSeenAt),
  expires_at: toIso(session.expiresAt),
  address: session.address,
  user_agent: session.userAgent,
  current: session.id === current,
});

export const userBody = (user: User): UserBody => ({
  id: user.id,
  uuid: user.uuid,
  username: user.username,
  role: user.role,
  disabled: user.disabled,
  totp_enabled: user.totpSecret !== null,
  last_login: toIsoOrNull(user.lastLogin),
  created_at: toIso(user.createdAt),
});
