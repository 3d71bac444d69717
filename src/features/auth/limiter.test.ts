import { describe, expect, test } from 'bun:test';
import { startTestApp } from '../../../test/harness/app.ts';
import { fakeClock } from '../../../test/harness/clock.ts';
import { AppError } from '../../core/errors.ts';
import { silentLog } from '../../core/log.ts';
import { createLimiter, type Limiter } from './limiter.ts';
import { createAuthStore } from './store.ts';

const limits = { maxAttempts: 5, windowSeconds: 60, lockoutSeconds: 60, maxLockoutSeconds: 3600 };
const hourMs = 3600 * 1000;

describe('failed attempts', () => {
  const app = startTestApp();
  const store = createAuthStore(app.data.main);
  /** A fresh box, or the same one after a restart. */
  const boot = (clock = fakeClock(), fresh = true): Limiter => {
    if (fresh) app.data.main.$client.run('DELETE FROM login_attempts');
    return createLimiter({ store, clock, log: silentLog, limits, secret: 'a secret of the test, long enough' });
  };
  const refusal = async (limiter: Limiter, name = 'anna', address = '10.0.0.1'): Promise<number | null> => {
    try {
      (await limiter.begin(name, address)).release();
      return null;
    } catch (error) {
      if (error instanceof AppError && error.code === 'rate_limited') return error.retryAfterSeconds ?? -1;
      throw error;
    }
  };
  const fail = async (limiter: Limiter, times: number, name = 'anna', address = '10.0.0.1') => {
    for (let done = 0; done < times; done += 1) (await limiter.begin(name, address)).fail();
  };

  test('the sixth in a minute locks for 60 seconds, and only then', async () => {
    const clock = fakeClock();
    const limiter = boot(clock);
    await fail(limiter, 5);
    clock.advance(10_000);
    expect(await refusal(limiter)).toBe(60);
    clock.advance(59_001);
    expect(await refusal(limiter)).toBe(1);
    clock.advance(1000);
    expect(await refusal(limiter)).toBeNull();
  });

  test('older than a minute are forgotten', async () => {
    const clock = fakeClock();
    const limiter = boot(clock);
    await fail(limiter, 4);
    clock.advance(59_000);
    await fail(limiter, 1);
    clock.advance(2000);
    expect(await refusal(limiter)).toBeNull();
  });

  test('each lock is twice as long as the last, up to an hour', async () => {
    const clock = fakeClock();
    const limiter = boot(clock);
    const locks: (number | null)[] = [];
    for (let round = 0; round < 8; round += 1) {
      await fail(limiter, 5);
      const seconds = await refusal(limiter);
      locks.push(seconds);
      clock.advance((seconds ?? 0) * 1000);
    }
    expect(locks).toEqual([60, 120, 240, 480, 960, 1920, 3600, 3600]);
    clock.advance(hourMs);
    await fail(limiter, 5);
    expect(await refusal(limiter)).toBe(60); // an hour of peace, and it starts small again
  });

  test('of one account count from every address, and of one address for every account', async () => {
    const limiter = boot();
    for (let host = 1; host <= 5; host += 1) await fail(limiter, 1, 'anna', `10.0.0.${host}`);
    expect(await refusal(limiter, ' ANNA', '10.0.0.99')).toBe(60);
    expect(await refusal(limiter, 'bert', '10.0.0.1')).toBeNull();
    for (const name of ['c', 'd', 'e', 'f', 'g']) await fail(limiter, 1, name, '10.0.7.7');
    expect(await refusal(limiter, 'heidi', '10.0.7.7')).toBe(60);
    expect(await refusal(limiter, 'heidi', '10.0.7.8')).toBeNull();
  });

  test('from one IPv6 network count together', async () => {
    const limiter = boot();
    for (let host = 1; host <= 5; host += 1) await fail(limiter, 1, `user${host}`, `2001:db8:1:2::${host}`);
    expect(await refusal(limiter, 'user6', '2001:db8:1:2:ffff::6')).toBe(60);
    expect(await refusal(limiter, 'user6', '2001:db8:1:3::6')).toBeNull();
  });

  test('are forgotten for the account after a success, not for the address', async () => {
    const limiter = boot();
    await fail(limiter, 4);
    (await limiter.begin('anna', '10.0.0.1')).succeed();
    await fail(limiter, 1, 'bert');
    expect(await refusal(limiter, 'anna', '10.0.0.2')).toBeNull();
    expect(await refusal(limiter, 'carl', '10.0.0.1')).toBe(60);
  });

  test('that were given back count neither way', async () => {
    const limiter = boot();
    await fail(limiter, 4);
    for (let time = 0; time < 10; time += 1) {
      const attempt = await limiter.begin('anna', '10.0.0.1');
      attempt.release();
      attempt.fail(); // settled already
    }
    await fail(limiter, 1);
    expect(await refusal(limiter)).toBe(60);
  });

  test('guessed in parallel are checked five times, not more', async () => {
    const limiter = boot();
    const results = await Promise.all(
      Array.from({ length: 40 }, async () => {
        try {
          const attempt = await limiter.begin('anna', '10.0.0.1');
          await Bun.sleep(1);
          attempt.fail();
          return 'checked';
        } catch (error) {
          return (error as AppError).code;
        }
      }),
    );
    expect(results.filter((result) => result === 'checked')).toHaveLength(5);
    expect(results.filter((result) => result === 'rate_limited')).toHaveLength(35);
  });

  test('correct logins in parallel all pass', async () => {
    const limiter = boot();
    const one = async () => {
      const attempt = await limiter.begin('anna', '10.0.0.1');
      await Bun.sleep(1);
      attempt.succeed();
    };
    await Promise.all(Array.from({ length: 40 }, one));
    expect(await refusal(limiter)).toBeNull();
  });

  test('a lock is not shortened or lengthened by setting the clock', async () => {
    for (const shift of [2 * hourMs, -2 * hourMs, 400 * 24 * hourMs]) {
      const clock = fakeClock();
      const limiter = boot(clock);
      await fail(limiter, 5);
      expect(await refusal(limiter)).toBe(60);
      clock.setWall(clock.now() + shift);
      expect(await refusal(limiter)).toBe(60);
      clock.advance(60_000);
      expect(await refusal(limiter)).toBeNull();
    }
  });

  test('a restart forgets neither a lock nor the failures before one', async () => {
    const clock = fakeClock();
    let limiter = boot(clock);
    await fail(limiter, 5);
    limiter = boot(clock, false);
    expect(await refusal(limiter)).toBe(60);
    clock.advance(20_000);
    limiter = boot(clock, false);
    expect(await refusal(limiter)).toBe(40);
    clock.advance(40_000);
    await fail(limiter, 5);
    limiter = boot(clock, false);
    expect(await refusal(limiter)).toBe(120);
  });

  test('a restart with a clock set back does not lock for longer than the lock was', async () => {
    const clock = fakeClock();
    await fail(boot(clock), 5);
    const limiter = boot(clock, false);
    expect(await refusal(limiter)).toBe(60);
    clock.setWall(clock.now() - 48 * hourMs);
    expect(await refusal(boot(clock, false))).toBe(60);
  });

  test('a crash while a secret is checked counts it as a failure', async () => {
    const clock = fakeClock();
    const limiter = boot(clock);
    await fail(limiter, 4);
    await limiter.begin('anna', '10.0.0.1'); // and the power goes
    expect(await refusal(boot(clock, false))).toBe(60);
  });

  test('leave nothing behind when their time is over, and no name at any time', async () => {
    const clock = fakeClock();
    const limiter = boot(clock);
    await fail(limiter, 6 - 1, 'typed my password here');
    const rows = () => app.data.main.$client.query<{ key: string }, []>('SELECT key FROM login_attempts').all();
    expect(rows()).toHaveLength(2);
    expect(JSON.stringify(rows())).not.toContain('typed');
    clock.advance(61_000);
    limiter.sweep();
    expect(rows()).toHaveLength(0);
  });
});
