import type { StorageDriver } from '../../src/storage/driver.ts';
import type { MemoryStore } from '../../src/storage/drivers/memory/store.ts';
import type { SyncItem, SyncProblem, SyncResult } from '../../src/sync/apply.ts';
import { createFilter } from '../../src/sync/filter.ts';
import type { Journal } from '../../src/sync/journal.ts';
import type { SyncOptions } from '../../src/sync/plan.ts';
import { createSync } from '../../src/sync/sync.ts';
import type { PlanTotals } from '../../src/sync/totals.ts';
import { snapshotTree } from './snapshot.ts';

export interface SyncSetup {
  driver: StorageDriver;
  journal: Journal;
  root: string;
  landing?: string;
  spoolDir: string;
  options?: Partial<SyncOptions>;
  exclude?: readonly string[];
  excludeFolders?: readonly string[];
  keep?(path: string): Promise<void>;
  signal?: AbortSignal;
  onItem?(item: SyncItem): void;
  /** Between planning and doing. */
  planned?(): void | Promise<void>;
}

export interface SyncOutcome {
  totals: PlanTotals;
  result: SyncResult;
  items: SyncItem[];
  problems: SyncProblem[];
  deletions: string[];
  /** As it was told last. */
  progress: { bytes: number; files: number };
  /** `action path`, sorted; without what was up to date. */
  told: string[];
}

/** One run of the engine, from an empty hand to the end. */
export async function syncOnce(setup: SyncSetup): Promise<SyncOutcome> {
  const sync = createSync({
    driver: setup.driver,
    sources: [{ root: setup.root, landing: setup.landing ?? 'in', excludeFolders: setup.excludeFolders ?? [] }],
    filter: createFilter(setup.exclude ?? []),
    options: { deleteExtraneous: true, checksum: false, dryRun: false, verbose: false, ...setup.options },
    journal: setup.journal,
    spoolDir: setup.spoolDir,
    ...(setup.keep ? { keep: setup.keep } : {}),
  });
  const signal = setup.signal ?? new AbortController().signal;
  const items: SyncItem[] = [];
  const problems: SyncProblem[] = [];
  const deletions: string[] = [];
  const progress = { bytes: 0, files: 0 };
  try {
    const totals = await sync.plan(signal, { onDeletion: (_, path) => deletions.push(path) });
    await setup.planned?.();
    const result = await sync.apply(signal, {
      phase() {},
      item(item) {
        items.push(item);
        setup.onItem?.(item);
      },
      problem: (problem) => problems.push(problem),
      progress(bytes, files) {
        progress.bytes = bytes;
        progress.files = files;
      },
    });
    const { transferred, unchanged, failed, vanished, failure } = result;
    if (failure === null && !signal.aborted && transferred + unchanged + failed + vanished !== totals.files)
      throw new Error(`${totals.files} files were looked at, but accounted for are ${JSON.stringify(result)}`);
    const changed = items.filter(({ action, kind }) => action !== 'unchanged' && kind === 'file');
    const told = changed.map(({ action, path }) => `${action} ${path}`).sort();
    return { totals, result, items, problems, deletions, progress, told };
  } finally {
    await sync.close();
  }
}

/** Path → SHA-256 of every file of a landing, as latin1 paths. */
export function filesThere(store: MemoryStore, landing = 'in'): Map<string, string> {
  const prefix = landing === '' ? '' : `${landing}/`;
  const inside = [...store.files].filter(([path]) => path.startsWith(prefix));
  return new Map(
    inside
      .map(([path, { bytes }]): [string, string] => [
        Buffer.from(path.slice(prefix.length)).toString('latin1'),
        new Bun.CryptoHasher('sha256').update(bytes).digest('hex'),
      ])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** The same of a source. */
export function filesOf(root: string): Map<string, string> {
  const files = [...snapshotTree(root)].filter(([, node]) => node.type === 'file');
  return new Map(
    files.map(([path, node]): [string, string] => [path, node.sha256 ?? '']).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
