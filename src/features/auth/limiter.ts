import { createHmac } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import { addressKey } from '../../lib/net.ts';
import { usernameKey } from './account-rules.ts';
import type { AttemptRow } from './store.ts';

export interface Limits {
  readonly maxAttempts: number;
  readonly windowSeconds: number;
  readonly lockoutSeconds: number;
  readonly maxLockoutSeconds: number;
}

/** One check of a secret, counted before it is made. Settle it once; `release` after that does nothing. */
export interface Attempt {
  /** The secret was wrong: counts for the account and for the address. */
  fail(): void;
  /** It was right: the account's failures are forgotten, the address keeps its own. */
  succeed(): void;
  /** Nothing was learned (no room to check it, or a second factor is still to come): counts neither way. */
  release(): void;
}

export interface Limiter {
  /**
   * Reserves an attempt. Throws `rate_limited` when account or address are locked or now become so. While as many
   * attempts as are left are still being checked, the next one waits for their verdict: parallel guesses gain
   * nothing, and parallel correct logins are not punished.
   */
  begin(username: string, address: string): Promise<Attempt>;
  /** Throws `rate_limited` when the address is locked. */
  refuseLocked(address: string): void;
  /** Lifts what lies on an account: its owner proved himself on the machine. */
  forget(username: string): void;
  sweep(): void;
}

/** Rows that survive a restart; one process owns them. */
export interface AttemptRows {
  transaction<T>(work: () => T): T;
  attempts(key: string): AttemptRow | undefined;
  saveAttempts(row: AttemptRow): void;
  dropAttempts(key: string): void;
  dropAttemptsBefore(at: number): void;
}

export interface LimiterDeps {
  store: AttemptRows;
  clock: Clock;
  log: Log;
  limits: Limits;
  /** Keys the hash of account names. */
  secret: string;
}

/** Times are monotonic: within one process no change of the wall clock shortens or lengthens anything. */
interface Counter {
  key: string;
  /** Oldest first. */
  failures: number[];
  checking: number;
  lockouts: number;
  lockedUntil: number | null;
  waiters: (() => void)[];
}

const mayWait = 200;

export function createLimiter({ store, clock, log, limits, secret }: LimiterDeps): Limiter {
  const windowMs = limits.windowSeconds * 1000;
  const maxLockMs = limits.maxLockoutSeconds * 1000;
  const lockMs = (lockouts: number) => Math.min(limits.lockoutSeconds * 1000 * 2 ** (lockouts - 1), maxLockMs);
  /** After so long without a lock the next one is short again. */
  const quietMs = Math.max(windowMs, maxLockMs);
  const counters = new Map<string, Counter>();
  let waiting = 0;

  const accountOf = (username: string) =>
    `account:${createHmac('sha256', secret).update('login attempts').update(usernameKey(username)).digest('hex')}`;
  const addressOf = (address: string) => `address:${addressKey(address) || 'local'}`;

  /** What a row says, in this process's time. A wall clock set back makes nothing longer than it was meant to be. */
  const load = (key: string): Counter => {
    const counter: Counter = { key, failures: [], checking: 0, lockouts: 0, lockedUntil: null, waiters: [] };
    const row = store.attempts(key);
    if (!row) return counter;
    const mono = clock.monotonic();
    const wall = clock.now();
    counter.failures = Array<number>(row.failures).fill(mono - Math.max(0, wall - row.failedAt));
    counter.lockouts = row.lockouts;
    if (row.lockedUntil !== null)
      counter.lockedUntil = mono + Math.min(row.lockedUntil - wall, lockMs(Math.max(1, row.lockouts)));
    return counter;
  };

  const refreshed = (key: string): Counter => {
    const counter = counters.get(key) ?? load(key);
    counters.set(key, counter);
    const mono = clock.monotonic();
    counter.failures = counter.failures.filter((at) => mono - at < windowMs);
    if (counter.lockedUntil !== null && mono >= counter.lockedUntil + quietMs) {
      counter.lockedUntil = null;
      counter.lockouts = 0;
    }
    return counter;
  };

  const save = (...changed: Counter[]): void =>
    store.transaction(() => {
      const mono = clock.monotonic();
      const wall = clock.now();
      for (const { key, failures, checking, lockouts, lockedUntil } of changed) {
        const count = failures.length + checking;
        if (count === 0 && lockouts === 0) store.dropAttempts(key);
        else
          store.saveAttempts({
            key,
            failures: count,
            failedAt: checking > 0 ? wall : wall - (mono - (failures.at(-1) ?? mono)),
            lockouts,
            lockedUntil: lockedUntil === null ? null : wall + (lockedUntil - mono),
          });
      }
    });

  const refuseLocked = (among: readonly Counter[]): void => {
    const leftMs = Math.max(...among.map((counter) => (counter.lockedUntil ?? 0) - clock.monotonic()));
    if (leftMs <= 0) return;
    const seconds = Math.ceil(leftMs / 1000);
    throw new AppError(
      'rate_limited',
      `Too many failed attempts. Try again in ${seconds} second${seconds === 1 ? '' : 's'}.`,
      { details: { retry_after: seconds }, retryAfterSeconds: seconds },
    );
  };

  const lock = (full: readonly Counter[]): void => {
    for (const counter of full) {
      counter.lockouts += 1;
      counter.failures = [];
      counter.lockedUntil = clock.monotonic() + lockMs(counter.lockouts);
      log.warning('Locked after too many failed sign-ins', {
        key: counter.key.slice(0, 60),
        seconds: lockMs(counter.lockouts) / 1000,
      });
    }
    if (full.length > 0) save(...full);
  };

  const verdictOf = async (counter: Counter): Promise<void> => {
    if (waiting >= mayWait)
      throw new AppError('unavailable', 'Too many people are signing in at this moment. Try again in 2 seconds.', {
        retryAfterSeconds: 2,
      });
    waiting += 1;
    await new Promise<void>((resume) => counter.waiters.push(resume));
    waiting -= 1;
  };

  const reserve = (account: Counter, address: Counter): Attempt => {
    const both = [account, address];
    const settle = (judge: () => void): void => {
      if (settled) return;
      settled = true;
      for (const counter of both) counter.checking -= 1;
      judge();
      for (const counter of both) for (const resume of counter.waiters.splice(0)) resume();
      save(...both);
    };
    let settled = false;
    for (const counter of both) counter.checking += 1;
    const attempt: Attempt = {
      fail: () =>
        settle(() => {
          for (const counter of both) counter.failures.push(clock.monotonic());
        }),
      succeed: () =>
        settle(() => {
          account.failures = [];
          account.lockouts = 0;
          account.lockedUntil = null;
        }),
      release: () => settle(() => {}),
    };
    try {
      save(...both);
    } catch (error) {
      settled = true;
      for (const counter of both) counter.checking -= 1;
      throw error;
    }
    return attempt;
  };

  let sweptAt = clock.monotonic();
  const sweep = (): void => {
    sweptAt = clock.monotonic();
    for (const key of counters.keys()) {
      const counter = refreshed(key);
      if (counter.checking > 0 || counter.waiters.length > 0) continue;
      if (counter.failures.length > 0 || counter.lockouts > 0) continue;
      counters.delete(key);
      store.dropAttempts(key);
    }
    store.dropAttemptsBefore(clock.now() - quietMs);
  };

  return {
    async begin(username, address) {
      if (clock.monotonic() - sweptAt > windowMs) sweep();
      for (;;) {
        const account = refreshed(accountOf(username));
        const place = refreshed(addressOf(address));
        refuseLocked([account, place]);
        lock([account, place].filter((counter) => counter.failures.length >= limits.maxAttempts));
        refuseLocked([account, place]);
        const undecided = [account, place].find(
          (counter) => counter.failures.length + counter.checking >= limits.maxAttempts,
        );
        if (!undecided) return reserve(account, place);
        await verdictOf(undecided);
      }
    },
    refuseLocked: (address) => refuseLocked([refreshed(addressOf(address))]),
    forget(username) {
      const counter = refreshed(accountOf(username));
      counter.failures = [];
      counter.lockouts = 0;
      counter.lockedUntil = null;
      save(counter);
    },
    sweep,
  };
}
