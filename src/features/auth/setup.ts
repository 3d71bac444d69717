import type { Clock } from '../../core/clock.ts';
import { AppError, forbidden } from '../../core/errors.ts';
import type { Ids } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import type { Caller } from '../../http/caller.ts';
import { isPrivate } from '../../lib/net.ts';
import { createSemaphore } from '../../lib/semaphore.ts';
import { checkNewPassword, cleanUsername, usernameKey } from './account-rules.ts';
import type { SignedIn } from './login.ts';
import type { Passwords } from './passwords.ts';
import type { Sessions } from './sessions.ts';
import type { AuthStore } from './store.ts';

const networkOpenMs = 60 * 60 * 1000;
const mayWait = 200;

export interface SetUpDeps {
  store: AuthStore;
  passwords: Passwords;
  sessions: Sessions;
  clock: Clock;
  ids: Ids;
  log: Log;
  /** `clock.monotonic()` when the program started. */
  startedAtMs: number;
}

export type SetUpFrom = Caller & {
  /** Client addresses forwarding headers name: they can keep the door shut, never open it. */
  claimed: readonly string[];
};

/** The first account, and who may make it. */
export function createSetUp({ store, passwords, sessions, clock, ids, log, startedAtMs }: SetUpDeps) {
  const oneAtATime = createSemaphore(1, mayWait);

  const refuseClosed = (from: SetUpFrom): void => {
    if (store.hasUsers()) throw forbidden('Set-up is done: an account exists. Sign in with it.');
    if (from.loopback) return;
    if (![from.address, ...from.claimed].every(isPrivate))
      throw forbidden('Set-up is open on the local network only. Do it from a device next to this box.');
    if (clock.monotonic() - startedAtMs > networkOpenMs)
      throw forbidden(
        'Set-up over the network closes 60 minutes after a start. Restart the box, or open this page on the box itself.',
      );
  };

  return {
    required: (): boolean => !store.hasUsers(),
    /** Makes the one first admin and signs him in; throws `forbidden` for everybody else, however many at once. */
    async create(typed: { username: string; password: string }, from: SetUpFrom): Promise<SignedIn> {
      refuseClosed(from);
      const username = cleanUsername(typed.username);
      checkNewPassword(typed.password, username, 'password');
      const made = await oneAtATime.run(async () => {
        refuseClosed(from);
        const [passwordHash = ''] = await passwords.hash([typed.password]);
        return store.transaction(() => {
          const user = store.insertFirstUser({
            uuid: ids.uuid(),
            username,
            usernameKey: usernameKey(username),
            role: 'admin',
            passwordHash,
            createdAt: clock.now(),
          });
          if (!user) throw forbidden('Set-up is done: an account exists. Sign in with it.');
          return { user, session: sessions.start(user, from) };
        });
      });
      if (!made)
        throw new AppError('unavailable', 'Set-up is being done right now. Try again in 2 seconds.', {
          retryAfterSeconds: 2,
        });
      log.info('First account made', { user: made.user.id, address: from.address });
      return { user: made.user, token: await sessions.tokenOf(made.user, made.session) };
    },
  };
}
