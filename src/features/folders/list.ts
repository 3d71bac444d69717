import { readdir, type Stats } from 'node:fs';
import { type DirHandle, listNames, statEntry } from '../../lib/dirfd.ts';
import { nameText } from '../../lib/file-names.ts';

export interface Listed {
  name: string;
  kind: 'folder' | 'file' | 'link' | 'other';
  sizeBytes: number | null;
  modifiedMs: number | null;
}

/** Questions to the disk at once: enough to keep it busy, few enough to leave the rest of the server its threads. */
const parallel = 16;

const byKindAndName = (a: Listed, b: Listed): number => {
  if ((a.kind === 'folder') !== (b.kind === 'folder')) return a.kind === 'folder' ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
};

function describe(name: string, stat: Stats): Listed {
  const modifiedMs = stat.mtimeMs;
  if (stat.isDirectory()) return { name, kind: 'folder', sizeBytes: null, modifiedMs };
  if (stat.isFile()) return { name, kind: 'file', sizeBytes: stat.size, modifiedMs };
  return { name, kind: stat.isSymbolicLink() ? 'link' : 'other', sizeBytes: null, modifiedMs };
}

/**
 * The kinds readdir itself tells, for picking the first entries of a huge folder without asking for each. Names are
 * decoded loosely and a filesystem may tell nothing: good for choosing what to look at, not for answering.
 */
const folderNames = (dir: DirHandle): Promise<Set<string>> =>
  new Promise((resolve, reject) => {
    readdir(dir.path, { withFileTypes: true }, (error, entries) =>
      error ? reject(error) : resolve(new Set(entries.filter((one) => one.isDirectory()).map((one) => one.name))),
    );
  });

async function firstOf(dir: DirHandle, names: Buffer[], limit: number): Promise<Buffer[]> {
  const folders = await folderNames(dir);
  const keyed = names.map((name) => {
    const text = name.toString('utf8');
    return { name, key: `${folders.has(text) ? 0 : 1}${text}` };
  });
  return keyed
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .slice(0, limit)
    .map((one) => one.name);
}

/**
 * What lies in a folder: folders first, then by name, at most `limit`. Nothing in it is opened, links are not followed,
 * an entry that vanishes meanwhile is left out, and one that cannot be looked at is listed as `other`.
 */
export async function listFolder(dir: DirHandle, limit: number): Promise<{ entries: Listed[]; truncated: boolean }> {
  const all = await listNames(dir);
  const truncated = all.length > limit;
  const names = truncated ? await firstOf(dir, all, limit) : all;
  const entries: Listed[] = [];
  let next = 0;
  const worker = async () => {
    for (let name = names[next++]; name; name = names[next++]) {
      const text = nameText(name);
      try {
        entries.push(describe(text, await statEntry(dir, name)));
      } catch (error) {
        if ((error as { code?: string }).code !== 'ENOENT')
          entries.push({ name: text, kind: 'other', sizeBytes: null, modifiedMs: null });
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return { entries: entries.sort(byKindAndName), truncated };
}
