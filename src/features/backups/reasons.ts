/** Why a run did not complete: a closed list, part of the data format. Adding a word is a decision, not an edit. */
export const reasons = [
  'source_missing',
  'source_unreadable',
  'source_empty',
  'source_changed',
  'source_outside',
  'destination_missing',
  'destination_changed',
  'destination_read_only',
  'destination_unsupported',
  'drive_absent',
  'drive_wrong',
  'drive_removed',
  'overlap',
  'no_space',
  'too_many_deletions',
  'too_many_changes',
  'name_collision',
  'auth_failed',
  'auth_expired',
  'host_key_changed',
  'certificate_changed',
  'unreachable',
  'quota',
  'partial',
  'io_error',
  'tool_missing',
  'interrupted',
  'internal',
] as const;

export type Reason = (typeof reasons)[number];

/** Findings a person may overrule, once, with the run's `confirm` token. */
export const overrulable: ReadonlySet<Reason> = new Set<Reason>([
  'source_empty',
  'source_changed',
  'destination_changed',
  'too_many_deletions',
]);
