/** News of this room. They carry numbers, not rows: who wants to know more asks, and nobody holds what is stale. */
export interface BackupsEvents {
  /** Made, edited, or its schedules changed. */
  'job.changed': { jobId: number };
  'job.removed': { jobId: number };
  /** The run's row exists. */
  'run.started': { runId: number; jobId: number };
  /** Progress or phase; at most four times a second and run. */
  'run.progress': { runId: number; jobId: number };
  /** New log lines can be read. */
  'run.lines': { runId: number; runUuid: string };
  /** Its end is saved, its last line is written. */
  'run.ended': { runId: number; jobId: number };
  'runs.removed': { runIds: readonly number[] };
}
