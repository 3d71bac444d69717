import type { StorageDriver } from '../../src/storage/driver.ts';
import { createFaultyDriver } from '../../src/storage/drivers/faulty/driver.ts';
import { createMemoryDriver } from '../../src/storage/drivers/memory/driver.ts';
import { createMemoryStore } from '../../src/storage/drivers/memory/store.ts';
import { withLimit } from '../../src/storage/wrap/limit.ts';
import { withRetry } from '../../src/storage/wrap/retry.ts';
import { withStall } from '../../src/storage/wrap/stall.ts';
import { withThrottle } from '../../src/storage/wrap/throttle.ts';
import { conformance } from './storage.ts';

const swift = { firstWaitMs: 1 };
/** Every third call of those that many checks make fails before it is done, or after. */
const troubled = (driver: StorageDriver): StorageDriver =>
  createFaultyDriver(
    driver,
    ...(['stat', 'list', 'write', 'read', 'move'] as const).flatMap((call) =>
      Array.from({ length: 400 }, (_, n) => ({
        call,
        nth: n * 3 + 1,
        misdeed: n % 2 === 0 ? { fail: true as const } : { failAfter: true as const },
      })),
    ),
  );

const wrappers: Record<string, (driver: StorageDriver) => StorageDriver> = {
  faulty: (driver) => createFaultyDriver(driver),
  throttle: (driver) => withThrottle(driver, { kibPerSecond: 10_000_000 }),
  limit: (driver) => withLimit(driver, { writes: 2, lists: 1 }),
  stall: (driver) => withStall(driver, { silenceMs: 30_000 }),
  'retry over a service that often fails': (driver) => withRetry(troubled(driver), swift),
  'all wrappers': (driver) =>
    withRetry(withLimit(withThrottle(withStall(driver, { silenceMs: 30_000 }), { kibPerSecond: 10_000_000 })), swift),
};

for (const [name, wrap] of Object.entries(wrappers)) {
  const store = createMemoryStore();
  const folders = name === 'limit' || name === 'stall' ? 'implied' : 'real';
  await conformance(name, {
    open: async () => wrap(createMemoryDriver({ store, folders })),
    folderEntries: 50,
    boundaries: [65_536],
  });
}
