import type { Db } from '../../db/open.ts';
import { inFolder } from '../../sync/names.ts';
import type { EntryType, VersionEntry } from './manifest.ts';

/** As the column holds it: position. */
const entryTypes: readonly EntryType[] = ['file', 'dir', 'link', 'other'];
export const folderType = 1;

/** A row as it is selected: integers beyond 2^53 come as text, a number would round them. */
export interface StoredEntry {
  name: Uint8Array;
  first: number;
  last: number;
  type: number;
  mode: number | null;
  size: number;
  mtime: string | null;
  owner: number;
  sha256: Uint8Array | null;
  target: Uint8Array | null;
  hard_link: Uint8Array | null;
  xattr: string | null;
  stored_as: Uint8Array | null;
}

export const entryColumns = `v.name, v.first, v.last, v.type, v.mode, v.size, CAST(v.mtime_ns AS TEXT) AS mtime, v.owner,
  v.sha256, v.target, v.hard_link, v.xattr, v.stored_as`;

/** Bytes of a path or name, latin1 inside the program. */
export const blob = (latin1: string): Buffer => Buffer.from(latin1, 'latin1');
// Measured: asking for the memory under a small array costs more than copying it.
export const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const hex = (bytes: Uint8Array): string => bytes.toHex();
const or = <T, R>(value: T | null, form: (value: T) => R): R | null => (value === null ? null : form(value));

type Owner = Pick<VersionEntry, 'uid' | 'gid' | 'user' | 'group'>;

/** Rows of `v` from entries and back; owners are a table of their own, of which there are few. */
export function createRowForm({ $client: client }: Db) {
  const all = client.query<Owner & { id: number }, []>(
    'SELECT id, uid, gid, user_name AS user, group_name AS "group" FROM owners',
  );
  const add = client.query<{ id: number }, [number | null, number | null, string | null, string | null]>(
    'INSERT INTO owners (uid, gid, user_name, group_name) VALUES (?, ?, ?, ?) RETURNING id',
  );
  const byId = new Map<number, Owner>();
  const byText = new Map<string, number>();
  const textOf = ({ uid, gid, user, group }: Owner): string => JSON.stringify([uid, gid, user, group]);
  const load = (): void => {
    for (const { id, ...owner } of all.all()) {
      byId.set(id, owner);
      byText.set(textOf(owner), id);
    }
  };

  const ownerOf = (id: number): Owner => {
    if (!byId.has(id)) load();
    return byId.get(id) ?? { uid: null, gid: null, user: null, group: null };
  };

  return {
    /** Inside a transaction; call `forget` when that one fails. */
    owner({ uid, gid, user, group }: Owner): number {
      const text = textOf({ uid, gid, user, group });
      if (byText.size === 0) load();
      const known = byText.get(text);
      if (known !== undefined) return known;
      const { id } = add.get(uid, gid, user, group) as { id: number };
      byText.set(text, id);
      byId.set(id, { uid, gid, user, group });
      return id;
    },
    forget(): void {
      byId.clear();
      byText.clear();
    },
    entry(folder: string, row: StoredEntry): VersionEntry {
      const { uid, gid, user, group } = ownerOf(row.owner);
      return {
        path: inFolder(folder, latin1(row.name)),
        type: entryTypes[row.type] ?? 'other',
        size: row.size,
        mtimeNs: or(row.mtime, BigInt),
        mode: row.mode,
        uid,
        gid,
        user,
        group,
        target: or(row.target, latin1),
        hardLink: or(row.hard_link, latin1),
        xattr: or(row.xattr, (text) => JSON.parse(text) as Record<string, string>),
        sha256: or(row.sha256, hex),
        storedAs: or(row.stored_as, latin1),
      };
    },
    /** Columns after dir, name and first, in the order of the table without `last`. */
    columns: (entry: VersionEntry, owner: number) =>
      [
        entryTypes.indexOf(entry.type),
        entry.mode,
        entry.size,
        entry.mtimeNs,
        owner,
        or(entry.sha256, (text) => Buffer.from(text, 'hex')),
        or(entry.target, blob),
        or(entry.hardLink, blob),
        or(entry.xattr, xattrText),
        or(entry.storedAs, blob),
      ] as const,
  };
}

export type RowForm = ReturnType<typeof createRowForm>;

/** The same attributes are the same text, in whatever order they were read. */
const xattrText = (xattr: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(xattr).sort(([a], [b]) => (a < b ? -1 : 1))));

/** Whether two entries of one path say the same; the hash is left to the caller. */
export const sameEntry = (a: VersionEntry, b: VersionEntry): boolean =>
  a.type === b.type &&
  a.size === b.size &&
  a.mtimeNs === b.mtimeNs &&
  a.mode === b.mode &&
  a.uid === b.uid &&
  a.gid === b.gid &&
  a.user === b.user &&
  a.group === b.group &&
  a.target === b.target &&
  a.hardLink === b.hardLink &&
  a.storedAs === b.storedAs &&
  (a.xattr === b.xattr || (a.xattr && xattrText(a.xattr)) === (b.xattr && xattrText(b.xattr)));
