import { invalid } from '../../core/errors.ts';
import type { SyncOptions } from './model.ts';

export const defaultSyncOptions: SyncOptions = {
  delete_extraneous: false,
  exclude_patterns: [],
  bandwidth_limit_kbps: null,
  dry_run: false,
  verbosity: 'normal',
  compress: false,
  checksum: false,
  max_delete_percent: 50,
  history: null,
  acknowledged_paths: [],
  verify: null,
  drill: null,
};

const control = /[\u0000-\u001f\u007f]/;

/** Fills in defaults and refuses what rsync would misread. Pure. */
export function completeOptions(given: Partial<SyncOptions> = {}, base: SyncOptions = defaultSyncOptions): SyncOptions {
  const options = { ...base, ...given };
  for (const [index, pattern] of options.exclude_patterns.entries()) {
    if (control.test(pattern))
      throw invalid(`Field 'sync_options.exclude_patterns.${index}' must not contain control characters`);
    if (pattern.trim() === '') throw invalid(`Field 'sync_options.exclude_patterns.${index}' must not be blank`);
  }
  return options;
}
