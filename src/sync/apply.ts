import type { StorageDriver } from '../storage/driver.ts';
import { StorageError } from '../storage/errors.ts';
import type { SourceFiles } from './content.ts';
import type { Journal } from './journal.ts';
import { createLedger } from './ledger.ts';
import { bytesOf, type Fold } from './names.ts';
import type { Spools, SyncOptions } from './plan.ts';
import { createPool } from './pool.ts';
import { removeAll } from './remove.ts';
import type { Operation, Spool } from './spool.ts';
import { createStops } from './stops.ts';
import { createVerifier } from './verify.ts';
import { createWorker } from './work.ts';

/** One path that was dealt with. `path` is relative to the landing, one latin1 character per byte. */
export interface SyncItem {
  landing: string;
  path: string;
  action: 'new' | 'changed' | 'attributes' | 'unchanged' | 'deleted';
  kind: 'file' | 'dir' | 'link' | 'other';
  /** Bytes; 0 for deletions and for all that is no file. */
  size: number;
  /** Of the content that was sent or compared, hex. */
  sha256?: string;
}

export interface SyncProblem {
  landing: string;
  path: string;
  level: 'warning' | 'error';
  message: string;
}

/** Where the engine tells what it does, synchronously. */
export interface SyncSink {
  phase(phase: 'transferring' | 'deleting'): void;
  item(item: SyncItem): void;
  problem(problem: SyncProblem): void;
  /** Bytes sent and files finished since `apply` began. */
  progress(bytes: number, files: number): void;
}

export interface SyncResult {
  /** Regular files by what became of them; `failed` and `vanished` were named. */
  transferred: number;
  unchanged: number;
  failed: number;
  vanished: number;
  /** Regular files removed. */
  deletedFiles: number;
  /** Why everything stopped before its end; null when all was worked through, or when it was cancelled. */
  failure: StorageError | null;
}

export interface ApplyInput {
  driver: StorageDriver;
  /** By the position of their landing. */
  sources: readonly { landing: string; files: SourceFiles }[];
  spools: Spools;
  /** Landings whose removals hold. */
  mayRemove: ReadonlySet<number>;
  options: SyncOptions;
  journal: Journal;
  fold: Fold | null;
  keep?(path: string): Promise<void>;
  sink: SyncSink;
  signal: AbortSignal;
}

/** Bytes of content in flight at most, as far as one file can take. */
const budgetBytes = 64 * 1024 * 1024;
/** Even the largest file is read in parts. */
const heaviestBytes = 32 * 1024 * 1024;

/** Works through a plan. Settles when nothing is in flight, and everything that was done is in the journal. */
export async function applyPlan(input: ApplyInput): Promise<SyncResult> {
  const { driver, spools, options, sink } = input;
  const result: SyncResult = {
    transferred: 0,
    unchanged: 0,
    failed: 0,
    vanished: 0,
    deletedFiles: 0,
    failure: null,
  };
  const stops = createStops(input.signal);
  const ledger = createLedger(input.journal);
  const verifier = createVerifier(driver, input.fold);
  const landings = input.sources.map(({ landing }) => ({ landing, bytes: bytesOf(landing) }));
  const context = { ...input, result, stops, ledger, verifier, landings };
  const worker = createWorker(context);

  async function through(spool: Spool): Promise<void> {
    const pool = createPool(Math.max(1, driver.capabilities.parallelWrites), budgetBytes, stops.failed);
    try {
      for await (const operations of spool.read()) {
        for (const operation of operations) {
          if (stops.signal.aborted) return;
          if (!needsWork(operation, options)) worker.note(operation);
          else await pool.start(weightOf(operation), () => worker.act(operation));
        }
        if (verifier.isFull()) {
          await pool.idle();
          await verifier.run(stops.signal);
        }
      }
      await pool.idle();
      if (!stops.signal.aborted) await verifier.run(stops.signal);
    } finally {
      await pool.idle();
    }
  }

  try {
    sink.phase('transferring');
    await through(spools.work);
    if (!stops.signal.aborted && (spools.removals.count > 0 || spools.folders.count > 0)) {
      sink.phase('deleting');
      await removeAll(context);
    }
    if (!stops.signal.aborted) await through(spools.late);
  } catch (error) {
    stops.failed(error);
  } finally {
    stops.close();
    ledger.flush();
  }
  const { failure } = stops;
  if (failure !== null && !(failure instanceof StorageError)) throw failure;
  result.failure = failure;
  return result;
}

const needsWork = (operation: Operation, { dryRun }: SyncOptions): boolean =>
  operation.is === 'compare' || (!dryRun && (operation.is === 'upload' || operation.is === 'make_folder'));

const weightOf = (operation: Operation): number =>
  operation.is === 'upload' || operation.is === 'compare' ? Math.min(operation.file.size, heaviestBytes) : 0;
