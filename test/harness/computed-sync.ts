import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { computedEntry, createComputedDriver } from '../../src/storage/drivers/computed/driver.ts';
import { applyPlan } from '../../src/sync/apply.ts';
import { walkDestination } from '../../src/sync/destination.ts';
import { createFilter } from '../../src/sync/filter.ts';
import type { Journal, JournalRow } from '../../src/sync/journal.ts';
import { createMemoryJournal } from '../../src/sync/journal-memory.ts';
import type { Batch } from '../../src/sync/march.ts';
import { planLanding, type SyncOptions } from '../../src/sync/plan.ts';
import type { SourceEntry } from '../../src/sync/source.ts';
import { createSpool } from '../../src/sync/spool.ts';
import { noTotals } from '../../src/sync/totals.ts';

/** Prints what planning (and deleting) with this many computed entries took, as JSON. A process of its own: it measures memory. */
const [count = '1000', what = 'same', flat = 'flat'] = process.argv.slice(2);
const entries = Number(count);
const perFolder = 1000;

function sourceEntry(path: string, isFolder: boolean, size: number, mtimeNs: bigint): SourceEntry {
  const kind = isFolder ? 'dir' : 'file';
  const key = isFolder ? `${path}/` : path;
  const rest = { ctimeNs: 1n, ino: 1n, dev: 1n, mode: 0o644, uid: 0, gid: 0, nlink: 1 };
  return { key, path, kind, size, mtimeNs, ...rest };
}

async function* source(): AsyncGenerator<Batch<SourceEntry>> {
  if (what === 'delete') return;
  for (let first = 0; first < entries; first += perFolder) {
    const files = Array.from({ length: Math.min(perFolder, entries - first) }, (_, n) => {
      const { path, size, mtimeNs } = computedEntry(first + n, perFolder);
      return sourceEntry(path, false, size, mtimeNs ?? 0n);
    });
    yield { entries: [sourceEntry(files[0]?.path.split('/')[0] ?? '', true, 0, 0n), ...files] };
  }
}

/** Knows every file, and keeps none in memory. */
const journal: Journal = {
  ...createMemoryJournal(),
  folder(path) {
    const rows = new Map<string, JournalRow>();
    const number = Number(/^d(\d+)$/.exec(path)?.[1] ?? Number.NaN);
    for (let index = number * perFolder; index < Math.min((number + 1) * perFolder, entries); index += 1) {
      const entry = computedEntry(index, perFolder);
      const { size, mtimeNs, hash, tag, id } = entry;
      const remote = { size, mtimeNs, hash, tag, id };
      rows.set(entry.path.slice(path.length + 1), {
        size,
        mtimeNs: mtimeNs ?? 0n,
        ctimeNs: 1n,
        ino: 1n,
        sha256: 'x',
        remote,
      });
    }
    return what === 'same' ? rows : new Map();
  },
  remove() {},
};

const dir = mkdtempSync(join(tmpdir(), 'dynamight-computed-'));
try {
  const driver = createComputedDriver({ entries: what === 'new' ? 0 : entries, perFolder, flat: flat === 'flat' });
  const signal = new AbortController().signal;
  const spool = (name: string) => createSpool(dir, name);
  const spools = { work: spool('work'), removals: spool('removals'), folders: spool('folders'), late: spool('late') };
  const options: SyncOptions = { deleteExtraneous: true, checksum: false, dryRun: false, verbose: false };
  const totals = noTotals();
  const filter = createFilter([]);
  const started = performance.now();
  const { removalsHold } = await planLanding({
    index: 0,
    landing: '',
    source: source(),
    destination: walkDestination({
      driver,
      landing: '',
      filter,
      excludeFolders: new Set(),
      fold: null,
      onProblem() {},
      signal,
    }),
    capabilities: driver.capabilities,
    foldersListed: flat !== 'flat',
    journal,
    options,
    spools,
    totals,
    look: {},
  });
  const planMs = performance.now() - started;
  const planCpuMs = process.cpuUsage().user / 1000;
  const result = await applyPlan({
    driver,
    sources: [{ landing: '', files: { open: async () => null, close: async () => {} } }],
    spools,
    mayRemove: new Set(removalsHold ? [0] : []),
    options,
    journal,
    fold: null,
    sink: { phase() {}, item() {}, problem() {}, progress() {} },
    signal,
  });
  const applyMs = performance.now() - started - planMs;
  const { failure, ...counted } = result;
  const maxRssMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  const spooled = spools.work.count + spools.removals.count;
  console.log(
    JSON.stringify({ planMs, planCpuMs, applyMs, maxRssMiB, spooled, failure, counts: driver.counts, ...counted }),
  );
} finally {
  rmSync(dir, { recursive: true, force: true });
}
