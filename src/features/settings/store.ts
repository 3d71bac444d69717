import { type Db, transaction } from '../../db/open.ts';
import { settings } from './table.ts';

/** Key-value rows; unknown keys of older or newer versions are kept and ignored. */
export function createSettingsStore(db: Db) {
  const all = db.select().from(settings).prepare();
  return {
    read: (): Record<string, unknown> => Object.fromEntries(all.all().map((row) => [row.key, row.value])),
    write(values: Record<string, unknown>): void {
      transaction(db, () => {
        for (const [key, value] of Object.entries(values))
          db.insert(settings).values({ key, value }).onConflictDoUpdate({ target: settings.key, set: { value } }).run();
      });
    },
  };
}

export type SettingsStore = ReturnType<typeof createSettingsStore>;
