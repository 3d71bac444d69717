import type { EntryType, VersionEntry } from '../manifest.ts';

/** What happens where something lies already. */
export const restorePolicies = ['skip', 'overwrite', 'overwrite_if_older', 'keep_both'] as const;
export type RestorePolicy = (typeof restorePolicies)[number];

/** One thing to be put back. */
export interface RestoreEntry {
  entry: VersionEntry;
  /** Where, below the root that is restored into: one latin1 character per byte, `''` is the root itself. */
  to: string;
  /** Where the first name of the same file goes; null: it has no other name in this restore. */
  linkTo: string | null;
  /** Only a folder that what was chosen lies in: made with its attributes where it is missing, left alone otherwise. */
  scaffold: boolean;
}

/**
 * What was or would be done with one path:
 * - `create` `replace` `keep_both` (under the name `as`): written, and proven where the version knows a hash
 * - `unchanged`: it lies there already · `skip`: the policy leaves what is there
 * - `conflict`: what is there is of another kind and is not removed; so is everything below it
 * - `special` (a pipe, a socket, a device) and `unsupported` (this filesystem cannot hold it): left out
 * - `refused`: the path would leave the folder that is restored into, or is no path
 * - `missing`: the old content is not there any more · `corrupt`: it is there, and is not what the version had
 * - `failed`: could not be written or read, `message` says why
 */
export const restoreActions = [
  'create',
  'replace',
  'keep_both',
  'unchanged',
  'skip',
  'conflict',
  'special',
  'unsupported',
  'refused',
  'missing',
  'corrupt',
  'failed',
] as const;
export type RestoreAction = (typeof restoreActions)[number];

/** What a filesystem or our rights did not let us put back; the content is there all the same. */
export const lostAttributes = ['owner', 'mode', 'mtime', 'xattr', 'hard_link'] as const;
export type LostAttribute = (typeof lostAttributes)[number];

export interface RestoreItem {
  /** Path in the version, and where it goes below the root: latin1, as everywhere. */
  from: string;
  to: string;
  type: EntryType;
  action: RestoreAction;
  /** The name it got instead of its own; latin1. */
  as: string | null;
  size: number;
  /** For people, where there is something to say. */
  message: string | null;
  lost: readonly LostAttribute[];
  /** Written, but the version knows no hash, so nothing proves it. */
  unproven: boolean;
}

export interface RestoreProgress {
  phase: 'counting' | 'sweeping' | 'restoring' | 'flushing';
  doneItems: number;
  /** null while they are counted. */
  totalItems: number | null;
  doneBytes: number;
  totalBytes: number | null;
  /** Below the root, latin1; the latest one begun. */
  current: string | null;
}

export type StopReason = 'cancelled' | 'no_space' | 'target' | 'source' | 'manifest';

export interface RestoreResult {
  /** null: it came to its end. What was finished before is in place in full, nothing else is under a final name. */
  stopped: { reason: StopReason; message: string; cause: unknown } | null;
  actions: Record<RestoreAction, number>;
  lost: Record<LostAttribute, number>;
  /** Files written that no hash proves. */
  unproven: number;
  /** Of files written. */
  bytes: number;
}
