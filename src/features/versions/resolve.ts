import type { VersionEntry } from './manifest.ts';

/** Where the content of a file of a version lies: in the history folder of an attempt, or (null) in the newest state. */
export interface Place {
  history: string | null;
}

/** Tells whether a history folder holds something other than a folder under a path (`<landing>/<path>`, latin1). */
export interface HistoryPort {
  has(key: string, storedPath: string): boolean | Promise<boolean>;
}

/** The path an entry has at the destination. */
export const storedPath = (entry: Pick<VersionEntry, 'path' | 'storedAs'>): string => entry.storedAs ?? entry.path;

/** From the destination's root, latin1. */
export const pathOfPlace = (place: Place, path: string): string =>
  place.history === null ? path : `.dynamight/history/${place.history}/${path}`;

/**
 * Finds a file of a version without a catalogue: in the first later history folder that holds it, whatever became of the
 * run that made that folder, else in the newest state. History before newest, never a comparison of size and time: what
 * lies in the newest state may be another file of the same look. `keys` are those of all history folders, in any order.
 */
export async function resolve(
  version: string,
  path: string,
  keys: readonly string[],
  history: HistoryPort,
): Promise<Place> {
  for (const key of keys.filter((one) => one > version).sort())
    if (await history.has(key, path)) return { history: key };
  return { history: null };
}
