/** One thing a person should look at. */
export interface AttentionLine {
  /** The same for the same trouble, as long as it lasts. */
  id: string;
  level: 'error' | 'warning';
  topic: 'job' | 'drive' | 'destination' | 'clock' | 'account';
  /** What is wrong, with what, and what to do. */
  message: string;
  jobId?: number;
  runId?: number;
  /** Overrules what stopped the run: see `POST /jobs/:id/run`. */
  confirm?: string;
  /** UTC milliseconds; null: nobody knows, so it counts from when it was seen first. */
  since: number | null;
}

/** What each room contributes: its lines as things are now, none when all is well. Cheap: it is asked for often. */
export type AttentionSource = () => readonly AttentionLine[] | Promise<readonly AttentionLine[]>;
