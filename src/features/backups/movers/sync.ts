import { isDiskFull } from '../../../core/errors.ts';
import type { StorageDriver } from '../../../storage/driver.ts';
import { StorageError } from '../../../storage/errors.ts';
import { createFilter } from '../../../sync/filter.ts';
import type { Journal } from '../../../sync/journal.ts';
import { createMemoryJournal } from '../../../sync/journal-memory.ts';
import { createSync } from '../../../sync/sync.ts';
import type { PlanTotals } from '../../../sync/totals.ts';
import type { SyncOptions } from '../model.ts';
import { pathBytes } from '../names.ts';
import type { CheckedSource } from '../sources.ts';
import { boxFull, RunStop } from '../stop.ts';
import { failureOfStorage, stopFor } from '../storage-trouble.ts';
import { surveyTree } from '../survey.ts';
import type { Mover, MoverLook, MoverPlan, MoverResult } from './mover.ts';
import { createSetHash } from './set-hash.ts';

export interface SyncMoverInput {
  /** Stays open: it is the caller's. */
  driver: StorageDriver;
  sources: readonly CheckedSource[];
  options: SyncOptions;
  /** null: nothing is known of this destination. */
  journal: Journal | null;
  /** Of this mover alone; plans lie there while they are worked through. */
  spoolDir: string;
  /** Folder for replaced and deleted files, from the root; null keeps none. */
  historyDir: string | null;
}

/** The sync engine: sources of this machine into landings at a storage service. The last plan is what `apply` does. */
export function createSyncMover(input: SyncMoverInput): Mover & { close(): Promise<void> } {
  const { driver, options, historyDir } = input;
  const sync = createSync({
    driver,
    sources: input.sources.map(({ real, landing, excludeFolders }) => ({ root: real, landing, excludeFolders })),
    filter: createFilter(options.exclude_patterns),
    options: {
      deleteExtraneous: options.delete_extraneous,
      checksum: options.checksum,
      dryRun: options.dry_run,
      verbose: options.verbosity === 'verbose',
    },
    journal: input.journal ?? createMemoryJournal(),
    spoolDir: input.spoolDir,
    ...(historyDir === null ? {} : { keep: (path: string) => keep(driver, path, `${historyDir}/${path}`) }),
  });
  let planned: { totals: PlanTotals; deletionsHash: string } | null = null;

  async function look(signal: AbortSignal, { onDeletion, onFile, onSource }: MoverLook) {
    if (onSource) for (const { real, landing } of input.sources) onSource(landing, await surveyTree(real, signal));
    const deletions = createSetHash();
    const totals = await sync.plan(signal, {
      onDeletion(landing, path) {
        deletions.add(Buffer.concat([Buffer.from(`${landing}\0`), pathBytes(path)]));
        onDeletion?.(landing, path);
      },
      ...(onFile ? { onFile: (file) => onFile({ ...file, kind: 'file' }) } : {}),
    });
    planned = { totals, deletionsHash: deletions.hex() };
    return planned;
  }

  return {
    plan: (signal, wanted = {}) =>
      told(async (): Promise<MoverPlan> => {
        // What files occupy here says nothing about what they take there.
        const { totals, deletionsHash } = (wanted.measure ? planned : null) ?? (await look(signal, wanted));
        const { files, bytes, transferFiles, transferBytes, deletions, filesThere } = totals;
        return {
          files,
          bytes,
          transferFiles,
          transferBytes,
          roomBytes: transferBytes,
          deletions,
          filesThere,
          deletionsHash,
        };
      }),
    apply: (signal, sink) =>
      told(async (): Promise<MoverResult> => {
        const result: MoverResult = { lists: new Map(), deletedFiles: 0, brokeOff: false, failure: null };
        try {
          const { totals } = planned ?? (await look(signal, {}));
          const { deletedFiles, failure } = await sync.apply(signal, sink);
          const lists = new Map([...totals.lists].filter(([, list]) => list.whole));
          return { ...result, lists, deletedFiles, failure: failure && failureOfStorage(failure) };
        } catch (error) {
          if (signal.aborted) return result;
          if (error instanceof StorageError) return { ...result, failure: failureOfStorage(error) };
          throw error;
        }
      }),
    flush: async () => {}, // a service has what it acknowledged
    close: sync.close,
  };
}

/** A copy made by the service leaves the file where it is until the new one is there; elsewhere it is moved aside. */
async function keep(driver: StorageDriver, path: string, aside: string): Promise<void> {
  const { signal } = new AbortController();
  try {
    await (driver.copy ? driver.copy(path, aside, signal) : driver.move(path, aside, signal));
  } catch (error) {
    if (!(error instanceof StorageError && error.code === 'not_found')) throw error;
  }
}

/** The only disk written to here is our own. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isDiskFull(error) ? new RunStop('no_space', boxFull) : stopFor(error);
  }
}
