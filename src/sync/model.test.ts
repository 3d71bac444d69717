import { expect, test } from 'bun:test';
import { mkdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dice, seedFor } from '../../test/harness/random.ts';
import { scale } from '../../test/harness/scale.ts';
import { filesOf, filesThere, type SyncSetup, syncOnce } from '../../test/harness/sync.ts';
import { tempDir } from '../../test/harness/temp.ts';
import { createFaultyDriver, type Fault } from '../storage/drivers/faulty/driver.ts';
import { createMemoryDriver } from '../storage/drivers/memory/driver.ts';
import { createMemoryStore } from '../storage/drivers/memory/store.ts';
import { StorageError } from '../storage/errors.ts';
import { createMemoryJournal } from './journal-memory.ts';

const names = ['a', 'b', 'c', 'a-b', 'a.txt', 'A', 'ä', 'aa', 'z z'];
const codes = ['unreachable', 'permission', 'quota', 'integrity', 'protocol', 'not_found', 'rate_limited'] as const;
const calls = ['list', 'listBelow', 'write', 'remove', 'removeFolder', 'removeMany', 'makeFolder'] as const;

/** Something happens to a tree of a few names. */
function changeTree(random: ReturnType<typeof dice>, root: string): void {
  const depth = random.next(3);
  const parts = Array.from({ length: depth + 1 }, () => random.pick(names));
  const path = join(root, ...parts);
  try {
    const kind = statSync(path, { throwIfNoEntry: false });
    switch (random.next(8)) {
      case 0:
        return rmSync(path, { recursive: true, force: true });
      case 1:
        rmSync(path, { recursive: true, force: true });
        return symlinkSync('somewhere', path);
      case 2:
        return kind ? renameSync(path, join(root, random.pick(names))) : undefined;
      case 3:
        return kind ? utimesSync(path, random.next(1000), random.next(1000)) : undefined;
      case 4:
        mkdirSync(path, { recursive: true });
        return;
      default:
        mkdirSync(join(path, '..'), { recursive: true });
        if (kind?.isDirectory() && random.next(2) === 0) rmSync(path, { recursive: true });
        writeFileSync(path, `${random.next(1000)}`.repeat(random.next(200)));
    }
  } catch {
    // a file where a folder was wanted, a link, a name that is taken: nothing happens
  }
}

test('whatever happens to the source, the service and the box: nothing is lost, and in the end both sides are equal', async () => {
  const random = dice(seedFor('model of the engine'));
  const rounds = Math.ceil(scale.propertyRounds / 10);
  for (let round = 0; round < rounds; round += 1) {
    const folders = random.pick(['real', 'implied'] as const);
    const dir = tempDir('sync-model');
    const root = join(dir, 'source');
    mkdirSync(root);
    const store = createMemoryStore();
    const driver = createFaultyDriver(createMemoryDriver({ store, folders, partBytes: 64, pageEntries: 3 }));
    let journal = createMemoryJournal();
    const here = (): SyncSetup => ({ driver, journal, root, spoolDir: join(dir, 'spool') });
    /** Every content there was at any time: nothing else may ever lie at the destination. */
    const everSeen = new Set<string>();
    const look = () => {
      for (const [path, sha256] of filesOf(root)) everSeen.add(`${path} ${sha256}`);
    };
    for (let run = 0; run < 6; run += 1) {
      for (let change = random.next(12); change > 0; change -= 1) changeTree(random, root);
      look();
      const before = filesThere(store);
      const faults = Array.from({ length: random.next(4) }, (): Fault => {
        const error = new StorageError(random.pick(codes), 'a fault of the test');
        const misdeed = random.pick([
          { fail: error },
          { failAfter: error },
          { cutAfterBytes: random.next(300), error },
        ]);
        return { call: random.pick(calls), nth: random.next(6) + 1, times: random.next(3) + 1, misdeed };
      });
      driver.setFaults(...faults);
      if (random.next(5) === 0) journal = createMemoryJournal();
      const cancel = new AbortController();
      const cancelAt = random.next(4) === 0 ? random.next(10) : Number.POSITIVE_INFINITY;
      let items = 0;
      const deletions = new Set<string>();
      await syncOnce({
        ...here(),
        signal: cancel.signal,
        onItem({ path, action }) {
          if (action === 'deleted') deletions.add(path);
          items += 1;
          if (items === cancelAt) cancel.abort(new Error('cancelled'));
        },
      }).catch((error: unknown) => {
        if (!(error instanceof StorageError) && !cancel.signal.aborted) throw error;
      });
      const now = filesOf(root);
      const after = filesThere(store);
      for (const [path, sha256] of after) expect(everSeen).toContain(`${path} ${sha256}`);
      // What is still at the source and was at the destination is there, old or new.
      for (const path of before.keys()) if (now.has(path)) expect([path, after.has(path)]).toEqual([path, true]);
      for (const path of deletions) expect([path, now.has(path)]).toEqual([path, false]);
    }
    driver.setFaults();
    if (random.next(3) === 0) journal = createMemoryJournal();
    const { result } = await syncOnce(here());
    expect(result).toMatchObject({ failed: 0, failure: null });
    expect(filesThere(store)).toEqual(filesOf(root));
    const again = await syncOnce(here());
    expect(again.told).toEqual([]);
  }
}, 300_000);
