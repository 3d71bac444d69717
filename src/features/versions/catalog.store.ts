import type { Clock } from '../../core/clock.ts';
import { type Db, transaction } from '../../db/open.ts';
import type { HashKind } from '../../storage/driver.ts';
import type { Journal, JournalRow } from '../../sync/journal.ts';

/** Integers beyond 2^53 come as text: a number would round them. */
interface StoredRow {
  name: Uint8Array;
  size: number;
  mtime: string;
  ctime: string | null;
  ino: string | null;
  sha256: Uint8Array | null;
  remote_size: number;
  remote_hash_kind: HashKind | null;
  remote_hash: Uint8Array | null;
  remote_tag: string | null;
  remote_id: string | null;
  remote_mtime: string | null;
}

const bytes = (latin1: string) => Buffer.from(latin1, 'latin1');
const hex = (stored: Uint8Array | null): string | null => stored && Buffer.from(stored).toString('hex');
const unhex = (text: string | null): Buffer | null => (text === null ? null : Buffer.from(text, 'hex'));
const big = (text: string | null): bigint | null => (text === null ? null : BigInt(text));

const splitPath = (path: string): { folder: string; name: string } => {
  const at = path.lastIndexOf('/');
  return at < 0 ? { folder: '', name: path } : { folder: path.slice(0, at), name: path.slice(at + 1) };
};

/** Uploads nobody went on with for so long are forgotten: services keep them for days, not for months. */
const uploadKeptMs = 30 * 86_400_000;
/** Folders whose row number is remembered: files come folder by folder. */
const foldersRemembered = 2000;

/**
 * What is known of the files of one job at one destination. Losing a write at a power cut is harmless: the next run
 * compares instead.
 */
export function createCatalog(db: Db, clock: Clock) {
  const { $client: client } = db;
  const addChain = client.query<{ id: number }, [string, string]>(
    `INSERT INTO chains (job_uuid, destination_id) VALUES (?, ?)
     ON CONFLICT (job_uuid, destination_id) DO UPDATE SET job_uuid = excluded.job_uuid RETURNING id`,
  );
  const findFolder = client.query<{ id: number }, [number, Buffer]>('SELECT id FROM d WHERE chain = ? AND path = ?');
  const addFolder = client.query<{ id: number }, [number, Buffer]>(
    'INSERT INTO d (chain, path) VALUES (?, ?) RETURNING id',
  );
  const rowsOf = client.query<StoredRow, [number]>(
    `SELECT name, size, CAST(mtime_ns AS TEXT) AS mtime, CAST(ctime_ns AS TEXT) AS ctime, CAST(ino AS TEXT) AS ino,
            sha256, remote_size, remote_hash_kind, remote_hash, remote_tag, remote_id,
            CAST(remote_mtime_ns AS TEXT) AS remote_mtime
     FROM e WHERE dir = ?`,
  );
  const putRow = client.query(
    `INSERT OR REPLACE INTO e (dir, name, size, mtime_ns, ctime_ns, ino, sha256,
            remote_size, remote_hash_kind, remote_hash, remote_tag, remote_id, remote_mtime_ns)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const dropRow = client.query('DELETE FROM e WHERE dir = ? AND name = ?');
  const findUpload = client.query<{ fingerprint: string; state: string }, [number, Buffer]>(
    'SELECT fingerprint, state FROM uploads WHERE chain = ? AND path = ?',
  );
  const uploadsOf = client.query<{ path: Uint8Array }, [number]>('SELECT path FROM uploads WHERE chain = ?');
  const allUploads = client.query<{ state: string }, []>('SELECT state FROM uploads');
  const putUpload = client.query(
    'INSERT OR REPLACE INTO uploads (chain, path, fingerprint, state, saved_at) VALUES (?, ?, ?, ?, ?)',
  );
  const dropUpload = client.query('DELETE FROM uploads WHERE chain = ? AND path = ?');
  const dropOldUploads = client.query('DELETE FROM uploads WHERE saved_at < ?');

  return {
    journal(jobUuid: string, destinationId: string): Journal {
      const { id: chain } = addChain.get(jobUuid, destinationId) as { id: number };
      dropOldUploads.run(clock.now() - uploadKeptMs);
      // A run asks for every file, and has a few of them at most: asking the database costs a small file a transaction.
      const begun = new Set(uploadsOf.all(chain).map(({ path }) => Buffer.from(path).toString('latin1')));
      const known = new Map<string, number>();
      const idOf = (folder: string, make: boolean): number | null => {
        const found = known.get(folder) ?? findFolder.get(chain, bytes(folder))?.id ?? null;
        const id = found ?? (make ? (addFolder.get(chain, bytes(folder)) as { id: number }).id : null);
        if (id === null) return null;
        if (known.size >= foldersRemembered) known.clear();
        known.set(folder, id);
        return id;
      };
      return {
        folder(path) {
          const id = idOf(path, false);
          return new Map(
            id === null ? [] : rowsOf.all(id).map((row) => [Buffer.from(row.name).toString('latin1'), rowOf(row)]),
          );
        },
        put(rows) {
          try {
            transaction(db, () => {
              for (const { path, row } of rows) {
                const { folder, name } = splitPath(path);
                putRow.run(...columnsOf(idOf(folder, true) as number, name, row));
              }
            });
          } catch (error) {
            known.clear(); // what was made in it is not there
            throw error;
          }
        },
        remove(paths) {
          transaction(db, () => {
            for (const path of paths) {
              const { folder, name } = splitPath(path);
              const id = idOf(folder, false);
              if (id !== null) dropRow.run(id, bytes(name));
            }
          });
        },
        slot: (path, fingerprint) => ({
          load() {
            if (!begun.has(path)) return null;
            const kept = findUpload.get(chain, bytes(path));
            return kept?.fingerprint === fingerprint ? JSON.parse(kept.state) : null;
          },
          save(state) {
            begun.add(path);
            putUpload.run(chain, bytes(path), fingerprint, JSON.stringify(state), clock.now());
          },
          clear() {
            if (begun.delete(path)) dropUpload.run(chain, bytes(path));
          },
        }),
        begun: () => allUploads.all().map(({ state }) => JSON.parse(state) as unknown),
      };
    },
  };
}

export type Catalog = ReturnType<typeof createCatalog>;

const rowOf = (row: StoredRow): JournalRow => ({
  size: row.size,
  mtimeNs: BigInt(row.mtime),
  ctimeNs: big(row.ctime),
  ino: unsigned(big(row.ino)),
  sha256: hex(row.sha256),
  remote: {
    size: row.remote_size,
    hash:
      row.remote_hash_kind === null || row.remote_hash === null
        ? null
        : { kind: row.remote_hash_kind, hex: hex(row.remote_hash) as string },
    tag: row.remote_tag,
    id: row.remote_id,
    mtimeNs: big(row.remote_mtime),
  },
});

/** An inode number is 64 bits without a sign, a column has one: the same bits. */
const signed = (value: bigint | null): bigint | null => (value === null ? null : BigInt.asIntN(64, value));

const unsigned = (value: bigint | null): bigint | null => (value === null ? null : BigInt.asUintN(64, value));

const columnsOf = (dir: number, name: string, { remote, ...row }: JournalRow) =>
  [
    dir,
    bytes(name),
    row.size,
    row.mtimeNs,
    row.ctimeNs,
    signed(row.ino),
    unhex(row.sha256),
    remote.size,
    remote.hash?.kind ?? null,
    unhex(remote.hash?.hex ?? null),
    remote.tag,
    remote.id,
    remote.mtimeNs,
  ] as const;
