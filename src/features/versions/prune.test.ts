import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { dice } from '../../../test/harness/random.ts';
import { scale } from '../../../test/harness/scale.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { migrateDatabase } from '../../db/migrate.ts';
import { openDatabase } from '../../db/open.ts';
import { bareEntry, type VersionEntry, type VersionHead } from './manifest.ts';
import { type PrunePort, planPrune, prune, type Unneeded } from './prune.ts';
import { pathOfPlace, resolve, storedPath } from './resolve.ts';
import { createVersions, type VersionChain } from './versions.store.ts';

const signal = new AbortController().signal;
const keyOf = (attempt: number): string => `20260101T${String(attempt).padStart(6, '0')}Z-abcdef`;
const headOf = (version: string): VersionHead => ({
  version,
  previous: '20250101T000000Z-000000',
  jobUuid: 'job',
  jobName: 'Photos',
  destinationId: 'place',
  appliance: { id: 'a', name: 'box' },
  startedAt: 1,
  completedAt: 2,
  status: 'completed',
  landings: [{ landing: 'p', source: '/p' }],
});

/** A destination in memory, run as rsync runs it: what is replaced or deleted moves to the attempt's folder. */
function createPlace() {
  const newest = new Map<string, string>();
  const history = new Map<string, Map<string, string>>();
  const manifests = new Map<string, VersionEntry[]>();
  let left = Number.POSITIVE_INFINITY;
  const step = (): void => {
    if (left <= 0) throw new Error('the power is gone');
    left -= 1;
  };
  const port: PrunePort = {
    async removeManifest(key) {
      step();
      manifests.delete(key);
    },
    async removeHistory(key, paths) {
      for (const path of paths) {
        step();
        history.get(key)?.delete(path);
      }
      if (history.get(key)?.size === 0) history.delete(key);
    },
  };
  const folders = { has: (key: string, path: string) => history.get(key)?.has(path) ?? false };
  return {
    newest,
    history,
    manifests,
    port,
    /** So many more things are removed before the power goes. */
    powerFor: (steps: number) => {
      left = steps;
    },
    all: () => [...history].flatMap(([key, files]) => [...files.keys()].map((path) => `${key} ${path}`)),
    /** What is found in history for any version. */
    async inUse(): Promise<Set<string>> {
      const used = new Set<string>();
      for (const [version, entries] of manifests)
        for (const entry of entries) {
          const path = storedPath(entry);
          const { history: key } = await resolve(version, path, [...history.keys()], folders);
          if (key !== null && entry.type === 'file') used.add(`${key} ${path}`);
        }
      return used;
    },
    /** Every version, file by file, as a person would find them without any program of ours. */
    async byHand(): Promise<Map<string, Map<string, string | undefined>>> {
      const found = new Map<string, Map<string, string | undefined>>();
      for (const [version, entries] of manifests) {
        const files = new Map<string, string | undefined>();
        for (const entry of entries) {
          if (entry.type !== 'file') continue;
          const path = storedPath(entry);
          const place = await resolve(version, path, [...history.keys()], folders);
          const whole = pathOfPlace(place, path);
          const inHistory = place.history === null ? undefined : history.get(place.history)?.get(path);
          files.set(entry.path, whole.startsWith('.dynamight/') ? inHistory : newest.get(path));
        }
        found.set(version, files);
      }
      return found;
    },
  };
}

function openChain() {
  const db = openDatabase(join(tempDir('prune'), 'catalog.db'), 'NORMAL');
  migrateDatabase(db, join(import.meta.dir, '../../../drizzle/catalog'), () => {});
  return createVersions(db).chain('job', 'place');
}

type Place = ReturnType<typeof createPlace>;

/** Runs that change, delete and bring back files; some fail, and leave only history. */
async function live(place: Place, chain: VersionChain, seed: number, attempts: number) {
  const { next, pick } = dice(seed);
  const truth = new Map<string, Map<string, string>>();
  // One is stored under a name that another has, which is stored under a third.
  const names = ['p/a', 'p/b', 'p/dir/c', 'p/dir/d', 'p/x:', 'p/x_', 'p/dir-e'];
  const storedAs = (path: string): string | null => ({ 'p/x:': 'p/x_', 'p/x_': 'p/x__' })[path] ?? null;
  const source = new Map<string, string>();
  let content = 0;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const key = keyOf(attempt);
    const fails = attempt > 1 && next(4) === 0;
    const recording = chain.record(key, { whole: attempt === 1 });
    const keptNow = new Map<string, string>();
    for (let change = 1 + next(4); change > 0; change -= 1) {
      const path = pick(names);
      const stored = storedAs(path) ?? path;
      const old = place.newest.get(stored);
      if (keptNow.has(stored)) continue; // once in a run
      if (old !== undefined) keptNow.set(stored, old);
      if (old !== undefined && next(3) === 0) {
        source.delete(path);
        place.newest.delete(stored);
        await recording.add([{ path, entry: null }]);
      } else {
        content += 1;
        source.set(path, `content ${content}`);
        place.newest.set(stored, `content ${content}`);
        const entry = { ...bareEntry(path, 'file'), size: content, storedAs: storedAs(path) };
        await recording.add([{ path, entry }]);
      }
    }
    if (keptNow.size > 0) place.history.set(key, keptNow);
    await chain.kept.add(
      key,
      [...keptNow].map(([path, text]) => ({ path, size: text.length })),
    );
    chain.kept.listed(key);
    await recording.settle();
    if (fails && attempt < attempts) recording.finishWithout();
    else {
      const entries: VersionEntry[] = [];
      for await (const batch of recording.entries()) entries.push(...batch);
      recording.finish(headOf(key), null);
      place.manifests.set(key, entries);
      truth.set(key, new Map(source));
    }
  }
  return truth;
}

/** From what lies at the destination alone. */
async function rebuilt(place: Place): Promise<VersionChain> {
  const chain = openChain();
  const keys = [...new Set([...place.manifests.keys(), ...place.history.keys()])].sort();
  for (const key of keys) {
    const manifest = place.manifests.get(key);
    chain.begin(key);
    if (manifest)
      await chain.load({
        head: headOf(key),
        async *entries() {
          yield manifest;
        },
      });
    const files = [...(place.history.get(key) ?? [])].map(([path, text]) => ({ path, size: text.length }));
    await chain.kept.add(key, files);
    chain.kept.listed(key);
  }
  return chain;
}

const expectTruth = async (place: Place, truth: Map<string, Map<string, string>>) => {
  for (const [version, files] of await place.byHand()) expect(files).toEqual(truth.get(version) ?? new Map());
};

const copyOf = (place: Place): Place => {
  const copy = createPlace();
  for (const [path, text] of place.newest) copy.newest.set(path, text);
  for (const [key, files] of place.history) copy.history.set(key, new Map(files));
  for (const [key, entries] of place.manifests) copy.manifests.set(key, entries);
  return copy;
};

const shape = (place: Place) => ({
  manifests: [...place.manifests.keys()].sort(),
  history: [...place.history].map(([key, files]) => `${key}: ${[...files.keys()].sort().join()}`).sort(),
});

const seeds = Array.from({ length: Math.ceil(scale.propertyRounds / 100) }, (_, at) => at + 1);

test.each(seeds)(
  'every version that stays holds what it held, wherever the power goes while others are pruned (world %d)',
  async (seed) => {
    const origin = createPlace();
    const chain = openChain();
    const truth = await live(origin, chain, seed, 12);
    await expectTruth(origin, truth);
    const { next } = dice(seed + 1000);
    const all = [...origin.manifests.keys()].sort();
    const remove = all.slice(0, -1).filter(() => next(2) === 0);
    const planned: Unneeded[] = [];
    for await (const batch of planPrune(chain, remove)) planned.push(...batch);

    const whole = copyOf(origin);
    const pruned = await prune(await rebuilt(whole), whole.port, { remove, manifests: all, signal });
    await expectTruth(whole, truth);
    // and nothing else is left
    expect([...(await whole.inUse())].sort()).toEqual(whole.all().sort());
    const wanted = shape(whole);
    expect(wanted.manifests).toEqual(all.filter((key) => !remove.includes(key)));
    expect([pruned.versions, pruned.files]).toEqual([remove.length, planned.length]);
    expect(pruned.bytes).toBe(planned.reduce((sum, { size }) => sum + size, 0));

    for (let steps = 0; steps < remove.length + planned.length; steps += 1) {
      const place = copyOf(origin);
      const torn = await rebuilt(place);
      place.powerFor(steps);
      expect(prune(torn, place.port, { remove, manifests: all, signal })).rejects.toThrow('the power is gone');
      await expectTruth(place, truth);
      place.powerFor(Number.POSITIVE_INFINITY);
      // every other time the catalogue is lost as well
      const after = steps % 2 === 0 ? torn : await rebuilt(place);
      await prune(after, place.port, { remove, manifests: [...place.manifests.keys()], signal });
      await expectTruth(place, truth);
      expect(shape(place)).toEqual(wanted);
    }
  },
);

test('the catalogue finds each file where a person would', async () => {
  for (const seed of seeds) {
    const place = createPlace();
    const chain = openChain();
    await live(place, chain, seed, 12);
    const keys = [...place.history.keys()];
    const history = { has: (key: string, path: string) => place.history.get(key)?.has(path) ?? false };
    for (const [version, entries] of place.manifests)
      for (const entry of entries) {
        const { history: wanted } = await resolve(version, storedPath(entry), keys, history);
        if (entry.type === 'file') expect(chain.kept.locate(version, storedPath(entry))).toBe(wanted);
      }
  }
});

test('what came with a version the catalogue has not seen is not pruned', async () => {
  const place = createPlace();
  const chain = openChain();
  await live(place, chain, 1, 6);
  const manifests = [...place.manifests.keys(), '20270101T000000Z-abcdef'];
  expect(prune(chain, place.port, { remove: [], manifests, signal })).rejects.toThrow('load it first');
  const newest = chain.newest()?.key as string;
  expect(prune(chain, place.port, { remove: [newest], manifests: [newest], signal })).rejects.toThrow('never removed');
});

test('history of runs that failed is looked at before anybody relies on it', async () => {
  const chain = openChain();
  chain.begin(keyOf(1));
  expect(chain.kept.unlisted()).toEqual([keyOf(1)]);
  await chain.kept.add(keyOf(1), [{ path: 'p/a', size: 1 }]);
  expect(chain.kept.unlisted()).toEqual([keyOf(1)]);
  chain.kept.listed(keyOf(1));
  expect(chain.kept.unlisted()).toEqual([]);
});
