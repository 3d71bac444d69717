import type { EntryType } from '../manifest.ts';
import type { RestorePolicy } from './model.ts';

/** What lies where an entry shall go. */
export interface There {
  kind: 'file' | 'dir' | 'link' | 'other';
  mtimeNs: bigint;
}

/**
 * What to do with an entry whose name is taken:
 * `merge` (both are folders) · `replace` · `keep_both` · `skip` · `conflict`.
 */
export type Verdict = 'merge' | 'replace' | 'keep_both' | 'skip' | 'conflict';

/**
 * Nothing but a file or a link is ever removed for something else, and only where the person chose to overwrite: a
 * folder may hold more than the version knows of, and a device or a socket belongs to a program.
 */
export function verdictOf(
  entry: { type: EntryType; mtimeNs: bigint | null },
  there: There,
  policy: RestorePolicy,
): Verdict {
  const isFolder = entry.type === 'dir';
  if (isFolder && there.kind === 'dir') return 'merge';
  if (policy === 'keep_both') return 'keep_both';
  if (there.kind === 'other' || there.kind === 'dir') return 'conflict';
  if (policy === 'overwrite') return 'replace';
  if (isFolder) return 'conflict';
  if (policy === 'skip') return 'skip';
  return entry.mtimeNs !== null && there.mtimeNs < entry.mtimeNs ? 'replace' : 'skip';
}
