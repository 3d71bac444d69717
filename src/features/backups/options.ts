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

/** rsync drops a longer pattern and still says that all went well. */
const maxPatternBytes = 4095;
/** They all travel in one command line, whose length the kernel limits. */
const maxPatternsBytes = 512 * 1024;

/** Fills in defaults and refuses what rsync would misread. Pure. */
export function completeOptions(given: Partial<SyncOptions> = {}, base: SyncOptions = defaultSyncOptions): SyncOptions {
  const options = { ...base, ...given };
  checkPatterns(options.exclude_patterns, 'sync_options.exclude_patterns');
  return options;
}

/** Refuses patterns that rsync would misread. Throws AppError naming the field they were sent in. */
export function checkPatterns(patterns: readonly string[], member: string): void {
  let total = 0;
  for (const [index, pattern] of patterns.entries()) {
    const field = `Field '${member}.${index}'`;
    if (control.test(pattern) || !pattern.isWellFormed()) throw invalid(`${field} must not contain control characters`);
    if (pattern.trim() === '') throw invalid(`${field} must not be blank`);
    const bytes = Buffer.byteLength(pattern);
    if (bytes > maxPatternBytes) throw invalid(`${field} must be at most ${maxPatternBytes} bytes long`);
    total += bytes;
  }
  if (total > maxPatternsBytes) throw invalid(`Field '${member}' is too long: leave out patterns that others cover`);
}
