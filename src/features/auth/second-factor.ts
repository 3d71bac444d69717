import type { Clock } from '../../core/clock.ts';
import { conflict, invalid, unauthorized } from '../../core/errors.ts';
import type { Ids } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import type { SecretBox } from '../../core/secrets.ts';
import type { SessionIdentity } from '../../http/caller.ts';
import type { Limiter } from './limiter.ts';
import type { Passwords } from './passwords.ts';
import { newRecoveryCodes, normalisedCode } from './recovery-codes.ts';
import type { From, Sessions } from './sessions.ts';
import type { AuthStore, User } from './store.ts';
import { looksLikeTotp, newTotpSetup, sameSecret, type TotpSetup, totpStep } from './totp.ts';

export const pendingMs = 10 * 60 * 1000;

export interface SecondFactorDeps {
  store: AuthStore;
  passwords: Passwords;
  sessions: Sessions;
  limiter: Limiter;
  secrets: SecretBox;
  clock: Clock;
  ids: Ids;
  log: Log;
}

/** Uses up a correct code inside the transaction that acts on it; false when somebody else was faster. */
export type UseCode = () => boolean;

const activeOf = (user: User) => `users/${user.uuid}/totp_secret`;
const pendingOf = (user: User) => `users/${user.uuid}/totp_pending`;

/** Codes of an authenticator app, and the five recovery codes for the day the phone is gone. */
export function createSecondFactor(deps: SecondFactorDeps) {
  const { store, passwords, sessions, limiter, secrets, clock, ids, log } = deps;

  const checkCode = async (user: User, code: string): Promise<UseCode | null> => {
    if (user.totpSecret === null) return null;
    const step = await totpStep(secrets.open(user.totpSecret, activeOf(user)), code, clock.now());
    return step === null ? null : () => store.useStep(user.id, step);
  };

  const checkRecoveryCode = async (user: User, typed: string): Promise<UseCode | null> => {
    const codes = store.unusedCodes(user.id);
    const at = await passwords.findMatch(
      normalisedCode(typed),
      codes.map((code) => code.hash),
    );
    const code = codes[at];
    return code ? () => store.useCode(code.id, clock.now()) : null;
  };

  const pendingSecret = (user: User, typed: string): string => {
    const sealed = user.totpPending;
    const open = sealed !== null && user.totpPendingAt !== null && clock.now() - user.totpPendingAt < pendingMs;
    if (!open)
      throw invalid(
        'There is no set-up of two-factor login to confirm, or it is older than 10 minutes. Start it again.',
      );
    if (!sameSecret(secrets.open(sealed, pendingOf(user)), typed))
      throw invalid("Field 'secret' is not the one of your last set-up of two-factor login. Start it again.");
    return sealed;
  };

  return {
    checkCode,
    checkRecoveryCode,

    isOn: (identity: SessionIdentity): boolean => sessions.userOf(identity).totpSecret !== null,

    /** A new secret that waits ten minutes for its first code. The one in use, if any, is never touched. */
    async setUp(identity: SessionIdentity): Promise<TotpSetup> {
      const user = sessions.userOf(identity);
      if (user.totpSecret !== null) throw conflict('Two-factor login is on already. Turn it off first.');
      const setup = await newTotpSetup(user.username);
      store.setPendingSecret(user.id, secrets.seal(setup.secret, pendingOf(user)), clock.now());
      return setup;
    },

    /** Answers the recovery codes, once. Ends the user's other sessions: they began without a second factor. */
    async enable(identity: SessionIdentity, typed: { secret: string; code: string }): Promise<string[]> {
      const user = sessions.userOf(identity);
      if (user.totpSecret !== null) throw conflict('Two-factor login is on already. Turn it off first.');
      const pending = pendingSecret(user, typed.secret);
      const secret = secrets.open(pending, pendingOf(user));
      const step = await totpStep(secret, typed.code, clock.now());
      if (step === null)
        throw invalid("Field 'code' is not the code your app shows now. Check that phone and box have the right time.");
      const codes = newRecoveryCodes(ids);
      const hashes = await passwords.hash(codes.map(normalisedCode));
      store.transaction(() => {
        sessions.userOf(identity);
        if (!store.confirmSecret(user.id, pending, secrets.seal(secret, activeOf(user)), step, hashes))
          throw conflict('Two-factor login was changed at the same time. Look at its state and try again.');
        store.dropChallengesOf(user.id);
        sessions.endOthers(user.id, identity.sessionId);
      });
      log.info('Two-factor login turned on', { user: user.id });
      return codes;
    },

    /** `code` is one of the app's, or a recovery code. Ends the user's other sessions. */
    async disable(identity: SessionIdentity, code: string, from: From): Promise<void> {
      const { username } = sessions.userOf(identity);
      const attempt = await limiter.begin(username, from.address);
      try {
        const user = sessions.userOf(identity);
        if (user.totpSecret === null) throw conflict('Two-factor login is off already.');
        const use = await (looksLikeTotp(code) ? checkCode(user, code) : checkRecoveryCode(user, code));
        const off =
          use !== null &&
          store.transaction(() => {
            sessions.userOf(identity);
            if (!use()) return false;
            store.dropSecondFactor(user.id);
            store.dropChallengesOf(user.id);
            sessions.endOthers(user.id, identity.sessionId);
            return true;
          });
        if (!off) {
          attempt.fail();
          throw unauthorized('Invalid code');
        }
        attempt.succeed();
        log.info('Two-factor login turned off', { user: user.id });
      } finally {
        attempt.release();
      }
    },
  };
}

export type SecondFactor = ReturnType<typeof createSecondFactor>;
