import type { Clock } from '../../core/clock.ts';
import { conflict, notFound, unauthorized } from '../../core/errors.ts';
import type { Ids } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import type { SessionIdentity } from '../../http/caller.ts';
import { checkNewPassword, cleanUsername, usernameKey } from './account-rules.ts';
import type { Limiter } from './limiter.ts';
import type { Passwords } from './passwords.ts';
import type { From, Sessions } from './sessions.ts';
import type { AuthStore, User } from './store.ts';

export interface AccountsDeps {
  store: AuthStore;
  passwords: Passwords;
  sessions: Sessions;
  limiter: Limiter;
  clock: Clock;
  ids: Ids;
  log: Log;
}

/** One's own password, and what only the owner of the box may do: add accounts, let locked-out people in again. */
export function createAccounts({ store, passwords, sessions, limiter, clock, ids, log }: AccountsDeps) {
  const named = (username: string): User => {
    const user = store.userByKey(usernameKey(username));
    if (!user) throw notFound(`User "${username.slice(0, 64)}"`);
    return user;
  };

  return {
    /** Ends the user's other sessions. Throws `unauthorized` when `current` is wrong; that counts as a failed login. */
    async changePassword(
      identity: SessionIdentity,
      typed: { current: string; next: string },
      from: From,
    ): Promise<void> {
      const { username } = sessions.userOf(identity);
      checkNewPassword(typed.next, username, 'new_password');
      const attempt = await limiter.begin(username, from.address);
      try {
        const user = sessions.userOf(identity);
        if (!(await passwords.matches(typed.current, user.passwordHash))) {
          attempt.fail();
          throw unauthorized('The current password is wrong');
        }
        const [passwordHash = ''] = await passwords.hash([typed.next]);
        store.transaction(() => {
          if (sessions.userOf(identity).passwordHash !== user.passwordHash)
            throw conflict('The password was changed at the same time. Sign in with the new one.');
          store.setPassword(user.id, passwordHash);
          store.dropChallengesOf(user.id);
          sessions.endOthers(user.id, identity.sessionId);
        });
        attempt.succeed();
        log.info('Password changed', { user: user.id });
      } finally {
        attempt.release();
      }
    },

    async create(typed: { username: string; password: string; role: User['role'] }): Promise<User> {
      const username = cleanUsername(typed.username);
      checkNewPassword(typed.password, username, 'password');
      const taken = () => conflict(`A user named "${username}" exists already`);
      if (store.userByKey(usernameKey(username))) throw taken();
      const [passwordHash = ''] = await passwords.hash([typed.password]);
      const user = store.insertUser({
        uuid: ids.uuid(),
        username,
        usernameKey: usernameKey(username),
        role: typed.role,
        passwordHash,
        createdAt: clock.now(),
      });
      if (!user) throw taken();
      log.info('Account made', { user: user.id, role: user.role });
      return user;
    },

    /** Ends all sessions of the user and lifts a lock on the account. The second factor stays. */
    async resetPassword(username: string, password: string): Promise<void> {
      const user = named(username);
      checkNewPassword(password, user.username, 'password');
      const [passwordHash = ''] = await passwords.hash([password]);
      store.transaction(() => {
        store.setPassword(user.id, passwordHash);
        store.dropChallengesOf(user.id);
        sessions.endOthers(user.id, null);
      });
      limiter.forget(user.username);
      log.info('Password reset on this machine', { user: user.id });
    },

    /** Ends all sessions of the user and lifts a lock on the account. Nothing to do is no error. */
    disableSecondFactor(username: string): void {
      const user = named(username);
      store.transaction(() => {
        store.dropSecondFactor(user.id);
        store.dropChallengesOf(user.id);
        sessions.endOthers(user.id, null);
      });
      limiter.forget(user.username);
      log.info('Two-factor login turned off on this machine', { user: user.id });
    },
  };
}
