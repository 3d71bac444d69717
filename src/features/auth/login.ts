import type { Clock } from '../../core/clock.ts';
import { unauthorized } from '../../core/errors.ts';
import type { Ids } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import { usernameKey } from './account-rules.ts';
import type { Limiter } from './limiter.ts';
import type { Passwords } from './passwords.ts';
import type { SecondFactor } from './second-factor.ts';
import type { From, Sessions } from './sessions.ts';
import type { AuthStore, User } from './store.ts';
import type { Tokens } from './tokens.ts';

/** A new session: the token is the cookie's value. */
export interface SignedIn {
  user: Pick<User, 'id' | 'username'>;
  token: string;
}

export interface LoginDeps {
  store: AuthStore;
  passwords: Passwords;
  tokens: Tokens;
  sessions: Sessions;
  limiter: Limiter;
  secondFactor: SecondFactor;
  clock: Clock;
  ids: Ids;
  log: Log;
}

const challengeMs = 5 * 60 * 1000;
const triesPerChallenge = 5;
/** One text for unknown name, wrong password and disabled account. */
const refused = () => unauthorized('Invalid username or password');

/** From name and password, over a second factor where there is one, to a session. */
export function createLogin(deps: LoginDeps) {
  const { store, passwords, tokens, sessions, limiter, secondFactor, clock, ids, log } = deps;

  /** The account as it was when its secret was checked; throws when it was disabled or changed since. */
  const unchanged = (user: User): User => {
    const now = store.userById(user.id);
    if (!now || now.disabled || now.passwordHash !== user.passwordHash || now.totpSecret !== user.totpSecret)
      throw refused();
    return now;
  };

  const challengeFor = async (user: User): Promise<{ totpToken: string }> => {
    const jti = ids.token(16);
    const expiresAt = clock.now() + challengeMs;
    store.transaction(() => {
      store.dropStaleChallenges(clock.now());
      store.insertChallenge(jti, unchanged(user).id, expiresAt);
    });
    return { totpToken: await tokens.sign('totp', { sub: user.uuid, jti }, expiresAt) };
  };

  const openSession = async (user: User, from: From, prove: () => boolean): Promise<SignedIn | null> => {
    const session = store.transaction(() => {
      const fresh = unchanged(user);
      return prove() ? sessions.start(fresh, from) : null;
    });
    if (!session) return null;
    log.info('Signed in', { user: user.id, address: from.address });
    return { user, token: await sessions.tokenOf(user, session) };
  };

  const challenged = (jti: string): User => {
    const user = store.challengeUser(jti, clock.now());
    if (!user || user.disabled) throw unauthorized();
    return user;
  };

  /** `check` answers how to use up what was typed, or null when it is wrong. */
  const secondStep = async (
    totpToken: string,
    from: From,
    check: (user: User) => Promise<(() => boolean) | null>,
  ): Promise<SignedIn> => {
    limiter.refuseLocked(from.address);
    const subject = await tokens.read('totp', totpToken);
    if (!subject) throw unauthorized();
    const attempt = await limiter.begin(challenged(subject.jti).username, from.address);
    try {
      const user = challenged(subject.jti); // again: waiting for the limiter took time
      if (user.uuid !== subject.sub || !store.tryChallenge(subject.jti, triesPerChallenge)) throw unauthorized();
      const use = await check(user);
      const signedIn = use && (await openSession(user, from, () => use() && store.takeChallenge(subject.jti)));
      if (!signedIn) {
        attempt.fail();
        log.warning('Second factor refused', { user: user.id, address: from.address });
        throw unauthorized('Invalid code');
      }
      attempt.succeed();
      return signedIn;
    } finally {
      attempt.release();
    }
  };

  return {
    /** Throws `unauthorized`, `rate_limited` or `unavailable`. */
    async login(typed: { username: string; password: string }, from: From): Promise<SignedIn | { totpToken: string }> {
      const attempt = await limiter.begin(typed.username, from.address);
      try {
        const user = store.userByKey(usernameKey(typed.username));
        const fits = await passwords.matches(typed.password, user?.passwordHash);
        if (!user || !fits || user.disabled) {
          attempt.fail();
          log.warning('Sign-in refused', { address: from.address });
          throw refused();
        }
        if (user.totpSecret !== null) return await challengeFor(user);
        const signedIn = await openSession(user, from, () => true);
        if (!signedIn) throw refused();
        attempt.succeed();
        return signedIn;
      } finally {
        attempt.release();
      }
    },
    /** Second step with a code of the authenticator app. */
    validate: (typed: { totpToken: string; code: string }, from: From): Promise<SignedIn> =>
      secondStep(typed.totpToken, from, async (user) => secondFactor.checkCode(user, typed.code)),
    /** Second step with a recovery code, which is gone then. */
    async recover(
      typed: { totpToken: string; recoveryCode: string },
      from: From,
    ): Promise<SignedIn & { remainingCodes: number }> {
      const signedIn = await secondStep(typed.totpToken, from, (user) =>
        secondFactor.checkRecoveryCode(user, typed.recoveryCode),
      );
      return { ...signedIn, remainingCodes: store.unusedCodes(signedIn.user.id).length };
    },
  };
}
