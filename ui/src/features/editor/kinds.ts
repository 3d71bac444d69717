/**
 * Kinds of destination this version can run jobs on. The box saves jobs of the others, too, and their runs fail with
 * `destination_unsupported`; nothing it answers about a kind says so beforehand.
 */
const runnable: ReadonlySet<string> = new Set(['local']);

export const canRun = (kind: string): boolean => runnable.has(kind);

/** Kinds a form offers: those that can run, and the one the job has, so that it can be looked at and changed. */
export const offeredKinds = <K extends { type: string }>(kinds: readonly K[], current: string): K[] =>
  kinds.filter((kind) => canRun(kind.type) || kind.type === current);
