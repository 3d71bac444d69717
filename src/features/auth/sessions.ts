import type { Clock } from '../../core/clock.ts';
import { notFound, unauthorized } from '../../core/errors.ts';
import type { Events } from '../../core/events.ts';
import type { Ids } from '../../core/ids.ts';
import type { Caller, Identity, SessionIdentity } from '../../http/caller.ts';
import type { AuthEvents } from './events.ts';
import type { AuthStore, OpenSession, Session, User } from './store.ts';
import type { Tokens } from './tokens.ts';

const dayMs = 24 * 3600 * 1000;
export const absoluteMs = 30 * dayMs;
const idleMs = 7 * dayMs;
/** `last_seen` is written at most this often: an SD card wears out. */
const touchMs = 60 * 1000;
const socketTokenMs = 60 * 1000;
/** More logins than this end the session that was seen least recently. */
const mostPerUser = 100;

export interface SessionDeps {
  store: AuthStore;
  tokens: Tokens;
  clock: Clock;
  ids: Ids;
  events: Events<AuthEvents>;
}

export type From = Pick<Caller, 'address' | 'userAgent'>;

export function createSessions({ store, tokens, clock, ids, events }: SessionDeps) {
  /** Tickets given out and not used yet, with their end in monotonic time. Lost with the process, like its sockets. */
  const tickets = new Map<string, { sessionId: number; until: number }>();

  const ended = (sessionIds: readonly number[]): number => {
    for (const [jti, ticket] of tickets) if (sessionIds.includes(ticket.sessionId)) tickets.delete(jti);
    if (sessionIds.length > 0) events.emit('sessions.ended', { sessionIds });
    return sessionIds.length;
  };

  const identityOf = (session: OpenSession | undefined): SessionIdentity | null => {
    if (!session) return null;
    const now = clock.now();
    const { id, userId, username, role } = session;
    if (session.disabled) {
      ended(store.endSessionsOf(userId, null));
      return null;
    }
    if (session.expiresAt <= now || session.lastSeenAt + idleMs <= now) return null;
    if (Math.abs(now - session.lastSeenAt) >= touchMs) store.touchSession(id, now);
    return { kind: 'user', userId, username, role, sessionId: id };
  };

  /** The account behind a session, as it is now. Throws `unauthorized` when the session ended meanwhile. */
  const userOf = (identity: SessionIdentity): User => {
    const user = store.sessionById(identity.sessionId) && store.userById(identity.userId);
    if (!user) throw unauthorized();
    return user;
  };

  const sweep = (): void => void ended(store.endSessionsBefore(clock.now(), clock.now() - idleMs));

  return {
    /** Writes the session's row; for use inside the transaction that proves the login. */
    start(user: User, from: From): Session {
      const now = clock.now();
      sweep();
      store.setLastLogin(user.id, now);
      const mine = store.sessionsOf(user.id);
      if (mine.length >= mostPerUser) {
        const oldest = mine.reduce((a, b) => (b.lastSeenAt < a.lastSeenAt ? b : a));
        ended(store.endSession(oldest.id, user.id));
      }
      return store.insertSession({
        jti: ids.token(16),
        userId: user.id,
        createdAt: now,
        lastSeenAt: now,
        expiresAt: now + absoluteMs,
        address: from.address,
        userAgent: from.userAgent,
      });
    },
    /** The value of the cookie. */
    tokenOf: (user: User, session: Session): Promise<string> =>
      tokens.sign('session', { sub: user.uuid, jti: session.jti }, session.expiresAt),

    async authenticate(token: string): Promise<Identity | null> {
      const subject = await tokens.read('session', token);
      const found = subject && store.sessionByJti(subject.jti);
      return found && found.uuid === subject.sub ? identityOf(found) : null;
    },
    /** For doors that stay open: is the session behind them still good? */
    isOpen: (sessionId: number): boolean => identityOf(store.sessionById(sessionId)) !== null,

    /** A token for one WebSocket: 60 seconds, one use, dead with its session. */
    async socketToken(identity: SessionIdentity): Promise<string> {
      for (const [jti, ticket] of tickets) if (ticket.until <= clock.monotonic()) tickets.delete(jti);
      const { uuid } = userOf(identity);
      const jti = ids.token(16);
      tickets.set(jti, { sessionId: identity.sessionId, until: clock.monotonic() + socketTokenMs });
      return tokens.sign('ws', { sub: uuid, jti }, clock.now() + socketTokenMs);
    },
    async verifySocketToken(token: string): Promise<Identity | null> {
      const subject = await tokens.read('ws', token);
      const ticket = subject && tickets.get(subject.jti);
      if (!ticket) return null;
      tickets.delete(subject.jti);
      if (ticket.until <= clock.monotonic()) return null;
      const found = store.sessionById(ticket.sessionId);
      return found && found.uuid === subject.sub ? identityOf(found) : null;
    },

    userOf,
    list: (userId: number): Session[] =>
      store
        .sessionsOf(userId)
        .filter((session) => session.expiresAt > clock.now() && session.lastSeenAt + idleMs > clock.now()),
    /** Throws `not_found` for a session that is not this user's. */
    end(userId: number, sessionId: number): void {
      if (ended(store.endSession(sessionId, userId)) === 0) throw notFound('Session');
    },
    /** Ends all sessions of a user but the one given; answers how many. */
    endOthers: (userId: number, exceptId: number | null): number => ended(store.endSessionsOf(userId, exceptId)),
    sweep,
  };
}

export type Sessions = ReturnType<typeof createSessions>;
