import type { Ids } from '../../core/ids.ts';
import { defaultSettings, type Settings } from './schema.ts';
import type { SettingsStore } from './store.ts';

export interface SettingsService {
  get(): Settings;
  /** Changes what is given, keeps the rest; answers the whole. */
  update(patch: Partial<Settings>): Settings;
  /** This box's identity in files it leaves elsewhere; made once. */
  applianceId(): string;
}

export function createSettingsService({ store, ids }: { store: SettingsStore; ids: Ids }): SettingsService {
  const get = (): Settings => {
    const stored = store.read() as Partial<Settings>;
    return {
      max_runs_per_job: stored.max_runs_per_job ?? defaultSettings.max_runs_per_job,
      theme: stored.theme ?? defaultSettings.theme,
    };
  };
  return {
    get,
    update(patch) {
      store.write(patch);
      return get();
    },
    applianceId() {
      const known = store.read()['appliance_id'];
      if (typeof known === 'string') return known;
      const made = ids.uuid();
      store.write({ appliance_id: made });
      return made;
    },
  };
}
