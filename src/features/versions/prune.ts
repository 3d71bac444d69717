import type { KeptPath } from './kept.store.ts';
import type { VersionChain } from './versions.store.ts';

/** A file of history nobody needs. */
export interface Unneeded {
  key: string;
  path: string;
  size: number;
}

/** What pruning does at a destination. All of it may be repeated: what is not there any more is no error. */
export interface PrunePort {
  /** Gone for good when it resolves, also after a power cut. */
  removeManifest(key: string): Promise<void>;
  /** Files of one history folder, and the folders that are empty after it. */
  removeHistory(key: string, paths: readonly string[]): Promise<void>;
}

export interface Pruned {
  versions: number;
  files: number;
  bytes: number;
}

/**
 * Of one path, what is needed by none of the versions (`numbers` of those that stay, ascending): a version needs the first
 * history folder after it that holds the path, if it held the path itself. Removing what is not needed changes for no
 * version where its file is found, so single removals may come in any order, and stop anywhere.
 */
export function unneeded({ path, kept, held }: KeptPath, numbers: readonly number[]): Unneeded[] {
  return kept
    .filter(({ id }, at) => {
      const before = kept[at - 1]?.id ?? 0;
      return !numbers.some(
        (number) =>
          number >= before && number < id && held.some(({ first, last }) => first <= number && number <= last),
      );
    })
    .map(({ key, size }) => ({ key, path, size }));
}

/** What may go once `remove` are gone, some hundred at a time; changes nothing. */
export async function* planPrune(
  chain: Pick<VersionChain, 'kept' | 'numbers'>,
  remove: readonly string[],
): AsyncGenerator<Unneeded[]> {
  const numbers = chain.numbers(remove);
  for await (const paths of chain.kept.paths()) {
    const batch = paths.flatMap((path) => unneeded(path, numbers));
    if (batch.length > 0) yield batch;
  }
}

/**
 * Removes versions, then what no version needs any more. Manifests go first: a version whose manifest is gone is none, so
 * that a crash leaves only files too many, which the next pruning finds, also from a catalogue that was built anew. The
 * other way round a crash would leave a manifest whose files are gone.
 *
 * `manifests` are the keys of all manifests of this job at the destination; throws when the catalogue does not know
 * one, for its files would be taken for unneeded. Never removes the newest version.
 */
export async function prune(
  chain: VersionChain,
  port: PrunePort,
  { remove, manifests, signal }: { remove: readonly string[]; manifests: readonly string[]; signal: AbortSignal },
): Promise<Pruned> {
  const known = new Set(chain.list().map(({ key }) => key));
  const strange = manifests.find((key) => !known.has(key) && !remove.includes(key));
  if (strange !== undefined)
    throw new Error(`The version ${strange} lies at the destination but is not in the catalogue: load it first.`);
  const newest = chain.newest()?.key;
  if (newest !== undefined && remove.includes(newest)) throw new Error('The newest version is never removed.');

  for (const key of remove.toSorted()) {
    signal.throwIfAborted();
    await port.removeManifest(key);
  }
  await chain.drop(remove);

  const pruned: Pruned = { versions: remove.length, files: 0, bytes: 0 };
  for await (const batch of planPrune(chain, [])) {
    for (const [key, files] of Map.groupBy(batch, (file) => file.key)) {
      signal.throwIfAborted();
      const paths = files.map(({ path }) => path);
      await port.removeHistory(key, paths);
      chain.kept.remove(files);
      pruned.files += files.length;
      pruned.bytes += files.reduce((sum, { size }) => sum + size, 0);
    }
  }
  return pruned;
}
