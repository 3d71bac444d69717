import { mkdirSync } from 'node:fs';
import { errnoOf } from '../core/errors.ts';
import { type DirHandle, openRoot } from '../lib/dirfd.ts';
import type { StorageDriver } from '../storage/driver.ts';
import { StorageError } from '../storage/errors.ts';
import { applyPlan, type SyncResult, type SyncSink } from './apply.ts';
import { openSourceFiles } from './content.ts';
import { walkDestination } from './destination.ts';
import type { Filter } from './filter.ts';
import type { Journal } from './journal.ts';
import { bytesOf, foldOf } from './names.ts';
import { type PlanLook, pathTrouble, planLanding, type Spools, type SyncOptions } from './plan.ts';
import { walkSource } from './source.ts';
import { createSpool } from './spool.ts';
import { noTotals, type PlanTotals } from './totals.ts';
import { twinChooser } from './twins.ts';

interface SyncInput {
  driver: StorageDriver;
  sources: readonly {
    /** Absolute, links resolved. */
    root: string;
    /** Folder at the destination it fills; they never lie in one another. */
    landing: string;
    /** Folders below it that are never sent, relative. */
    excludeFolders: readonly string[];
  }[];
  filter: Filter;
  options: SyncOptions;
  journal: Journal;
  /** Where plans lie while they are worked through; made when it is missing. */
  spoolDir: string;
  /** Puts a file (from the driver's root) somewhere safe before it is replaced or removed. It may copy or move it. */
  keep?(path: string): Promise<void>;
}

/**
 * Makes landings at a destination the same as their sources. Use: `plan`, then `apply`, then `close`; a plan that is not
 * applied has changed nothing.
 */
export interface Sync {
  /**
   * Looks at both sides and notes what is to be done. Rejects with a StorageError when the destination cannot be listed
   * at all (`source` when a source is not there), with the signal's reason when cancelled. May be repeated; the last plan counts.
   */
  plan(signal: AbortSignal, look?: PlanLook): Promise<PlanTotals>;
  /**
   * Does it (planning first where nobody did). After an abort it settles, with what was done, as soon as nothing is in
   * flight. Throws only what is no fault of the destination (the journal's or the spool's disk, say).
   */
  apply(signal: AbortSignal, sink: SyncSink): Promise<SyncResult>;
  /** Frees handles and removes the plan. The driver stays open: it is the caller's. */
  close(): Promise<void>;
}

/** Prepares a run; nothing is opened before `plan`. */
export function createSync(input: SyncInput): Sync {
  const { driver, journal, options } = input;
  const { capabilities } = driver;
  const fold = foldOf(capabilities);
  let planned: { spools: Spools; mayRemove: Set<number>; totals: PlanTotals } | null = null;

  const forget = (): void => {
    if (planned) for (const spool of Object.values(planned.spools)) spool.close();
    planned = null;
  };

  async function plan(signal: AbortSignal, look: PlanLook = {}): Promise<PlanTotals> {
    forget();
    mkdirSync(input.spoolDir, { recursive: true, mode: 0o700 });
    const spool = (name: string) => createSpool(input.spoolDir, name);
    const spools = { work: spool('work'), removals: spool('removals'), folders: spool('folders'), late: spool('late') };
    const totals = noTotals();
    const mayRemove = new Set<number>();
    planned = { spools, mayRemove, totals };
    try {
      for (const index of input.sources.keys()) {
        const { removalsHold } = await planSource(index, signal, look, spools, totals);
        if (removalsHold) mayRemove.add(index);
      }
      await tellRemovals(signal, look, planned);
      return totals;
    } catch (error) {
      forget();
      throw error;
    }
  }

  async function planSource(index: number, signal: AbortSignal, look: PlanLook, spools: Spools, totals: PlanTotals) {
    const source = input.sources[index] as (typeof input.sources)[number];
    const { landing } = source;
    const excludeFolders = new Set(source.excludeFolders.map(bytesOf));
    const onProblem = ({ path, level, message }: { path: string; level: 'warning' | 'error'; message: string }) => {
      look.onProblem?.({ landing, path, level, message });
      spools.work.add({ is: 'problem', landing: index, path, level, message });
    };
    const shared = { filter: input.filter, excludeFolders, fold, onProblem, signal };
    const root = await openSource(source.root);
    try {
      const folderProblem = (path: string) => pathTrouble(capabilities, landing, path);
      const chooseTwin = twinChooser({ driver, journal, landing, signal });
      return await planLanding({
        index,
        landing,
        source: walkSource({ ...shared, root, folderProblem, chooseTwin }),
        destination: walkDestination({ ...shared, driver, landing }),
        capabilities,
        foldersListed: !(capabilities.flat && driver.listBelow && fold === null),
        journal,
        options,
        spools,
        totals,
        look,
      });
    } finally {
      await root.close();
    }
  }

  return {
    plan,
    async apply(signal, sink) {
      if (!planned) await plan(signal);
      const { spools, mayRemove, totals } = planned as NonNullable<typeof planned>;
      const opened: { landing: string; files: ReturnType<typeof openSourceFiles>; close(): Promise<void> }[] = [];
      try {
        for (const { root, landing } of input.sources) {
          const dir = await openSource(root);
          const files = openSourceFiles(dir);
          opened.push({
            landing,
            files,
            async close() {
              await files.close();
              await dir.close();
            },
          });
        }
        const { keep } = input;
        const result = await applyPlan({
          driver,
          sources: opened,
          spools,
          mayRemove,
          options,
          journal,
          fold,
          ...(keep ? { keep } : {}),
          sink,
          signal,
        });
        result.unchanged += totals.unchangedFiles;
        result.failed += totals.failedFiles;
        return result;
      } finally {
        for (const one of opened) await one.close();
      }
    },
    async close() {
      forget();
    },
  };
}

async function openSource(path: string): Promise<DirHandle> {
  try {
    return await openRoot(path);
  } catch (error) {
    const why = errnoOf(error) ?? 'unknown error';
    throw new StorageError('source', `The source ${path} cannot be opened (${why}). Is it mounted?`, { cause: error });
  }
}

/** Deletions are told when all lists were seen: one that broke off at its last page takes them back. */
async function tellRemovals(
  signal: AbortSignal,
  look: PlanLook,
  { spools, mayRemove, totals }: { spools: Spools; mayRemove: ReadonlySet<number>; totals: PlanTotals },
): Promise<void> {
  const landings = [...totals.lists.keys()];
  for await (const operations of spools.removals.read()) {
    signal.throwIfAborted();
    for (const { landing, path } of operations) {
      if (!mayRemove.has(landing)) continue;
      totals.deletions += 1;
      look.onDeletion?.(landings[landing] ?? '', path);
    }
  }
}
