import { describe, expect, test } from 'bun:test';
import { allChecks, runCheck, tryConnection } from './check.ts';
import { bytesContent } from './content.ts';
import type { Entry, StorageDriver } from './driver.ts';
import { createMemoryDriver } from './drivers/memory/driver.ts';
import { createMemoryStore } from './drivers/memory/store.ts';
import { StorageError } from './errors.ts';

const { signal } = new AbortController();

/** What one careless driver does, in the place of what a good one does. */
type Sabotage = (good: StorageDriver) => Partial<StorageDriver>;

const eachEntry =
  (change: (entry: Entry) => Entry): Sabotage =>
  (good) => ({
    list: async (folder, stop) => (await good.list(folder, stop)).map(change),
    stat: async (path, stop) => {
      const entry = await good.stat(path, stop);
      return entry && change(entry);
    },
  });
const truncated =
  (bytes: number): Sabotage =>
  (good) => ({
    write: async (path, content, how) => {
      const all = await content.read(0, content.size);
      const written = await good.write(path, bytesContent(all.subarray(0, content.size - bytes)), how);
      return { ...written, size: content.size };
    },
  });

const sabotages: Record<string, [check: RegExp, sabotage: Sabotage]> = {
  'loses the last byte of files': [/any size/, truncated(1)],
  'lists one entry less than there are': [
    /many pages/,
    (good) => ({ list: async (...call) => (await good.list(...call)).slice(1) }),
  ],
  'keeps whole seconds, and claims more': [
    /time of change comes back/,
    eachEntry((entry) => ({ ...entry, mtimeNs: entry.mtimeNs && (entry.mtimeNs / 1_000_000_000n) * 1_000_000_000n })),
  ],
  'makes its tags of the time alone': [/a tag stays/, eachEntry((entry) => ({ ...entry, tag: `${entry.mtimeNs}` }))],
  'lists the hash of something else': [
    /hash in a listing/,
    eachEntry((entry) => ({ ...entry, hash: { kind: 'md5', hex: '0'.repeat(32) } })),
  ],
  'writes in place': [
    /old one or the new one/,
    (good) => ({
      write: async (path, content, how) => {
        await good.remove(path, how.signal);
        return good.write(path, content, how);
      },
    }),
  ],
  'leaves half a file when its source fails': [
    /source that fails/,
    (good) => ({
      write: async (path, content, how) => {
        try {
          return await good.write(path, content, how);
        } catch (error) {
          await good.write(path, bytesContent(new Uint8Array(5)), how);
          throw error;
        }
      },
    }),
  ],
  'does not hear an abort': [
    /aborted before/,
    (good) => ({ remove: (path) => good.remove(path, new AbortController().signal) }),
  ],
  'removes folders with all that is in them': [
    /never takes anything/,
    (good) => ({
      removeFolder: async (folder, stop) => {
        for (const { path, kind } of await good.list(folder, stop).catch(() => []))
          if (kind === 'file') await good.remove(path, stop);
      },
    }),
  ],
  'calls a missing folder empty': [
    /not there, or is a file/,
    (good) => ({ list: (...call) => good.list(...call).catch(() => []) }),
  ],
  'ignores ranges': [/any range/, (good) => ({ read: (path, _, stop) => good.read(path, {}, stop) })],
  'copies where it should move': [/^moving takes/, (good) => ({ move: async (...call) => good.copy?.(...call) })],
  'sends everything again': [
    /sends nothing twice/,
    (good) => ({
      write: (path, content, how) =>
        good.write(path, content, { ...how, resume: how.resume && { ...how.resume, load: () => null } }),
    }),
  ],
  'ends a broken stream as if it were whole': [
    /read that is aborted/,
    (good) => ({
      read: async (path, range, stop) => {
        const reader = (await good.read(path, range, new AbortController().signal)).getReader();
        return new ReadableStream({
          async pull(controller) {
            const { done, value } = await reader.read();
            if (done || stop.aborted) controller.close();
            else controller.enqueue(value);
          },
        });
      },
    }),
  ],
};

describe('the checks find a driver that', () => {
  for (const [what, [name, sabotage]] of Object.entries(sabotages))
    test(what, async () => {
      const check = allChecks.find((one) => name.test(one.name));
      if (!check) throw new Error(`no check is called ${name}`);
      const run = (open: () => StorageDriver) =>
        runCheck(check, {
          driver: open(),
          folder: 'checks',
          signal,
          sizes: { boundaries: [1000], largeBytes: 100_000, partBytes: 10_000, folderEntries: 20 },
          open: async () => open(),
        }).then(
          () => 'kept',
          (error: Error) => `${error.name}: ${error.message}`,
        );
      const [one, other] = [createMemoryStore(), createMemoryStore()];
      expect(await run(() => createMemoryDriver({ store: one, partBytes: 10_000 }))).toBe('kept');
      const bad = await run(() => {
        const good = createMemoryDriver({ store: other, partBytes: 10_000 });
        return { ...good, ...sabotage(good) };
      });
      expect(bad).not.toBe('kept');
    });
});

describe('a test of the connection', () => {
  const codeOf = (driver: StorageDriver) =>
    tryConnection(driver, signal).then(
      () => 'fine',
      (error: StorageError) => error.code,
    );

  test('answers what the service tells of itself', async () => {
    expect(await tryConnection(createMemoryDriver(), signal)).toEqual({ files: 0 });
  });

  test('finds a place that cannot be written, or keeps something else, or lets nothing be deleted', async () => {
    const good = createMemoryDriver();
    const denied = new StorageError('permission', 'no');
    expect(await codeOf({ ...good, write: () => Promise.reject(denied) })).toBe('permission');
    expect(await codeOf({ ...good, ...truncated(1)(good) })).toBe('integrity');
    expect(await codeOf({ ...good, remove: () => Promise.reject(denied) })).toBe('permission');
  });
});
