import { folderOf } from '../../../sync/names.ts';
import type { VersionEntry, VersionHead } from '../manifest.ts';
import type { RestoreEntry } from './model.ts';

/** One folder that is restored into, and what goes there. */
export interface RestorePlace {
  /** Absolute path of the folder. */
  root: string;
  /** Entries of the version in their order → entries of this place in theirs. */
  pick(entries: AsyncIterable<readonly VersionEntry[]>): AsyncGenerator<readonly RestoreEntry[]>;
}

/** No path is below another of them. Sorted. */
function tops(paths: readonly string[]): string[] {
  const all = new Set(paths);
  if (all.has('')) return [''];
  const isCovered = (path: string): boolean => {
    for (let at = folderOf(path); at !== ''; at = folderOf(at)) if (all.has(at)) return true;
    return false;
  };
  return [...all].filter((path) => !isCovered(path)).sort();
}

const isAtOrBelow = (path: string, top: string): boolean => top === '' || path === top || path.startsWith(`${top}/`);

/** The deepest folder all of these lie in; '' is above the landings. */
function commonFolder(paths: readonly string[]): string {
  let common = folderOf(paths[0] ?? '');
  for (const path of paths) while (common !== '' && !path.startsWith(`${common}/`)) common = folderOf(common);
  return common;
}

/**
 * What lies at or below one of `chosen`, with the folders on the way down from `base`; `base` itself comes as `''`, where
 * the version tells of it. Second names of files are kept together with the first one that was chosen.
 */
function picker(chosen: readonly string[], base: string): RestorePlace['pick'] {
  const all = new Set(chosen);
  const above = new Set<string>();
  for (const path of chosen)
    for (let at = folderOf(path); at.length >= base.length && at !== ''; at = folderOf(at)) above.add(at);
  const isChosen = (path: string): boolean => {
    if (all.has('')) return true;
    for (let at = path; at !== ''; at = folderOf(at)) if (all.has(at)) return true;
    return false;
  };
  const below = (path: string): string => (base === '' ? path : path.slice(base.length + 1));

  return async function* pick(entries) {
    /** First name in the version → first name that was chosen, where that is another. */
    const firsts = new Map<string, string>();
    for await (const some of entries) {
      const picked: RestoreEntry[] = [];
      for (const entry of some) {
        const chosenHere = isAtOrBelow(entry.path, base) && isChosen(entry.path);
        if (!chosenHere && !(entry.type === 'dir' && above.has(entry.path))) continue;
        let linkTo: string | null = null;
        if (entry.hardLink !== null) {
          const first =
            isAtOrBelow(entry.hardLink, base) && isChosen(entry.hardLink) ? entry.hardLink : firsts.get(entry.hardLink);
          if (first === undefined) firsts.set(entry.hardLink, entry.path);
          else linkTo = below(first);
        }
        picked.push({ entry, to: below(entry.path), linkTo, scaffold: !chosenHere });
      }
      if (picked.length > 0) yield picked;
    }
  };
}

/**
 * Where chosen files and folders of a version go when they are put back where they came from: one place for each source
 * they belong to. Paths are `<landing>/<path>`, latin1; `''` is everything. Throws for a path of no landing.
 */
export function originalPlaces(head: Pick<VersionHead, 'landings'>, chosen: readonly string[]): RestorePlace[] {
  const landings = head.landings.map(({ landing, source }) => ({
    landing: Buffer.from(landing).toString('latin1'),
    source,
  }));
  const wanted = tops(chosen);
  for (const path of wanted)
    if (!landings.some(({ landing }) => isAtOrBelow(path, landing) || isAtOrBelow(landing, path)))
      throw new RangeError(`${JSON.stringify(path)} belongs to no source of this version`);
  return landings.flatMap(({ landing, source }) => {
    const mine = wanted.filter((path) => isAtOrBelow(path, landing));
    // Chosen together with what is above it, all of it is.
    if (wanted.some((path) => path !== landing && isAtOrBelow(landing, path))) mine.push(landing);
    return mine.length === 0 ? [] : [{ root: source, pick: picker(tops(mine), landing) }];
  });
}

/** The same into another folder: the tree below the folder that all chosen things have in common is kept. */
export function otherPlace(root: string, chosen: readonly string[]): RestorePlace {
  const wanted = tops(chosen);
  return { root, pick: picker(wanted, wanted.includes('') ? '' : commonFolder(wanted)) };
}
