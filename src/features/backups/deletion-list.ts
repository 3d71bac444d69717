import type { LogStore } from './logs.store.ts';
import { displayName, pathBytes } from './names.ts';
import type { DeletionView } from './schema.ts';

/** Paths kept in memory: most runs delete less, and then nothing is written. */
const batchPaths = 1000;

export interface DeletionListDeps {
  runUuid: string;
  logs: Pick<LogStore, 'addDeletions' | 'dropDeletions'>;
  /** The list cannot be stored (full disk …): told once, the guard decides all the same. */
  onLost(error: unknown): void;
}

/** What a run would delete, stored while it is found: it may be a million paths, and the guard may let the run pass. */
export function createDeletionList({ runUuid, logs, onLost }: DeletionListDeps) {
  let batch: Buffer[] = [];
  let stored = false;
  let kept = false;
  let lost = false;

  const store = () => {
    const paths = batch;
    batch = [];
    if (lost || paths.length === 0) return;
    try {
      logs.addDeletions(runUuid, paths);
      stored = true;
    } catch (error) {
      lost = true;
      onLost(error);
    }
  };

  return {
    /** `path` is relative to the landing, one character per byte. */
    add(landing: string, path: string): void {
      batch.push(Buffer.concat([Buffer.from(`${landing}\0`), pathBytes(path)]));
      if (batch.length >= batchPaths) store();
    },
    /** The run stops here and somebody will want to read the list. */
    keep(): void {
      store();
      kept = !lost; // half a list is worse than none
    },
    /** Removes the list unless it is to be kept. */
    async close(): Promise<void> {
      batch = [];
      if (kept || !stored) return;
      try {
        while (logs.dropDeletions(runUuid)) await Bun.sleep(0);
      } catch (error) {
        if (!lost) onLost(error); // the rest goes with the run
      }
    },
  };
}

/** A stored entry as it leaves the API. */
export function listedPath(entry: Buffer): DeletionView {
  const end = entry.indexOf(0);
  return { landing: entry.toString('utf8', 0, end), path: displayName(entry.subarray(end + 1)) };
}
