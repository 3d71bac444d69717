import { describe, expect, test } from 'bun:test';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { restored, versionOf } from '../../../../test/harness/restores.ts';
import { scale } from '../../../../test/harness/scale.ts';
import { expectSameTree, snapshotTree, type TreeSnapshot } from '../../../../test/harness/snapshot.ts';
import { tempDir } from '../../../../test/harness/temp.ts';
import { buildTree } from '../../../../test/harness/trees.ts';
import { bareEntry } from '../manifest.ts';
import { noJournal } from './journal.ts';
import { type RestoreEntry, restorePolicies } from './model.ts';
import { restore } from './restore.ts';
import { originalPlaces, otherPlace } from './selection.ts';

const selections = {
  everything: [''],
  'one folder': ['photos/trip'],
  'one file': ['photos/trip/old.jpg'],
  'some of two sources': ['docs/letter', 'photos/trip/deep', 'photos/new.jpg'],
};

/** A destination with two landings, and their sources as they are now. */
function lab() {
  const dir = tempDir('matrix');
  const [from, other] = [join(dir, 'backup'), join(dir, 'other')] as [string, string];
  const sources = { photos: join(dir, 'home/photos'), docs: join(dir, 'home/docs') };
  for (const path of [other, ...Object.values(sources)]) mkdirSync(path, { recursive: true });
  buildTree(from, {
    'photos/trip/': { mode: 0o750, mtime: 1000 },
    'photos/trip/old.jpg': { content: 'version', mtime: 2000, mode: 0o640 },
    'photos/trip/second.jpg': { hardlink: 'photos/trip/old.jpg' },
    'photos/trip/deep/gone.jpg': { content: 'version', mtime: 2000 },
    'photos/new.jpg': { content: 'version', mtime: 2000 },
    'docs/letter': { content: 'version', mtime: 2000 },
    'docs/link': { symlink: 'letter' },
  });
  const now = {
    'trip/old.jpg': { content: 'mine', mtime: 1000 },
    'trip/mine.jpg': 'only here',
    'new.jpg': { content: 'mine', mtime: 3000 },
  };
  buildTree(sources.photos, now);
  buildTree(sources.docs, { letter: { content: 'mine', mtime: 1000 } });
  // At the other place lies what a restore made there before, and was changed since.
  buildTree(other, {
    'photos/trip/old.jpg': { content: 'mine', mtime: 1000 },
    'old.jpg': { content: 'mine', mtime: 1000 },
  });
  const landings = Object.entries(sources).map(([landing, source]) => ({ landing, source }));
  return { from, other, landings };
}

const cases = Object.keys(selections).flatMap((what) =>
  (['original', 'other'] as const).flatMap((where) =>
    restorePolicies.map((policy) => [what as keyof typeof selections, where, policy] as const),
  ),
);

describe('a restore of', () => {
  test.each(cases)('%s to the %s place with %s', async (what, where, policy) => {
    const { from, other, landings } = lab();
    const chosen = selections[what];
    const version = versionOf(from);
    const places = where === 'original' ? originalPlaces({ landings }, chosen) : [otherPlace(other, chosen)];
    for (const { root, pick } of places) {
      const before = snapshotTree(root);
      const entries: RestoreEntry[] = [];
      for await (const some of pick(
        (async function* () {
          yield version;
        })(),
      ))
        entries.push(...some);
      const dry = await restored({ from, root, entries, policy, dryRun: true });
      expectSameTree(before, root);
      const { items, names, result } = await restored({ from, root, entries, policy });
      expect(result.stopped).toBeNull();
      expect(names).toEqual(dry.names);
      const after = snapshotTree(root);
      const touched = new Set([...items.values()].map(({ to, as }) => (as === null ? to : join(to, '..', as))));
      expectKept(before, after, touched);
      for (const { to, as, from: path, action, type } of items.values()) {
        if (type !== 'file') continue;
        const at = as === null ? to : join(to, '..', as).replace(/^\.\//, '');
        const isVersion = action !== 'skip';
        expect([to, after.get(at)?.sha256]).toEqual([
          to,
          (isVersion ? snapshotTree(from) : before).get(isVersion ? path : to)?.sha256 as string,
        ]);
        if (isVersion) expect(after.get(at)?.mtimeNs).toBe(snapshotTree(from).get(path)?.mtimeNs as bigint);
      }
      const has = (word: string) => names.some((name) => name.startsWith(`${word} `));
      if (policy === 'skip') expect([has('replace'), has('keep_both')]).toEqual([false, false]);
      if (policy === 'overwrite') expect([has('skip'), has('keep_both')]).toEqual([false, false]);
      if (policy === 'keep_both') expect([has('skip'), has('replace')]).toEqual([false, false]);
      if (policy === 'overwrite_if_older' && after.get('new.jpg')?.size === 4)
        expect(readFileSync(join(root, 'new.jpg'), 'utf8')).toBe('mine');
    }
  });
});

/** What nobody chose is as it was; folders on the way only have another time. */
function expectKept(before: TreeSnapshot, after: TreeSnapshot, touched: ReadonlySet<string>): void {
  for (const [path, node] of before) {
    if (touched.has(path)) continue;
    const now = after.get(path);
    expect([path, now && { ...now, mtimeNs: 0n }]).toEqual([path, { ...node, mtimeNs: 0n }]);
  }
}

test('a list of any length takes no more memory', async () => {
  const root = tempDir('long-list');
  const count = scale.computedEntries;
  async function* entries() {
    for (let at = 0; at < count; at += 500) {
      const some: RestoreEntry[] = [];
      for (let n = at; n < at + 500; n += 1) {
        const folder = `d${String(Math.floor(n / 250)).padStart(6, '0')}`;
        const to = n % 250 === 0 ? folder : `${folder}/f${String(n).padStart(8, '0')}`;
        some.push({ entry: bareEntry(to, n % 250 === 0 ? 'dir' : 'file'), to, linkTo: null, scaffold: false });
      }
      yield some;
    }
  }
  Bun.gc(true);
  const before = process.memoryUsage.rss();
  let most = 0;
  let told = 0;
  const result = await restore({
    entries,
    open: async () => null,
    root,
    policy: 'overwrite',
    dryRun: true,
    signal: new AbortController().signal,
    askedAt: 0,
    journal: noJournal(),
    onItem: () => {
      told += 1;
      if (told % 10_000 === 0) most = Math.max(most, process.memoryUsage.rss());
    },
  });
  expect(result).toMatchObject({ stopped: null, actions: { create: count } });
  expect((most - before) / 1024 / 1024).toBeLessThan(128);
}, 120_000);
