import type { StorageDriver } from '../storage/driver.ts';
import { endsEverything, isPassing, StorageError } from '../storage/errors.ts';
import type { Journal } from './journal.ts';
import { bytesOf, inFolder, nameOf, textOf } from './names.ts';

interface TwinInput {
  driver: StorageDriver;
  journal: Journal;
  /** As the service spells it. */
  landing: string;
  signal: AbortSignal;
}

/**
 * Of names that are one at the destination: the one we put there, else the one that is there, else the first by its
 * bytes. So the same one is kept run after run. Costs one listing, only in folders that hold such names.
 */
export function twinChooser({ driver, journal, landing, signal }: TwinInput) {
  const landingBytes = bytesOf(landing);

  async function listed(folder: string): Promise<Set<string>> {
    const text = textOf(folder);
    if (text === null) return new Set();
    try {
      const entries = await driver.list(inFolder(landing, text), signal);
      return new Set(entries.map((entry) => bytesOf(nameOf(entry.path))));
    } catch (error) {
      signal.throwIfAborted();
      // Not there yet, or the walk will name it.
      if (error instanceof StorageError && !endsEverything(error) && !isPassing(error)) return new Set();
      throw error;
    }
  }

  return async (folder: string, names: readonly { name: string; isFolder: boolean }[]): Promise<string> => {
    const here = inFolder(landingBytes, folder);
    const rows = journal.folder(here);
    const noted = names.find(({ name, isFolder }) =>
      isFolder ? journal.folder(inFolder(here, name)).size > 0 : rows.has(name),
    );
    if (noted) return noted.name;
    const there = await listed(folder);
    return (names.find(({ name }) => there.has(name)) ?? names[0])?.name ?? '';
  };
}
