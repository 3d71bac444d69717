import type { Journal, JournalRow } from './journal.ts';
import { folderOf, nameOf } from './names.ts';

interface MemoryJournal extends Journal {
  readonly rows: Map<string, JournalRow>;
  readonly slots: Map<string, { fingerprint: string; state: unknown }>;
}

/** A journal that is gone with the process; any number of engines may use it one after the other. */
export function createMemoryJournal(): MemoryJournal {
  const folders = new Map<string, Map<string, JournalRow>>();
  const slots: MemoryJournal['slots'] = new Map();
  return {
    get rows() {
      const all = [...folders].flatMap(([folder, names]) =>
        [...names].map(([name, row]) => [folder === '' ? name : `${folder}/${name}`, row] as const),
      );
      return new Map(all);
    },
    slots,
    folder: (path) => new Map(folders.get(path)),
    put(rows) {
      for (const { path, row } of rows) {
        const names = folders.get(folderOf(path)) ?? new Map<string, JournalRow>();
        folders.set(folderOf(path), names.set(nameOf(path), row));
      }
    },
    remove(paths) {
      for (const path of paths) folders.get(folderOf(path))?.delete(nameOf(path));
    },
    slot: (path, fingerprint) => ({
      load: () => {
        const kept = slots.get(path);
        return kept?.fingerprint === fingerprint ? kept.state : null;
      },
      save: (state) => void slots.set(path, { fingerprint, state: structuredClone(state) }),
      clear: () => void slots.delete(path),
    }),
    begun: () => [...slots.values()].map(({ state }) => state),
  };
}
