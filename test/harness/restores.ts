import { bareEntry, type VersionEntry } from '../../src/features/versions/manifest.ts';
import type { RestoreAction, RestoreEntry, RestoreItem } from '../../src/features/versions/restore/model.ts';
import { folderFiles } from '../../src/features/versions/restore/old-bytes.ts';
import { type RestoreOptions, restore } from '../../src/features/versions/restore/restore.ts';
import { openRoot } from '../../src/lib/dirfd.ts';
import { snapshotTree } from './snapshot.ts';

/** What a version would tell of a folder, by the bytes of the paths. */
export function versionOf(dir: string): VersionEntry[] {
  return [...snapshotTree(dir)]
    .map(([path, node]) => ({
      ...bareEntry(path, node.type),
      size: node.size ?? 0,
      mtimeNs: node.mtimeNs,
      mode: Number.parseInt(node.mode, 8),
      uid: node.uid,
      gid: node.gid,
      target: node.target,
      sha256: node.sha256,
      hardLink: node.hardlinkOf,
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** All of it, each path to itself. */
export const wholeVersion = (version: readonly VersionEntry[]): RestoreEntry[] =>
  version.map((entry) => ({ entry, to: entry.path, linkTo: entry.hardLink, scaffold: false }));

/** Some at a time, as a manifest is read. */
export const inPieces = (entries: readonly RestoreEntry[], size = 100) =>
  async function* () {
    for (let at = 0; at < entries.length; at += size) yield entries.slice(at, at + size);
  };

export interface RestoreLab extends Partial<Omit<RestoreOptions, 'entries'>> {
  /** The folder the old content lies in, under the paths of the version. */
  from: string;
  root: string;
  /** Everything in `from` unless told. */
  entries?: readonly RestoreEntry[];
}

/** When the restores of tests are asked for: 2026-01-05 02:00 UTC. */
export const askedAt = Date.UTC(2026, 0, 5, 2);

/** Runs a restore of what lies in a folder and answers what it said of each path (by `to`, latin1). */
export async function restored({ from, entries = wholeVersion(versionOf(from)), ...options }: RestoreLab) {
  const root = await openRoot(from);
  const files = folderFiles(root);
  const items = new Map<string, RestoreItem>();
  try {
    const result = await restore({
      entries: inPieces(entries),
      open: ({ entry }, signal) => files.open(entry.storedAs ?? entry.path, signal),
      policy: 'overwrite',
      signal: new AbortController().signal,
      askedAt,
      timeZone: 'UTC',
      onItem: (item) => void items.set(item.to, item),
      ...options,
    });
    const actions = Object.fromEntries([...items].map(([to, { action }]) => [to, action]));
    return { result, items, actions: actions as Record<string, RestoreAction>, names: namesIn(items) };
  } finally {
    await files.close();
    await root.close();
  }
}

/** `create photo.jpg`, `keep_both photo.jpg → photo (…).jpg` */
const namesIn = (items: Map<string, RestoreItem>): string[] =>
  [...items.values()]
    .map(({ action, to, as }) => `${action} ${to}${as === null ? '' : ` → ${as}`}`)
    .sort((a, b) => (a.slice(a.indexOf(' ')) < b.slice(b.indexOf(' ')) ? -1 : 1));
