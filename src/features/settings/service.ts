import { defaultSettings, type Settings } from './schema.ts';
import type { SettingsStore } from './store.ts';

export interface SettingsService {
  get(): Settings;
  /** Changes what is given, keeps the rest; answers the whole. */
  update(patch: Partial<Settings>): Settings;
}

export function createSettingsService({ store }: { store: SettingsStore }): SettingsService {
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
  };
}
