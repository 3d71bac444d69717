import type { Clock } from '../../core/clock.ts';
import { createEvents } from '../../core/events.ts';
import type { Ids } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import type { SecretBox } from '../../core/secrets.ts';
import type { Db } from '../../db/open.ts';
import { createAccounts } from './accounts.ts';
import type { AuthEvents } from './events.ts';
import { createLimiter, type Limits } from './limiter.ts';
import { createLogin } from './login.ts';
import { createPasswords } from './passwords.ts';
import { createSecondFactor, pendingMs } from './second-factor.ts';
import { createSessions } from './sessions.ts';
import { createSetUp } from './setup.ts';
import { createAuthStore } from './store.ts';
import { createTokens } from './tokens.ts';

export interface AuthDeps {
  db: Db;
  clock: Clock;
  ids: Ids;
  log: Log;
  /** Seals the secrets of authenticator apps. */
  secrets: SecretBox;
  /** Signs every token: at least 32 bytes of text. */
  jwtKey: string;
  config: { readonly rateLimit: Limits };
  /** `clock.monotonic()` when the program started: set-up over the network is open for an hour from then. */
  startedAtMs: number;
}

/** The login room. Makes nothing happen by itself: whoever runs it calls `sweep` now and then (hourly is plenty). */
export function createAuth({ db, clock, ids, log, secrets, jwtKey, config, startedAtMs }: AuthDeps) {
  const store = createAuthStore(db);
  const events = createEvents<AuthEvents>((error) => log.error('A listener for ended sessions failed', { error }));
  const passwords = createPasswords();
  const tokens = createTokens({ jwtKey, clock });
  const limiter = createLimiter({ store, clock, log, limits: config.rateLimit, secret: jwtKey });
  const sessions = createSessions({ store, tokens, clock, ids, events });
  const secondFactor = createSecondFactor({ store, passwords, sessions, limiter, secrets, clock, ids, log });

  return {
    setUp: createSetUp({ store, passwords, sessions, clock, ids, log, startedAtMs }),
    login: createLogin({ store, passwords, tokens, sessions, limiter, secondFactor, clock, ids, log }),
    secondFactor,
    sessions,
    accounts: createAccounts({ store, passwords, sessions, limiter, clock, ids, log }),

    /** Who a cookie or bearer token stands for; null when it opens nothing (any more). */
    authenticate: sessions.authenticate,
    /** The same for the token of a WebSocket's URL, which is used up by this. */
    verifySocketToken: sessions.verifySocketToken,
    events,
    /** Removes what ran out: sessions, unfinished logins and set-ups, old failures. */
    sweep(): void {
      sessions.sweep();
      store.dropStaleChallenges(clock.now());
      store.dropStalePending(clock.now() - pendingMs);
      limiter.sweep();
    },
  };
}

export type Auth = ReturnType<typeof createAuth>;
