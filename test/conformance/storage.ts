import { afterAll, describe, expect, test } from 'bun:test';
import { allChecks, runCheck, tryConnection } from '../../src/storage/check.ts';
import { type CheckContext, type CheckSizes, namesIn } from '../../src/storage/checks/context.ts';
import type { StorageDriver } from '../../src/storage/driver.ts';
import { StorageError } from '../../src/storage/errors.ts';
import { scale } from '../harness/scale.ts';
import { nameChecks } from './names.ts';

export interface ConformanceOptions extends Partial<CheckSizes> {
  /** One more driver on the same root; connects by itself, is closed by the suite. */
  open(): Promise<StorageDriver>;
  /** A driver whose root (bucket, folder, share) is not there: everything must say `no_root`. */
  openMissing?(): Promise<StorageDriver>;
  /** Ends what the driver talks to, after everything else. */
  stop?(): Promise<void>;
  /** Checks this driver cannot pass, by name, and why; each is shown. For faults of a server, not of a driver. */
  excuses?: Record<string, string>;
}

/**
 * Registers every check of the contract as a test. Joining it takes a driver's owner a few lines, with the server begun
 * at the top of the file:
 *
 *     const server = await startSshd();
 *     await conformance('sftp', { open: async () => createSftpDriver(…), stop: () => server.stop() });
 *
 * Sizes default to files of 5 parts of 64 KiB; a driver with a threshold says `boundaries`, `partBytes`, `largeBytes`.
 * What a capability makes meaningless becomes a test of its own name that says why.
 */
export async function conformance(name: string, options: ConformanceOptions): Promise<void> {
  const driver = await options.open();
  const { capabilities } = driver;
  const base = `conformance ${crypto.randomUUID().slice(0, 8)}`;
  const partBytes = options.partBytes ?? 65_536;
  const sizes: CheckSizes = {
    boundaries: options.boundaries ?? [partBytes, 2 * partBytes],
    largeBytes: options.largeBytes ?? 5 * partBytes + 17,
    partBytes,
    folderEntries: options.folderEntries ?? scale.cloudFolder,
    ...(options.hash ? { hash: options.hash } : {}),
    ...(options.readsAgain ? { readsAgain: true } : {}),
  };
  const checks = [...allChecks, ...nameChecks];
  for (const excused of Object.keys(options.excuses ?? {}))
    if (!checks.some((check) => check.name === excused)) throw new Error(`There is no check named "${excused}"`);

  describe(`${name} storage`, () => {
    afterAll(async () => {
      await driver.close();
      await options.stop?.();
    });

    for (const [number, check] of checks.entries()) {
      const reason = check.without?.(capabilities) ?? options.excuses?.[check.name] ?? null;
      if (reason !== null) {
        test(`${check.name} [means nothing here: ${reason}]`, () => expect(reason).not.toBe(''));
        continue;
      }
      test(check.name, async () => {
        const controller = new AbortController();
        const context: CheckContext = {
          driver,
          folder: `${base}/${number}`,
          signal: controller.signal,
          sizes,
          open: options.open,
        };
        try {
          expect(await runCheck(check, context)).toBe(null);
        } finally {
          controller.abort(new Error('the check is over'));
        }
      });
    }

    test('a test of the connection leaves nothing behind', async () => {
      const { signal } = new AbortController();
      const before = await namesIn({ driver, signal }, '');
      await tryConnection(driver, signal);
      expect(await namesIn({ driver, signal }, '')).toEqual(before);
    });

    const { openMissing } = options;
    if (openMissing)
      test('a root that is not there is told as such, and is never made', async () => {
        const missing = await openMissing();
        const { signal } = new AbortController();
        const codeOf = (work: Promise<unknown>) =>
          work.then(
            () => 'done',
            (error: unknown) => (error instanceof StorageError ? error.code : String(error)),
          );
        expect(await codeOf(missing.probe(signal))).toBe('no_root');
        expect(await codeOf(missing.list('', signal))).toBe('no_root');
        expect(await codeOf(tryConnection(missing, signal))).toBe('no_root');
        await missing.close();
      });
  });
}
