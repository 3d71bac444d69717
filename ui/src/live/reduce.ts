/** What is known of one live topic: rows as last told, and the number of the message that told it. */
export interface TopicState<T> {
  /** null until a snapshot came, and again from a gap until the next one. */
  seq: number | null;
  /** null until the first snapshot; after a gap the old rows stay until the new ones are here. */
  rows: readonly T[] | null;
}

export type TopicMessage = { topic: string; seq: number } & ({ snapshot: unknown[] } | { change: unknown });

export interface Step<T> {
  state: TopicState<T>;
  /** A change is missing: subscribe again. Told once per gap. */
  gap: boolean;
}

export const emptyTopic = { seq: null, rows: null } as const;

/** What a change of one topic does to its rows. */
export type Apply<T> = (rows: readonly T[], change: unknown) => readonly T[];

/** One message onto one topic: a snapshot replaces, the next change applies, an old one is ignored, a later one is a gap. */
export function reduce<T>(state: TopicState<T>, message: TopicMessage, apply: Apply<T>): Step<T> {
  if ('snapshot' in message) return { state: { seq: message.seq, rows: message.snapshot as T[] }, gap: false };
  if (state.seq === null || state.rows === null || message.seq <= state.seq) return { state, gap: false };
  if (message.seq > state.seq + 1) return { state: { seq: null, rows: state.rows }, gap: true };
  return { state: { seq: message.seq, rows: apply(state.rows, message.change) }, gap: false };
}

interface Row {
  id: number;
}

function put<T extends Row>(rows: readonly T[], row: T): readonly T[] {
  const at = rows.findIndex((one) => one.id === row.id);
  return at === -1 ? [...rows, row] : rows.with(at, row);
}

/** `{job}` or `{removed: id}`. */
export function applyToJobs<T extends Row>(rows: readonly T[], change: unknown): readonly T[] {
  const { job, removed } = change as { job?: T; removed?: number };
  if (job) return put(rows, job);
  return rows.filter((one) => one.id !== removed);
}

/** `{run}` or `{removed: ids}`. */
export function applyToRuns<T extends Row>(rows: readonly T[], change: unknown): readonly T[] {
  const { run, removed } = change as { run?: T; removed?: number[] };
  if (run) return put(rows, run);
  return rows.filter((one) => !removed?.includes(one.id));
}

/** The text of a frame as a message; null for what this page does not know, so that a newer server does no harm. */
export function readMessage(text: string): TopicMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { topic, seq, snapshot, change } = value as Record<string, unknown>;
  if (typeof topic !== 'string' || typeof seq !== 'number') return null;
  if (Array.isArray(snapshot)) return { topic, seq, snapshot };
  return typeof change === 'object' && change !== null ? { topic, seq, change } : null;
}
