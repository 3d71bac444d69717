/** Everything a room may say. Whoever adds a kind gives the page words for it, in every language. */
export const attentionKinds = [
  'never-run',
  'failed',
  'warnings',
  'overdue',
  'switched-off',
  'absent',
  'nearly-full',
  'signed-out',
  'clock',
] as const;
export type AttentionKind = (typeof attentionKinds)[number];

/** One thing a person should look at. */
export interface AttentionLine {
  /** The same for the same trouble, as long as it lasts: its kind, behind what it is about (`job:7:failed`). */
  id: AttentionKind | `${string}:${AttentionKind}`;
  level: 'error' | 'warning';
  topic: 'job' | 'drive' | 'destination' | 'clock' | 'account';
  /** What is wrong, with what, and what to do. */
  message: string;
  /** What it is about, as a person named it, where that is no job. */
  name?: string;
  jobId?: number;
  runId?: number;
  /** Overrules what stopped the run: see `POST /jobs/:id/run`. */
  confirm?: string;
  /** UTC milliseconds; null: nobody knows, so it counts from when it was seen first. */
  since: number | null;
}

/** What each room contributes: its lines as things are now, none when all is well. Cheap: it is asked for often. */
export type AttentionSource = () => readonly AttentionLine[] | Promise<readonly AttentionLine[]>;
