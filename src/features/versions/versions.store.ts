import { type Db, transaction } from '../../db/open.ts';
import { folderOf, nameOf } from '../../sync/names.ts';
import { createBrowse } from './browse.store.ts';
import { createChainFolders } from './chain-folders.store.ts';
import { createKept } from './kept.store.ts';
import type { ManifestReader } from './manifest-read.ts';
import { createRecording, type Recording } from './recording.store.ts';
import { createTurn } from './turn.ts';
import type { Version } from './version.ts';
import { blob, createRowForm } from './version-rows.store.ts';

export interface Known {
  /** Manifests to be loaded, oldest first. */
  load: string[];
  /** History folders whose content is not known. */
  list: string[];
  /** Versions whose manifest is gone. */
  gone: string[];
}

const flags = (row: Version): Version => ({ ...row, pinned: Boolean(row.pinned), closed: Boolean(row.closed) });

/** The versions of every job at every destination. */
export function createVersions(db: Db) {
  const { $client: client } = db;
  const form = createRowForm(db);
  const addChain = client.query<{ id: number }, [string, string]>(
    `INSERT INTO chains (job_uuid, destination_id) VALUES (?, ?)
     ON CONFLICT (job_uuid, destination_id) DO UPDATE SET job_uuid = excluded.job_uuid RETURNING id`,
  );
  // Each remembers numbers of folders: there is one for all who ask.
  const opened = new Map<number, ReturnType<typeof createVersionChain>>();
  return {
    /** One job at one destination. */
    chain(jobUuid: string, destinationId: string) {
      const { id } = addChain.get(jobUuid, destinationId) as { id: number };
      const chain = opened.get(id) ?? createVersionChain(db, form, id);
      opened.set(id, chain);
      return chain;
    },
  };
}

export type Versions = ReturnType<typeof createVersions>;
export type VersionChain = ReturnType<Versions['chain']>;

function createVersionChain(db: Db, form: ReturnType<typeof createRowForm>, chain: number) {
  const { $client: client } = db;
  const folders = createChainFolders(db, chain);
  const columns = `a.key, s.previous, s.status, s.job_name AS jobName, s.appliance, s.landings,
    s.started_at AS startedAt, s.completed_at AS completedAt, s.confirmed_at AS confirmedAt, s.run_uuid AS runUuid,
    s.files, s.bytes, s.pinned, s.closed`;
  type Row = Version & { appliance: string; landings: string };
  const list = client.query<Row, [number]>(
    `SELECT ${columns} FROM attempts a JOIN versions s ON s.id = a.id WHERE a.chain = ? ORDER BY a.id`,
  );
  const attempts = client.query<{ id: number; key: string; recorded: number; listed: number }, [number]>(
    'SELECT id, key, recorded, listed FROM attempts WHERE chain = ? ORDER BY id',
  );
  const findAttempt = client.query<{ id: number }, [number, string]>(
    'SELECT id FROM attempts WHERE chain = ? AND key = ?',
  );
  const lastAttempt = client.query<{ id: number; key: string }, [number]>(
    'SELECT id, key FROM attempts WHERE chain = ? ORDER BY id DESC LIMIT 1',
  );
  const uncertain = client.query<{ n: number }, [number, string]>(
    'SELECT count(*) AS n FROM attempts WHERE chain = ? AND NOT recorded AND key <> ?',
  );
  const addAttempt = client.query<{ id: number }, [number, string]>(
    'INSERT INTO attempts (chain, key) VALUES (?, ?) RETURNING id',
  );
  const versionIds = client.query<{ id: number }, [number]>(
    'SELECT s.id FROM versions s JOIN attempts a ON a.id = s.id WHERE a.chain = ? ORDER BY s.id',
  );
  const learn = client.query(
    `UPDATE v SET sha256 = ?1 WHERE dir = ?2 AND name = ?3 AND first <= ?4 AND last >= ?4
       AND type = 0 AND sha256 IS NULL`,
  );
  const dropRows = client.query(
    `DELETE FROM v WHERE (dir, name, first) IN (
       SELECT v.dir, v.name, v.first FROM v INDEXED BY v_last CROSS JOIN d ON d.id = v.dir
       WHERE v.last > ?1 AND v.last < ?2 AND v.last < 2147483647 AND v.first > ?1 AND d.chain = ?3 LIMIT 1000)`,
  );

  const versionOf = (row: Row): Version => flags({ ...row, ...parsed(row) });
  const all = (): Version[] => list.all(chain).map(versionOf);
  const closeBefore = (key: string): void => {
    client.run('UPDATE versions SET closed = 1 WHERE id IN (SELECT id FROM attempts WHERE chain = ? AND key < ?)', [
      chain,
      key,
    ]);
  };
  const idOf = (key: string): number | null => findAttempt.get(chain, key)?.id ?? null;
  const newest = (): Version | null => all().at(-1) ?? null;
  const browse = createBrowse(db, {
    folders,
    form,
    idOf,
    versions: () => all().map(({ key }) => ({ key, id: idOf(key) as number })),
  });

  const begin = (key: string): number => {
    const known = idOf(key);
    if (known !== null) return known;
    const last = lastAttempt.get(chain);
    if (last && last.key >= key)
      throw new Error(`the attempt ${key} comes after ${last.key}: the catalogue is rebuilt`);
    return (addAttempt.get(chain, key) as { id: number }).id;
  };

  const record = (key: string, { whole }: { whole: boolean }): Recording => {
    const id = begin(key);
    if (!whole && uncertain.get(chain, key)?.n) throw new Error('an attempt before broke off: record the whole state');
    client.run('UPDATE attempts SET recorded = 0 WHERE id = ?', [id]);
    return createRecording({
      db,
      chain,
      id,
      key,
      whole,
      folders,
      form,
      entries: () => browse.entriesAt(id),
      versionBefore: () => versionIds.all(chain).findLast((version) => version.id < id)?.id ?? 0,
      closeBefore,
      version: () => all().find((version) => version.key === key) as Version,
    });
  };

  /** Removes ranges in which no version is left, also those a crash left behind. */
  const tidy = async (): Promise<void> => {
    const turn = createTurn();
    const ids = [0, ...versionIds.all(chain).map(({ id }) => id), 2_147_483_647];
    for (const [at, after] of ids.entries()) {
      const before = ids[at - 1];
      if (before === undefined) continue;
      while (dropRows.run(before, after, chain).changes > 0) await turn();
    }
  };

  return {
    /** Oldest first. */
    list: all,
    newest,
    /**
     * Registers an attempt, before it writes its first byte; not one that never will. Until it is recorded nobody knows what
     * lies there. Throws when its key is not the largest.
     */
    begin: (key: string): void => void begin(key),
    /** Key of the newest attempt; null when there was none. */
    lastKey: (): string | null => lastAttempt.get(chain)?.key ?? null,
    /** false: an attempt broke off, and the next recording has to be a whole one. */
    certain: (): boolean => !uncertain.get(chain, '')?.n,
    /**
     * Compares with what of this job lies at the destination (keys of manifests and of history folders, any order; other
     * jobs have theirs beside them). null: something there is older than what is known but was never seen: `forget`, then
     * load everything in the order of the keys, `begin` for those that have only a history folder.
     */
    compare(manifests: readonly string[], history: readonly string[]): Known | null {
      const rows = attempts.all(chain);
      const known = new Set(rows.map(({ key }) => key));
      const last = rows.at(-1)?.key ?? '';
      if ([...manifests, ...history].some((key) => !known.has(key) && key < last)) return null;
      const made = new Set(all().map(({ key }) => key));
      const listed = new Set(rows.filter((row) => row.listed).map(({ key }) => key));
      return {
        load: manifests.filter((key) => !made.has(key)).sort(),
        list: history.filter((key) => !listed.has(key)).sort(),
        gone: [...made].filter((key) => !manifests.includes(key)),
      };
    },
    record,
    /** Takes a version over from its manifest; those before it come first. Throws what reading throws, to be repeated. */
    async load({ head, entries }: Pick<ManifestReader, 'head' | 'entries'>): Promise<Version> {
      const before = lastAttempt.get(chain);
      if (before && before.key > head.version && idOf(head.version) === null)
        throw new Error(`the manifest ${head.version} is older than ${before.key}: the catalogue is rebuilt`);
      const recording = record(head.version, { whole: true });
      try {
        for await (const batch of entries()) await recording.add(batch.map((entry) => ({ path: entry.path, entry })));
        await recording.settle();
        return recording.finish(head, null);
      } finally {
        recording.close();
      }
    },
    /** A run at `at` found the newest version unchanged. */
    confirm(at: number): void {
      const version = newest();
      if (version)
        client.run('UPDATE versions SET confirmed_at = max(coalesce(confirmed_at, 0), ?) WHERE id = ?', [
          at,
          idOf(version.key),
        ]);
    },
    /** Hashes read at the destination, of files that had none. They hold for every version with that very content. */
    learn(key: string, hashes: readonly { path: string; sha256: string }[]): void {
      const id = idOf(key);
      transaction(db, () => {
        for (const { path, sha256 } of hashes) {
          const dir = folders.idOf(folderOf(path));
          if (dir !== null && id !== null) learn.run(Buffer.from(sha256, 'hex'), dir, blob(nameOf(path)), id);
        }
      });
    },
    pin: (key: string, pinned: boolean): boolean =>
      client.run('UPDATE versions SET pinned = ? WHERE id = ?', [Number(pinned), idOf(key)]).changes > 0,
    /** History was switched off: none of the versions so far is complete for ever. */
    closeAll: (): void => closeBefore('~'),
    /** Numbers of all versions but some, ascending: ranges of the catalogue are told in them. */
    numbers: (without: readonly string[]): number[] => {
      const left = new Set(without.map(idOf));
      return versionIds
        .all(chain)
        .map((row) => row.id)
        .filter((id) => !left.has(id));
    },
    /** Forgets versions; what the others hold stays. Safe to repeat after a crash. */
    async drop(keys: readonly string[]): Promise<void> {
      transaction(db, () => {
        for (const key of keys) client.run('DELETE FROM versions WHERE id = ?', [idOf(key)]);
      });
      await tidy();
    },
    /** Folders nothing is known of any more. Not while a run of this job is at work. */
    sweepFolders(): void {
      client.run(
        `DELETE FROM d WHERE chain = ? AND NOT EXISTS (SELECT 1 FROM v WHERE v.dir = d.id)
           AND NOT EXISTS (SELECT 1 FROM e WHERE e.dir = d.id) AND NOT EXISTS (SELECT 1 FROM kept WHERE kept.dir = d.id)`,
        [chain],
      );
      folders.forget();
    },
    /** Everything of versions and history, to be loaded anew; what the sync engine knows stays. */
    async forget(): Promise<void> {
      const turn = createTurn();
      const inChain = 'dir IN (SELECT id FROM d WHERE chain = ?)';
      for (const [table, key] of [
        ['v', 'dir, name, first'],
        ['kept', 'dir, name, attempt'],
      ]) {
        const some = client.query(
          `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE ${inChain} LIMIT 1000)`,
        );
        while (some.run(chain).changes > 0) await turn();
      }
      transaction(db, () => {
        client.run('DELETE FROM attempts WHERE chain = ?', [chain]);
        client.run('UPDATE chains SET files = 0, bytes = 0, changed = 0 WHERE id = ?', [chain]);
      });
    },
    kept: createKept(db, { chain, folders, idOf }),
    browse: browse.api,
  };
}

const parsed = (row: { appliance: string; landings: string }) => ({
  appliance: JSON.parse(row.appliance) as Version['appliance'],
  landings: JSON.parse(row.landings) as Version['landings'],
});
