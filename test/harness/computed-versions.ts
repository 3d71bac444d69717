import { closeSync, createReadStream, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrateDatabase } from '../../src/db/migrate.ts';
import { checkpoint, openDatabase } from '../../src/db/open.ts';
import { bareEntry, type VersionEntry, type VersionHead } from '../../src/features/versions/manifest.ts';
import { openManifest } from '../../src/features/versions/manifest-read.ts';
import { createManifestWriter } from '../../src/features/versions/manifest-write.ts';
import { planPrune } from '../../src/features/versions/prune.ts';
import { createVersions } from '../../src/features/versions/versions.store.ts';

/**
 * Prints what so many files in so many versions cost, as JSON: a catalogue, its manifest, and looking into both. A process
 * of its own: it measures memory. `flat`: all of them in one folder.
 */
const [count = '1000', versionCount = '30', how = 'folders'] = process.argv.slice(2);
const files = Number(count);
const versions = Number(versionCount);
const perFolder = how === 'flat' ? files : 250;
const perVersion = Math.ceil(files / 100);
const dir = mkdtempSync(join(tmpdir(), 'dynamight-versions-'));

/** Order of numbers is that of the names. */
const number = (value: number): string => String(value).padStart(7, '0');
const folderOf = (index: number): string => `photos/album ${number(Math.floor(index / perFolder))}`;
const fileAt = (index: number, version: number): VersionEntry => ({
  ...bareEntry(`${folderOf(index)}/IMG_${number(index)}.jpg`, 'file'),
  size: 1000 + (index % 5000) + version,
  mtimeNs: 1_767_578_400_000_000_000n + BigInt(index) * 7_919_000_001n,
  mode: 0o644,
  uid: 1000,
  gid: 1000,
  user: 'alice',
  group: 'alice',
  sha256: Bun.SHA256.hash(`${index}/${version}`, 'hex'),
});
const folder = (path: string): VersionEntry => ({ ...bareEntry(path, 'dir'), mode: 0o755, uid: 1000, gid: 1000 });
const keyOf = (version: number): string => `20260101T${String(version).padStart(6, '0')}Z-abcdef`;
const headOf = (version: number): VersionHead => ({
  version: keyOf(version),
  previous: version === 1 ? null : keyOf(version - 1),
  jobUuid: 'job',
  jobName: 'Photos',
  destinationId: 'place',
  appliance: { id: 'a', name: 'box' },
  startedAt: 0,
  completedAt: 0,
  status: 'completed',
  landings: [{ landing: 'photos', source: '/photos' }],
});

/** The first version has all files; each later one other hundredths of them anew. */
function* changesOf(version: number): Generator<VersionEntry[]> {
  const [from, to] = version === 1 ? [0, files] : [0, perVersion];
  if (version === 1) yield [folder('photos')];
  for (let at = from; at < to; at += 1000) {
    const batch: VersionEntry[] = [];
    for (let index = at; index < Math.min(at + 1000, to); index += 1) {
      const which = version === 1 ? index : (index * 100 + version * 37) % files;
      if (version === 1 && which % perFolder === 0) batch.push(folder(folderOf(which)));
      batch.push(fileAt(which, version));
    }
    yield batch;
  }
}

let longestTurnMs = 0;
let last = performance.now();
const beat = setInterval(() => {
  const now = performance.now();
  longestTurnMs = Math.max(longestTurnMs, now - last);
  last = now;
}, 1);
/** Milliseconds, and the longest time nobody else got a turn. */
async function timed(work: () => Promise<void> | void): Promise<{ ms: number; turnMs: number }> {
  await Bun.sleep(3);
  longestTurnMs = 0;
  const begin = performance.now();
  await work();
  const ms = performance.now() - begin;
  await Bun.sleep(3);
  process.stderr.write(`${Math.round(ms)} ms, ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB so far\n`);
  return { ms: Math.round(ms * 100) / 100, turnMs: Math.round(longestTurnMs) };
}
const percentile = (values: number[], share: number): number =>
  Math.round((values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? 0) * 1000) / 1000;

try {
  const path = join(dir, 'catalog.db');
  const db = openDatabase(path, 'NORMAL');
  migrateDatabase(db, join(import.meta.dir, '../../drizzle/catalog'), () => {});
  const chain = createVersions(db).chain('job', 'place');
  const signal = new AbortController().signal;

  const record = async (version: number): Promise<void> => {
    const recording = chain.record(keyOf(version), { whole: version === 1 });
    for (const batch of changesOf(version)) await recording.add(batch.map((entry) => ({ path: entry.path, entry })));
    await recording.settle();
    recording.finish(headOf(version), null);
    const keep =
      version === 1 ? [] : [...changesOf(version)].flat().map((entry) => ({ path: entry.path, size: entry.size }));
    await chain.kept.add(keyOf(version), keep);
    chain.kept.listed(keyOf(version));
  };
  const first = await timed(() => record(1));
  const deltas: number[] = [];
  for (let version = 2; version <= versions; version += 1) deltas.push((await timed(() => record(version))).ms);
  checkpoint(db);
  const catalogueMiB = Math.round(statSync(path).size / 2 ** 20);

  const pages: number[] = [];
  for (let look = 0; look < 500; look += 1) {
    const begin = performance.now();
    const version = keyOf(1 + ((look * 7) % versions));
    const page = chain.browse.folder(version, folderOf((look * 7919) % files), { limit: 500 });
    pages.push(performance.now() - begin);
    if (!page || page.entries.length !== Math.min(500, perFolder, files)) throw new Error('a folder is not whole');
  }
  let hits = 0;
  const rare = await timed(async () => {
    hits = (await chain.browse.search(`img_${number(files - 1)}`, { limit: 100, signal })).hits.length;
  });
  const none = await timed(async () => void (await chain.browse.search('ÄÖ no such name', { limit: 100, signal })));
  const often = await timed(async () => void (await chain.browse.search('img', { limit: 100, signal })));

  const manifest = join(dir, 'm.jsonl.zst');
  const middle = Math.ceil(versions / 2);
  const written = await timed(async () => {
    const fd = openSync(manifest, 'w');
    const writer = createManifestWriter(headOf(middle), { write: (chunk) => void writeSync(fd, chunk) });
    for await (const batch of chain.browse.entries(keyOf(middle))) await writer.add(batch);
    await writer.end();
    closeSync(fd);
  });
  let read = 0;
  const loaded = await timed(async () => {
    const reader = await openManifest(createReadStream(manifest));
    for await (const batch of reader.entries()) read += batch.length;
  });
  // As after a crash: the newest state is told once more, entry by entry.
  const again = await timed(async () => {
    await chain.load({ head: headOf(versions), entries: () => chain.browse.entries(keyOf(versions)) });
  });
  const remove = chain
    .list()
    .slice(0, Math.floor(versions / 2))
    .map(({ key }) => key);
  let unneeded = 0;
  const plan = await timed(async () => {
    for await (const batch of planPrune(chain, remove)) unneeded += batch.length;
  });
  const dropped = await timed(() => chain.drop(remove));

  process.stdout.write(
    `${JSON.stringify({
      first,
      deltaMs: percentile(deltas, 0.5),
      catalogueMiB,
      folderMs: { median: percentile(pages, 0.5), p99: percentile(pages, 0.99), max: percentile(pages, 1) },
      search: { rare, none, often, hits },
      manifest: { written, loaded, MiB: Math.round(statSync(manifest).size / 2 ** 20), entries: read },
      again,
      prune: { plan, unneeded, dropped },
      totals: chain.list().at(-1)?.files,
      maxRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    })}\n`,
  );
  db.$client.close();
} finally {
  clearInterval(beat);
  rmSync(dir, { recursive: true, force: true });
}
