import { describe, expect, test } from 'bun:test';
import { appendFileSync, chmodSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dice, seedFor } from '../../test/harness/random.ts';
import { scale } from '../../test/harness/scale.ts';
import { filesOf, filesThere, syncOnce } from '../../test/harness/sync.ts';
import { tempDir } from '../../test/harness/temp.ts';
import { buildTree, type TreeSpec } from '../../test/harness/trees.ts';
import type { Entry, StorageDriver } from '../storage/driver.ts';
import { createFaultyDriver } from '../storage/drivers/faulty/driver.ts';
import { createMemoryDriver } from '../storage/drivers/memory/driver.ts';
import { createMemoryStore } from '../storage/drivers/memory/store.ts';
import { StorageError } from '../storage/errors.ts';
import { createFilter } from './filter.ts';
import { createMemoryJournal } from './journal-memory.ts';
import { createSync } from './sync.ts';

function place(
  folders: 'real' | 'implied',
  spec: TreeSpec,
  options: { partBytes?: number; pageEntries?: number } = {},
) {
  const dir = tempDir('sync-faults');
  const root = join(dir, 'source');
  buildTree(root, spec);
  const store = createMemoryStore();
  const driver = createFaultyDriver(createMemoryDriver({ store, folders, ...options }));
  return { root, store, driver, journal: createMemoryJournal(), spoolDir: join(dir, 'spool') };
}

/** The same driver with some of its methods replaced. */
const altered = (driver: StorageDriver, over: Partial<StorageDriver>): StorageDriver => ({ ...driver, ...over });
const many = (count: number, prefix = 'f'): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, n) => [`${prefix}${String(n).padStart(4, '0')}`, `content ${n}`]),
  );
const errors = (problems: { level: string; path: string }[]) =>
  problems.filter(({ level }) => level === 'error').map(({ path }) => path);
const signal = new AbortController().signal;

describe('a listing that fails', () => {
  test('in one folder: nothing in it is touched, everything else is done, and it is named', async () => {
    const here = place('real', { 'a/x': '1', 'b/y': '2', 'c/z': '3' });
    await syncOnce(here);
    rmSync(join(here.root, 'b/y'));
    rmSync(join(here.root, 'c/z'));
    buildTree(here.root, { 'b/new': '4', 'b/sub/new': '5', 'c/new': '6' });
    here.driver.setFaults({ call: 'list', path: 'in/b', misdeed: { fail: new StorageError('permission', 'denied') } });
    const { problems, told, result } = await syncOnce(here);
    expect(told).toEqual(['deleted c/z', 'new c/new']);
    expect(errors(problems)).toEqual(['b']);
    expect(result.failed).toBe(2);
    here.driver.setFaults();
    await syncOnce(here);
    expect(filesThere(here.store)).toEqual(filesOf(here.root));
  });

  test.each([1, 2, 3])('on page %p of a flat list: nothing is deleted, not even what was seen before', async (page) => {
    const here = place('implied', many(25), { pageEntries: 10 });
    await syncOnce(here);
    for (const [path] of filesOf(here.root)) rmSync(join(here.root, path));
    writeFileSync(join(here.root, 'f0000'), 'content 0');
    const listBelow = async function* (folder: string): AsyncIterable<Entry[]> {
      let seen = 0;
      for await (const entries of here.driver.listBelow?.(folder, signal) ?? []) {
        seen += 1;
        if (seen === page) throw new StorageError('permission', 'denied');
        yield entries;
      }
    };
    const { deletions, problems, told } = await syncOnce({ ...here, driver: altered(here.driver, { listBelow }) });
    expect(deletions).toEqual([]);
    expect(told.filter((line) => line.startsWith('deleted'))).toEqual([]);
    expect(errors(problems)).toEqual(['']);
    expect(here.store.files.size).toBe(25);
  });

  test('because the service is away ends the run before anything is changed', async () => {
    const here = place('implied', many(5));
    here.driver.setFaults({ call: 'listBelow', misdeed: { fail: true } });
    expect(await syncOnce(here).catch((error: unknown) => error)).toMatchObject({ code: 'unreachable' });
    expect(here.store.files.size).toBe(0);
  });

  test.each(['auth_failed', 'no_root', 'certificate'] as const)('with %s ends the run at once', async (code) => {
    const here = place('real', { 'a/x': '1' });
    here.driver.setFaults({ call: 'list', misdeed: { fail: new StorageError(code, 'no') } });
    expect(await syncOnce(here).catch((error: unknown) => error)).toMatchObject({ code });
  });

  test.each(['in/../evil', 'in/a/../../evil', 'in/', 'elsewhere/x', 'in/a\0b', 'in//x', 'in/./x'])(
    'because it tells %j: it is refused, and nothing is deleted or written',
    async (path) => {
      for (const folders of ['real', 'implied'] as const) {
        const here = place(folders, { a: '1' });
        await syncOnce(here);
        rmSync(join(here.root, 'a'));
        buildTree(here.root, { b: '2' });
        const bad: Entry = { path, kind: 'file', size: 1, mtimeNs: null, hash: null, tag: null, id: null };
        const driver = altered(here.driver, {
          list: async () => [bad],
          listBelow: async function* () {
            yield [bad];
          },
        });
        const { problems } = await syncOnce({ ...here, driver });
        expect(errors(problems)).toEqual(['']);
        expect([...here.store.files.keys()]).toEqual(['in/a']);
      }
    },
  );

  test('because its order is not the promised one deletes nothing', async () => {
    const here = place('implied', many(10));
    await syncOnce(here);
    rmSync(join(here.root, 'f0003'));
    const listBelow = async function* (folder: string): AsyncIterable<Entry[]> {
      for await (const entries of here.driver.listBelow?.(folder, signal) ?? []) yield entries.toReversed();
    };
    const { deletions, problems } = await syncOnce({ ...here, driver: altered(here.driver, { listBelow }) });
    expect(deletions).toEqual([]);
    expect(errors(problems)).toEqual(['']);
  });

  test('to be unambiguous: of two entries with one name none is ever deleted', async () => {
    const here = place('real', { a: '1' });
    await syncOnce(here);
    const list = async (folder: string) => {
      const double: Entry = { path: 'in/old', kind: 'folder', size: 0, mtimeNs: null, hash: null, tag: null, id: '1' };
      return folder === 'in' ? [...(await here.driver.list(folder, signal)), double, { ...double, id: '2' }] : [];
    };
    const { problems } = await syncOnce({ ...here, driver: altered(here.driver, { list }) });
    expect(problems).toMatchObject([{ path: 'old', level: 'error' }]);
    expect(here.driver.calls.filter(({ call }) => call.startsWith('remove'))).toEqual([]);
  });
});

describe('sources that do not hold still', () => {
  /** Does something the first times the content of a file is asked for. */
  const whileRead = (driver: StorageDriver, times: number, deed: () => void): StorageDriver => {
    let left = times;
    return altered(driver, {
      write: (path, content, how) =>
        driver.write(
          path,
          {
            size: content.size,
            async read(offset, length) {
              if (left > 0) {
                left -= 1;
                deed();
              }
              return content.read(offset, length);
            },
          },
          how,
        ),
    });
  };

  test('a file that changes once is sent as it is then', async () => {
    const here = place('real', { a: 'first' });
    const driver = whileRead(here.driver, 1, () => appendFileSync(join(here.root, 'a'), ' and second'));
    const { problems } = await syncOnce({ ...here, driver });
    expect(problems).toEqual([]);
    expect(filesThere(here.store)).toEqual(filesOf(here.root));
  });

  test('a file that changes all the time is named, and what was there stays', async () => {
    const here = place('real', { a: 'first' });
    await syncOnce(here);
    const before = filesThere(here.store);
    writeFileSync(join(here.root, 'a'), 'second');
    const driver = whileRead(here.driver, 100, () => appendFileSync(join(here.root, 'a'), '!'));
    const { problems, result } = await syncOnce({ ...here, driver });
    expect(problems).toMatchObject([{ path: 'a', level: 'error' }]);
    expect(problems[0]?.message).toContain('changed while it was being copied');
    expect(result).toMatchObject({ failed: 1, transferred: 0 });
    expect(filesThere(here.store)).toEqual(before);
    await syncOnce(here);
    expect(filesThere(here.store)).toEqual(filesOf(here.root));
  });

  test('a large file that changes between two of its parts is never a mix of both', async () => {
    const here = place('real', { a: 'x'.repeat(2_000_000) }, { partBytes: 100_000 });
    let reads = 0;
    const driver = whileRead(here.driver, 1000, () => {
      reads += 1;
      if (reads === 10) writeFileSync(join(here.root, 'a'), 'y'.repeat(2_000_000));
    });
    await syncOnce({ ...here, driver });
    expect(filesThere(here.store)).toEqual(filesOf(here.root));
  });

  test('files that vanish, or become links, after they were seen are warnings', async () => {
    const here = place('real', { a: '1', b: '2', 'c/d': '3', e: '4' });
    const { problems, result } = await syncOnce({
      ...here,
      planned() {
        rmSync(join(here.root, 'a'));
        rmSync(join(here.root, 'b'));
        symlinkSync('/etc/passwd', join(here.root, 'b'));
        renameSync(join(here.root, 'c'), join(here.root, 'other'));
        symlinkSync('other', join(here.root, 'c'));
      },
    });
    expect(problems.map(({ path, level }) => `${level} ${path}`).sort()).toEqual([
      'warning a',
      'warning b',
      'warning c/d',
    ]);
    expect(result).toMatchObject({ vanished: 3, transferred: 1, failed: 0 });
    expect([...here.store.files.keys()]).toEqual(['in/e']);
  });

  test('what may not be read is named, and what is there of it stays', async () => {
    const here = place('real', { 'open/a': '1', 'open/b': '2', 'locked/c': '3', 'locked/d/e': '4' });
    await syncOnce(here);
    rmSync(join(here.root, 'open/b'));
    rmSync(join(here.root, 'locked/c'));
    writeFileSync(join(here.root, 'open/a'), 'changed');
    chmodSync(join(here.root, 'open/a'), 0o600);
    chmodSync(join(here.root, 'locked'), 0o700);
    chmodSync(join(here.root, '..'), 0o755);
    chmodSync(here.spoolDir, 0o777);
    const nobody = 65_534;
    process.seteuid?.(nobody);
    const outcome = await syncOnce(here).finally(() => process.seteuid?.(0));
    expect(errors(outcome.problems).sort()).toEqual(['locked', 'open/a']);
    for (const { message } of outcome.problems) expect(message).toContain('permission denied');
    expect(outcome.told).toEqual(['deleted open/b']);
    expect([...here.store.files.keys()].sort()).toEqual(['in/locked/c', 'in/locked/d/e', 'in/open/a']);
    expect(outcome.result).toMatchObject({ failed: 1, transferred: 0 });
    expect(outcome.totals.lists.get('in')?.whole).toBe(false);
  });

  test('a source that is not there ends the run before anything is changed', async () => {
    const here = place('real', { a: '1' });
    await syncOnce(here);
    rmSync(here.root, { recursive: true });
    expect(await syncOnce(here).catch((error: unknown) => error)).toMatchObject({ code: 'source' });
    expect(here.store.files.size).toBe(1);
  });

  test('a folder that vanishes while the source is read takes nothing along at the destination', async () => {
    const here = place('real', { 'a/x': '1', 'b/y': '2' });
    await syncOnce(here);
    const { capabilities } = here.driver;
    const pathProblem = (path: string) => {
      // Asked when the folder was seen and not yet opened.
      if (path === 'in/a') rmSync(join(here.root, 'a'), { recursive: true, force: true });
      return capabilities.pathProblem(path);
    };
    const deletions: string[] = [];
    const sync = createSync({
      ...here,
      driver: altered(here.driver, { capabilities: { ...capabilities, pathProblem } }),
      sources: [{ root: here.root, landing: 'in', excludeFolders: [] }],
      filter: createFilter([]),
      options: { deleteExtraneous: true, checksum: false, dryRun: false, verbose: false },
    });
    const problems: { path: string; level: string }[] = [];
    await sync.plan(signal, {
      onDeletion: (_, path) => deletions.push(path),
      onProblem: (problem) => problems.push(problem),
    });
    await sync.close();
    expect(deletions).toEqual([]);
    expect(problems).toMatchObject([{ path: 'a', level: 'warning' }]);
  });
});

describe('a service with troubles', () => {
  test('one path that fails is named, the others arrive, and the next run sends only it', async () => {
    const here = place('real', many(30));
    const fail = new StorageError('permission', 'denied');
    here.driver.setFaults({ call: 'write', path: 'in/f0007', misdeed: { fail } });
    const first = await syncOnce(here);
    expect(errors(first.problems)).toEqual(['f0007']);
    expect(first.result).toMatchObject({ transferred: 29, failed: 1, failure: null });
    here.driver.setFaults();
    expect((await syncOnce(here)).told).toEqual(['new f0007']);
  });

  test.each(['quota', 'auth_expired', 'read_only'] as const)(
    '%s stops everything, and nothing is deleted',
    async (code) => {
      const here = place('real', many(30));
      await syncOnce(here);
      rmSync(join(here.root, 'f0000'));
      buildTree(here.root, many(30, 'g'));
      here.driver.setFaults({ call: 'write', nth: 5, times: 1000, misdeed: { fail: new StorageError(code, 'no') } });
      const { result } = await syncOnce(here);
      expect(result.failure?.code).toBe(code);
      expect(here.store.files.has('in/f0000')).toBe(true);
      expect(result.transferred).toBeLessThanOrEqual(4);
      expect(here.journal.rows.size).toBe(30 + result.transferred);
      here.driver.setFaults();
      await syncOnce(here);
      expect(filesThere(here.store)).toEqual(filesOf(here.root));
    },
  );

  test('twenty failures without a success stop the run; a success in between does not', async () => {
    const here = place('real', many(100));
    here.driver.setFaults({ call: 'write', misdeed: { fail: true }, times: 1000 });
    const { result } = await syncOnce(here);
    expect(result.failure?.code).toBe('unreachable');
    expect(here.driver.calls.filter(({ call }) => call === 'write').length).toBeLessThan(30);
    here.driver.setFaults({ call: 'write', path: /[02468]$/, misdeed: { fail: true }, times: 1000 });
    const second = await syncOnce(here);
    expect(second.result).toMatchObject({ failure: null, transferred: 50, failed: 50 });
  });

  test('answers that are lost cost nothing but another run', async () => {
    const here = place('real', many(20));
    here.driver.setFaults({ call: 'write', times: 10, misdeed: { failAfter: true } });
    expect((await syncOnce(here)).result.failed).toBe(10);
    here.driver.setFaults();
    expect((await syncOnce(here)).told).toEqual([]);
    expect((await syncOnce(here)).result.unchanged).toBe(20);
  });

  test('an upload that was cut goes on where it stopped, and its content is known all the same', async () => {
    const here = place('real', { big: Buffer.alloc(3_000_000, 'abcdefg') }, { partBytes: 100_000 });
    here.driver.setFaults({ call: 'write', misdeed: { cutAfterBytes: 2_000_000 } });
    expect((await syncOnce(here)).result.failed).toBe(1);
    let read = 0;
    const driver = altered(here.driver, {
      write: (path, content, how) =>
        here.driver.write(
          path,
          {
            size: content.size,
            read(offset, length) {
              read += length;
              return content.read(offset, length);
            },
          },
          how,
        ),
    });
    const { items } = await syncOnce({ ...here, driver });
    expect(read).toBeLessThanOrEqual(1_000_000);
    expect(items[0]?.sha256).toBe(filesOf(here.root).get('big') as string);
    expect(filesThere(here.store)).toEqual(filesOf(here.root));
  });

  test('deletions that fail are named; folders that are not empty stay', async () => {
    for (const folders of ['real', 'implied'] as const) {
      const here = place(folders, { 'a/x': '1', 'a/y': '2', 'b/z': '3' });
      await syncOnce(here);
      rmSync(join(here.root, 'a'), { recursive: true });
      const error = new StorageError('permission', 'denied');
      const driver = altered(here.driver, {
        removeMany: async (paths) => {
          await here.driver.removeMany?.(
            paths.filter((path) => path !== 'in/a/x'),
            signal,
          );
          return [{ path: 'in/a/x', error }];
        },
        remove: async (path) => {
          if (path === 'in/a/x') throw error;
          await here.driver.remove(path, signal);
        },
      });
      const { problems, told } = await syncOnce({ ...here, driver });
      expect(errors(problems)).toEqual(['a/x']);
      expect(told).toEqual(['deleted a/y']);
      expect((await syncOnce(here)).told).toEqual(['deleted a/x']);
      expect([...here.store.folders].filter((path) => path.startsWith('in/a'))).toEqual([]);
    }
  });

  test('what cannot be kept is neither replaced nor deleted', async () => {
    const here = place('real', { a: '1', b: '2' });
    await syncOnce(here);
    writeFileSync(join(here.root, 'a'), 'changed');
    rmSync(join(here.root, 'b'));
    const before = filesThere(here.store);
    const { problems } = await syncOnce({
      ...here,
      keep: async () => Promise.reject(new StorageError('permission', 'denied')),
    });
    expect(errors(problems).sort()).toEqual(['a', 'b']);
    expect(filesThere(here.store)).toEqual(before);
  });
});

describe('answers that prove nothing', () => {
  const unproven = (driver: StorageDriver): StorageDriver =>
    altered(driver, {
      write: async (path, content, how) => {
        const written = await driver.write(path, content, how);
        return { ...written, verified: false, tag: null, hash: null };
      },
    });

  test('are checked with one listing for each folder, and the next run knows the files', async () => {
    const here = place('real', { ...many(20, 'a/f'), ...many(20, 'b/f') });
    const planned = () => here.driver.setFaults();
    let before = 0;
    const first = await syncOnce({
      ...here,
      driver: unproven(here.driver),
      planned() {
        planned();
        before = here.driver.calls.length;
      },
    });
    expect(first.result.transferred).toBe(40);
    const lists = here.driver.calls.slice(before).filter(({ call }) => call === 'list');
    expect(lists.map(({ path }) => path).sort()).toEqual(['in/a', 'in/b']);
    const second = await syncOnce(here);
    expect(second.told).toEqual([]);
    expect(second.problems).toEqual([]);
  });

  test.each(['lost', 'short', 'other'] as const)(
    'a file that is %s afterwards is an error, and is sent again',
    async (how) => {
      const here = place('real', { a: 'right', b: 'fine' });
      const driver = unproven(here.driver);
      const { problems, result } = await syncOnce({
        ...here,
        driver: altered(driver, {
          write: async (path, content, options) => {
            const written = await driver.write(path, content, options);
            const file = here.store.files.get('in/a');
            if (path !== 'in/a' || !file) return written;
            if (how === 'lost') here.store.files.delete('in/a');
            else file.bytes = Uint8Array.from(Buffer.from(how === 'short' ? 'rig' : 'wrong'));
            return written;
          },
        }),
      });
      expect(errors(problems)).toEqual(['a']);
      expect(result).toMatchObject({ transferred: 1, failed: 1 });
      await syncOnce(here);
      expect(filesThere(here.store)).toEqual(filesOf(here.root));
    },
  );
});

test('a cancelled run settles with nothing in flight, and what was sent is remembered', async () => {
  const random = dice(seedFor('cancelled at random'));
  for (let round = 0; round < scale.cancelRounds; round += 1) {
    const here = place('real', many(200));
    const cancel = new AbortController();
    let flying = 0;
    let started = 0;
    const at = random.next(200) + 1;
    const driver = altered(here.driver, {
      write: async (path, content, how) => {
        flying += 1;
        started += 1;
        if (started === at) cancel.abort(new Error('cancelled'));
        try {
          return await here.driver.write(path, content, how);
        } finally {
          await new Promise((resume) => setImmediate(resume));
          flying -= 1;
        }
      },
    });
    const { result } = await syncOnce({ ...here, driver, signal: cancel.signal });
    expect(flying).toBe(0);
    expect(result.failure).toBeNull();
    expect(here.journal.rows.size).toBe(result.transferred);
    const rest = await syncOnce(here);
    expect(rest.result.unchanged).toBe(here.store.files.size - rest.result.transferred);
    expect(filesThere(here.store)).toEqual(filesOf(here.root));
  }
});

test('a run cancelled while it plans changes nothing', async () => {
  const here = place('real', many(20));
  const cancel = new AbortController();
  cancel.abort(new Error('cancelled'));
  expect(await syncOnce({ ...here, signal: cancel.signal }).catch(String)).toContain('cancelled');
  expect(here.store.files.size).toBe(0);
});
