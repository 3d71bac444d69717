import { transaction } from '../../db/open.ts';
import type { VersionEntry, VersionHead } from './manifest.ts';
import { createRecord, type RecordDeps, type VersionChange } from './record.store.ts';
import type { Version } from './version.ts';

/** What one attempt changes. Not to be used by two at once. */
export interface Recording {
  /** In the order given; told again, nothing changes. */
  add(changes: Iterable<VersionChange>): Promise<void>;
  /** Ends what was not told of where everything was told; before all that follows. Safe to repeat. */
  settle(): Promise<void>;
  /** Whether anything is other than in the newest version. */
  changed(): boolean;
  /** All there is now, some hundred at a time, in the order of a manifest. */
  entries(): AsyncGenerator<VersionEntry[]>;
  /** The attempt made this version. */
  finish(head: VersionHead, runUuid: string | null): Version;
  /** The attempt made none, and everything it changed was told. */
  finishWithout(): void;
  /** Gives up: the next recording has to be a whole one. Safe to repeat, and after the others. */
  close(): void;
}

interface RecordingDeps extends RecordDeps {
  key: string;
  entries(): AsyncGenerator<VersionEntry[]>;
  /** Number of the version before this attempt; 0: none. */
  versionBefore(): number;
  version(): Version;
  /** Later changes left no old copies of what versions before a key hold. */
  closeBefore(key: string): void;
}

/** `createRecord`, and what becomes of the attempt in the end. */
export function createRecording({
  key,
  entries,
  versionBefore,
  version,
  closeBefore,
  ...deps
}: RecordingDeps): Recording {
  const { db, chain, id, whole } = deps;
  const { $client: client } = db;
  const totals = client.query<{ files: number; bytes: number; changed: number }, [number]>(
    'SELECT files, bytes, changed FROM chains WHERE id = ?',
  );
  const put = client.query(
    `INSERT INTO versions
       (id, previous, status, job_name, appliance, landings, started_at, completed_at, run_uuid, files, bytes)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET status = excluded.status, completed_at = excluded.completed_at,
       run_uuid = coalesce(excluded.run_uuid, run_uuid), files = excluded.files, bytes = excluded.bytes`,
  );
  // A whole one knows what those before it left.
  const recorded = client.query(
    `UPDATE attempts SET recorded = 1 WHERE chain = ?1 AND ${whole ? 'id <= ?2' : 'id = ?2'}`,
  );
  const work = createRecord(deps);
  let settled = false;
  const mustBeSettled = (): void => {
    if (!settled) throw new Error('what a recording says is known only after `settle`');
  };

  return {
    add(changes) {
      settled = false;
      return work.add(changes);
    },
    async settle() {
      if (!settled) await work.sweep();
      settled = true;
    },
    changed() {
      mustBeSettled();
      return (totals.get(chain)?.changed ?? 0) > versionBefore();
    },
    entries() {
      mustBeSettled();
      return entries();
    },
    finish(head, runUuid) {
      mustBeSettled();
      if (head.version !== key) throw new Error('another version was recorded');
      const [appliance, landings] = [JSON.stringify(head.appliance), JSON.stringify(head.landings)];
      const { previous, status, jobName, startedAt, completedAt } = head;
      transaction(db, () => {
        const { files, bytes } = totals.get(chain) as { files: number; bytes: number };
        put.run(id, previous, status, jobName, appliance, landings, startedAt, completedAt, runUuid, files, bytes);
        if (previous === null) closeBefore(key); // a new beginning
        recorded.run(chain, id);
      });
      work.close();
      return version();
    },
    finishWithout() {
      mustBeSettled();
      recorded.run(chain, id);
      work.close();
    },
    close: work.close,
  };
}
