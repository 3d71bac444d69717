import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { dice, seedFor } from '../../../test/harness/random.ts';
import { scale } from '../../../test/harness/scale.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { migrateDatabase } from '../../db/migrate.ts';
import { closeDatabase, openDatabase } from '../../db/open.ts';
import { bareEntry, type VersionEntry, type VersionHead } from './manifest.ts';
import type { VersionChange } from './record.store.ts';
import { createVersions, type VersionChain } from './versions.store.ts';

const never = new AbortController().signal;
const key = (day: number): string => `202601${String(day).padStart(2, '0')}T020000Z-3f9a1c`;
const headOf = (version: string, over: Partial<VersionHead> = {}): VersionHead => ({
  version,
  previous: null,
  jobUuid: 'job',
  jobName: 'Photos',
  destinationId: 'place',
  appliance: { id: 'a', name: 'box' },
  startedAt: 1,
  completedAt: 2,
  status: 'completed',
  landings: [{ landing: 'photos', source: '/home/photos' }],
  ...over,
});
const file = (path: string, over: Partial<VersionEntry> = {}): VersionEntry => ({
  ...bareEntry(path, 'file'),
  size: 10,
  mtimeNs: 1_767_578_400_123_456_789n,
  mode: 0o644,
  uid: 1000,
  gid: 1000,
  user: 'alice',
  group: 'alice',
  ...over,
});
const dir = (path: string): VersionEntry => ({ ...bareEntry(path, 'dir'), mode: 0o755, mtimeNs: 5n });
const put = (entry: VersionEntry): VersionChange => ({ path: entry.path, entry });
const gone = (path: string): VersionChange => ({ path, entry: null });

function open(path = join(tempDir('versions'), 'catalog.db')) {
  const db = openDatabase(path, 'NORMAL');
  migrateDatabase(db, join(import.meta.dir, '../../../drizzle/catalog'), () => {});
  return { path, db, chain: createVersions(db).chain('job', 'place') };
}

async function make(chain: VersionChain, version: string, changes: VersionChange[], whole = !chain.newest()) {
  const recording = chain.record(version, { whole });
  await recording.add(changes);
  await recording.settle();
  return recording.finish(headOf(version, { previous: chain.newest()?.key ?? null }), 'run');
}

async function entriesOf(chain: VersionChain, version: string): Promise<VersionEntry[]> {
  const all: VersionEntry[] = [];
  for await (const batch of chain.browse.entries(version)) all.push(...batch);
  return all;
}
const pathsOf = async (chain: VersionChain, version: string) =>
  (await entriesOf(chain, version)).map(({ path }) => path);

const week = async () => {
  const { chain, db } = open();
  await make(chain, key(1), [
    put(dir('photos')),
    put(file('photos/a.jpg', { sha256: 'aa'.repeat(32) })),
    put(file('photos/b.jpg')),
    put(dir('photos/summer')),
    put(file('photos/summer/c.jpg')),
  ]);
  await make(chain, key(2), [put(file('photos/a.jpg', { size: 11 })), put(file('photos/new.jpg'))]);
  await make(chain, key(3), [gone('photos/summer'), gone('photos/b.jpg')]);
  return { chain, db };
};

describe('versions of a job', () => {
  test('each hold what was there then', async () => {
    const { chain } = await week();
    const first = ['photos', 'photos/a.jpg', 'photos/b.jpg', 'photos/summer', 'photos/summer/c.jpg'];
    expect(await pathsOf(chain, key(1))).toEqual(first);
    expect(await pathsOf(chain, key(2))).toEqual([...first.slice(0, 3), 'photos/new.jpg', ...first.slice(3)]);
    expect(await pathsOf(chain, key(3))).toEqual(['photos', 'photos/a.jpg', 'photos/new.jpg']);
    expect(chain.browse.entry(key(1), 'photos/a.jpg')).toEqual(file('photos/a.jpg', { sha256: 'aa'.repeat(32) }));
    expect(chain.browse.entry(key(2), 'photos/a.jpg')?.size).toBe(11);
    expect(chain.browse.entry(key(1), 'photos/new.jpg')).toBeNull();
    expect(chain.list().map(({ key, files, bytes, previous }) => [key, files, bytes, previous])).toEqual([
      [key(1), 3, 30, null],
      [key(2), 4, 41, key(1)],
      [key(3), 2, 21, key(2)],
    ]);
  });

  test('show a folder page by page, folders first, whatever bytes the names are of', async () => {
    const { chain } = open();
    const names = ['\xff', '\xc3\xa4', 'Z', 'a', 'b\n'];
    const folders = ['z', '0', '\xfe'];
    await make(chain, key(1), [
      ...names.map((name) => put(file(`photos/${name}`))),
      ...folders.map((name) => put(dir(`photos/${name}`))),
      put(file('photos/z/inside')),
    ]);
    const wanted = [...folders.toSorted(), ...names.toSorted()];
    for (const limit of [1, 2, 3, 4, 5, 8, 9]) {
      const seen: string[] = [];
      for (let after = null; ; ) {
        const page = chain.browse.folder(key(1), 'photos', { limit, after });
        seen.push(...(page?.entries ?? []).map(({ path }) => path.slice('photos/'.length)));
        if (!page?.next) break;
        expect(page.entries.length).toBe(limit);
        after = page.next;
      }
      expect(seen).toEqual(wanted);
    }
    expect(chain.browse.folder(key(9), 'photos', { limit: 5 })).toBeNull();
    expect(chain.browse.folder(key(1), 'nothing', { limit: 5 })).toEqual({ entries: [], next: null });
    // folders nobody told of: a landing may lie deeper than one level
    expect(chain.browse.folder(key(1), '', { limit: 5 })?.entries).toEqual([bareEntry('photos', 'dir')]);
  });

  test('tell the states of one path, with the versions that hold each', async () => {
    const { chain } = await week();
    await make(chain, key(4), [put(file('photos/b.jpg', { size: 99 }))]);
    const told = chain.browse.history('photos/b.jpg').map(({ entry, versions }) => [entry.size, ...versions]);
    expect(told).toEqual([
      [10, key(1), key(2)],
      [99, key(4)],
    ]);
  });

  test('are searched by any part of a name, whatever its case, through all of them', async () => {
    const { chain } = await week();
    await make(chain, key(4), [
      put(file('photos/J\xc3\x84GER 100% [1]*.jpg')), // JÄGER
      put(file('photos/ja\xcc\x88ger decomposed')),
      put(file('photos/\xff broken')),
    ]);
    const find = async (text: string) =>
      (await chain.browse.search(text, { limit: 50, signal: never })).hits.map((hit) => [
        Buffer.from(hit.entry.path, 'latin1').toString(),
        hit.first,
        hit.last,
      ]);
    expect(await find('C.JP')).toEqual([['photos/summer/c.jpg', key(1), key(2)]]);
    expect((await find('jäger')).map(([path]) => path)).toEqual([
      'photos/JÄGER 100% [1]*.jpg',
      'photos/ja\u0308ger decomposed',
    ]);
    expect((await find('[1]*')).length).toBe(1);
    expect((await find('?')).length).toBe(0);
    expect((await find('broken')).length).toBe(1);
    expect(await find('')).toEqual([]);
    expect((await find('photos')).map(([path]) => path)).toEqual(['photos']);
    const pages: string[] = [];
    for (let after: string | null = null; ; ) {
      const page = await chain.browse.search('.jpg', { limit: 2, after, signal: never });
      pages.push(...page.hits.map(({ entry }) => entry.path));
      if (page.next === null) break;
      after = page.next;
    }
    expect(pages.length).toBe(5);
    expect(new Set(pages).size).toBe(5);
    const aborted = AbortSignal.abort(new Error('nobody waits any more'));
    expect(chain.browse.search('x', { limit: 1, signal: aborted })).rejects.toThrow('nobody waits');
  });

  test('a file that became a folder, and the other way round', async () => {
    const { chain } = open();
    await make(chain, key(1), [put(file('p/x')), put(dir('p/y')), put(file('p/y/1')), put(file('p/y/z/2'))]);
    await make(chain, key(2), [put(dir('p/x')), put(file('p/x/1')), put(file('p/y'))]);
    await make(chain, key(3), [put(file('p/x')), put(file('p/y/3'))]);
    expect(await pathsOf(chain, key(1))).toEqual(['p', 'p/x', 'p/y', 'p/y/1', 'p/y/z', 'p/y/z/2']);
    expect(await pathsOf(chain, key(2))).toEqual(['p', 'p/x', 'p/x/1', 'p/y']);
    expect(await pathsOf(chain, key(3))).toEqual(['p', 'p/x', 'p/y', 'p/y/3']);
    expect(chain.list().map(({ files }) => files)).toEqual([3, 2, 2]);
  });

  test('pins stay until they are taken off, and a run without changes adds its time', async () => {
    const { chain } = await week();
    expect(chain.pin(key(2), true)).toBe(true);
    expect(chain.pin(key(9), true)).toBe(false);
    chain.confirm(77);
    chain.confirm(55);
    expect(chain.list().map(({ pinned, confirmedAt }) => [pinned, confirmedAt])).toEqual([
      [false, null],
      [true, null],
      [false, 77],
    ]);
  });

  test('dropped ones are gone, the others hold what they held', async () => {
    const { chain, db } = await week();
    const before = [await entriesOf(chain, key(1)), await entriesOf(chain, key(3))];
    await chain.drop([key(2)]);
    expect(chain.list().map(({ key }) => key)).toEqual([key(1), key(3)]);
    expect([await entriesOf(chain, key(1)), await entriesOf(chain, key(3))]).toEqual(before);
    await chain.drop([key(1)]);
    expect(await entriesOf(chain, key(3))).toEqual(before[1] ?? []);
    // nothing is left of what only they held
    expect(db.$client.query('SELECT count(*) AS n FROM v').get()).toEqual({ n: 3 });
    chain.sweepFolders();
    await make(chain, key(4), [put(file('photos/summer/again'))]);
    expect(await pathsOf(chain, key(4))).toEqual([
      'photos',
      'photos/a.jpg',
      'photos/new.jpg',
      'photos/summer',
      'photos/summer/again',
    ]);
    await make(chain, key(5), [gone('photos/summer')]);
    await chain.drop([key(4)]);
    chain.sweepFolders();
    expect(db.$client.query('SELECT count(*) AS n FROM d').get()).toEqual({ n: 2 });
    expect((await chain.browse.search('summer', { limit: 9, signal: never })).hits).toEqual([]);
  });

  test('are each job and each place its own', async () => {
    const { chain, db } = await week();
    const other = createVersions(db).chain('job', 'other place');
    await make(other, key(1), [put(file('photos/only here'))]);
    expect(await pathsOf(other, key(1))).toEqual(['photos', 'photos/only here']);
    await chain.drop([key(1), key(2)]);
    await other.forget();
    expect(await pathsOf(chain, key(3))).toEqual(['photos', 'photos/a.jpg', 'photos/new.jpg']);
    expect(other.list()).toEqual([]);
  });
});

describe('hashes', () => {
  const sha256 = 'cd'.repeat(32);
  const sum = (chain: VersionChain, version: string) => chain.browse.entry(version, 'p/a')?.sha256;

  test('read later are those of the content that is there already', async () => {
    const { chain } = open();
    await make(chain, key(1), [put(file('p/a'))]);
    await make(chain, key(2), [put(file('p/a', { sha256 }))]);
    expect([sum(chain, key(1)), sum(chain, key(2))]).toEqual([sha256, sha256]);
  });

  test('found by a look at the destination are noted where there was none', async () => {
    const { chain } = open();
    await make(chain, key(1), [put(file('p/a')), put(file('p/b', { sha256 }))]);
    await make(chain, key(2), [{ ...put(file('p/a')), rewritten: true }]);
    chain.learn(key(1), [
      { path: 'p/a', sha256: 'ef'.repeat(32) },
      { path: 'p/b', sha256: 'ef'.repeat(32) },
      { path: 'p/never', sha256 },
    ]);
    expect([sum(chain, key(1)), sum(chain, key(2))]).toEqual(['ef'.repeat(32), null]);
    expect(chain.browse.entry(key(1), 'p/b')?.sha256).toBe(sha256);
  });

  test('stay when only attributes changed, and go when the content was written anew', async () => {
    const { chain } = open();
    await make(chain, key(1), [put(file('p/a', { sha256 }))]);
    await make(chain, key(2), [put(file('p/a', { mode: 0o600 }))]);
    await make(chain, key(3), [{ ...put(file('p/a', { mode: 0o600 })), rewritten: true }]);
    await make(chain, key(4), [put(file('p/a', { mode: 0o600, sha256: 'ef'.repeat(32) }))]);
    expect([1, 2, 3, 4].map((day) => sum(chain, key(day)))).toEqual([sha256, sha256, 'ef'.repeat(32), 'ef'.repeat(32)]);
  });
});

describe('a run', () => {
  test('that changed nothing can be told from one that did', async () => {
    const { chain } = await week();
    const changed = async (version: string, changes: VersionChange[]) => {
      const recording = chain.record(version, { whole: false });
      await recording.add(changes);
      await recording.settle();
      const answer = recording.changed();
      recording.finishWithout();
      return answer;
    };
    expect(await changed(key(4), [put(file('photos/new.jpg')), gone('photos/never')])).toBe(false);
    expect(await changed(key(5), [put(file('photos/new.jpg', { mode: 0 }))])).toBe(true);
    // a failed run before it changed something: that is news since the last version
    expect(await changed(key(6), [])).toBe(true);
  });

  test('that failed makes no version, and what it changed is in the next one', async () => {
    const { chain } = await week();
    const failed = chain.record(key(4), { whole: false });
    await failed.add([put(file('photos/late.jpg')), gone('photos/a.jpg')]);
    await failed.settle();
    failed.finishWithout();
    expect(chain.certain()).toBe(true);
    await make(chain, key(5), [put(file('photos/later.jpg'))]);
    expect(await pathsOf(chain, key(5))).toEqual(['photos', 'photos/late.jpg', 'photos/later.jpg', 'photos/new.jpg']);
    expect(chain.list().length).toBe(4);
  });

  test('that broke off is noticed, and the next one tells everything', async () => {
    const { path, db, chain } = open();
    await make(chain, key(1), [put(dir('p')), put(file('p/a')), put(file('p/b')), put(file('p/s/c'))]);
    const broken = chain.record(key(2), { whole: false });
    await broken.add([put(file('p/half')), gone('p/b')]);
    closeDatabase(db);

    const again = open(path).chain;
    expect(again.certain()).toBe(false);
    expect(() => again.record(key(3), { whole: false })).toThrow('broke off');
    await make(again, key(3), [put(dir('p')), put(file('p/a')), put(file('p/c'))], true);
    expect(again.certain()).toBe(true);
    expect(await pathsOf(again, key(1))).toEqual(['p', 'p/a', 'p/b', 'p/s', 'p/s/c']);
    expect(await pathsOf(again, key(3))).toEqual(['p', 'p/a', 'p/c']);
    expect(again.list().map(({ files, bytes }) => [files, bytes])).toEqual([
      [3, 30],
      [2, 20],
    ]);
  });

  test('never gets a key before one that is known', async () => {
    const { chain } = await week();
    expect(() => chain.begin(key(2).replace('3f9a1c', '000000'))).toThrow('rebuilt');
  });
});

describe('a catalogue that is lost, or older than the destination', () => {
  const reader = (version: VersionHead, entries: VersionEntry[]) => ({
    head: version,
    async *entries() {
      for (const entry of entries) yield [entry];
    },
  });

  test('is rebuilt from the manifests, version by version', async () => {
    const { chain } = await week();
    const fresh = open().chain;
    for (const { key: version, previous } of chain.list())
      await fresh.load(reader(headOf(version, { previous }), await entriesOf(chain, version)));
    for (const { key: version } of chain.list())
      expect(await entriesOf(fresh, version)).toEqual(await entriesOf(chain, version));
    const bare = ({ key, files, bytes, previous }: ReturnType<VersionChain['list']>[number]) => [
      key,
      files,
      bytes,
      previous,
    ];
    expect(fresh.list().map(bare)).toEqual(chain.list().map(bare));
  });

  test('loads a manifest again that it could not load to its end', async () => {
    const { chain } = await week();
    const entries = [dir('photos'), file('photos/a.jpg', { size: 50 }), file('photos/z.jpg')];
    const torn = {
      head: headOf(key(4), { previous: key(3) }),
      async *entries() {
        yield entries.slice(0, 2);
        throw new Error('EIO');
      },
    };
    expect(chain.load(torn)).rejects.toThrow('EIO');
    expect(chain.list().length).toBe(3);
    expect(chain.certain()).toBe(false);
    await chain.load(reader(torn.head, entries));
    expect(await entriesOf(chain, key(4))).toEqual(entries);
    expect(chain.certain()).toBe(true);
    expect(await pathsOf(chain, key(3))).toEqual(['photos', 'photos/a.jpg', 'photos/new.jpg']);
  });

  test('says what it has not seen, and when it must begin anew', async () => {
    const { chain } = await week();
    const keys = [1, 2, 3].map(key);
    expect(chain.compare(keys, [])).toEqual({ load: [], list: [], gone: [] });
    expect(chain.compare([...keys, key(5)], [key(2), key(4), key(5)])).toEqual({
      load: [key(5)],
      list: [key(2), key(4), key(5)],
      gone: [],
    });
    expect(chain.compare([key(1), key(3)], [])).toEqual({ load: [], list: [], gone: [key(2)] });
    const strange = key(2).replace('3f9a1c', '000000');
    expect(chain.compare([...keys, strange], [])).toBeNull();
    await chain.forget();
    expect(chain.list()).toEqual([]);
    await make(chain, key(1), [put(file('photos/x'))]);
  });

  test('knows that versions before a new beginning are closed', async () => {
    const { chain } = await week();
    await chain.load(reader(headOf(key(4)), [dir('photos')]));
    expect(chain.list().map(({ closed }) => closed)).toEqual([true, true, true, false]);
    chain.closeAll();
    expect(chain.list().every(({ closed }) => closed)).toBe(true);
  });
});

test('any changes, told in any order, make the versions they were told of', async () => {
  const { next, pick } = dice(seedFor('any changes'));
  for (let round = 0; round < Math.ceil(scale.propertyRounds / 50); round += 1) {
    const { chain } = open();
    const model = new Map<string, VersionEntry>();
    const states = new Map<string, VersionEntry[]>();
    const drop = (path: string) => {
      for (const known of model.keys()) if (known === path || known.startsWith(`${path}/`)) model.delete(known);
    };
    const someFolder = () => pick(['p', 'p/a', 'p/a-', 'p/a/b', 'p/a.b', 'p/\xff']);
    for (let day = 1; day <= 8; day += 1) {
      const changes: VersionChange[] = [];
      for (let count = next(20); count > 0; count -= 1) {
        const path = `${someFolder()}/${pick(['a', 'b', 'a-', 'x', '\xff'])}`;
        if (next(3) === 0) {
          drop(path);
          changes.push(gone(path));
          continue;
        }
        const entry = next(4) === 0 ? dir(path) : file(path, { size: next(5) });
        for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
          const above = path.slice(0, at);
          if (model.get(above)?.type !== 'dir') model.set(above, bareEntry(above, 'dir'));
        }
        if (entry.type !== 'dir') drop(path);
        model.set(path, entry);
        changes.push(put(entry));
      }
      const all = () => [...model.values()].map(put);
      const breaks = next(4) === 0;
      if (breaks) {
        const broken = chain.record(key(day).replace('T02', 'T01'), { whole: !chain.certain() });
        await broken.add(changes.slice(0, next(changes.length + 1)));
        broken.close();
      }
      await make(chain, key(day), breaks ? all() : changes, breaks || day === 1);
      states.set(
        key(day),
        [...model.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
      );
      if (day === 5) {
        await chain.drop([key(2), key(4)]);
        states.delete(key(2));
        states.delete(key(4));
      }
    }
    for (const [version, entries] of states) expect(await entriesOf(chain, version)).toEqual(entries);
    const files = (entries: VersionEntry[]) => entries.filter(({ type }) => type === 'file');
    for (const { key: version, files: count, bytes } of chain.list()) {
      const held = files(states.get(version) ?? []);
      expect([count, bytes]).toEqual([held.length, held.reduce((sum, { size }) => sum + size, 0)]);
    }
  }
});

test('the tables of paths take no more room than they need', () => {
  const { db } = open();
  const sql = db.$client.query<{ sql: string }, []>(
    "SELECT sql FROM sqlite_master WHERE type = 'table' AND name IN ('v', 'kept')",
  );
  // After generating the migration anew, `) WITHOUT ROWID` is put behind these two tables by hand.
  for (const table of sql.all()) expect(table.sql).toEndWith('WITHOUT ROWID');
  expect(sql.all().length).toBe(2);
});
