import { sql } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import { runs } from './table.ts';

export type FinishedRun = Pick<
  typeof runs.$inferSelect,
  | 'id'
  | 'jobId'
  | 'status'
  | 'errorMessage'
  | 'warningCount'
  | 'confirm'
  | 'confirmUsedAt'
  | 'createdAt'
  | 'completedAt'
>;

/** How the runs of all jobs stand; dry runs count for nothing here. */
export function createAttentionStore(db: Db) {
  const newest = (which: string) =>
    db
      .select({
        id: runs.id,
        jobId: runs.jobId,
        status: runs.status,
        errorMessage: runs.errorMessage,
        warningCount: runs.warningCount,
        confirm: runs.confirm,
        confirmUsedAt: runs.confirmUsedAt,
        createdAt: runs.createdAt,
        completedAt: runs.completedAt,
      })
      .from(runs)
      .where(
        sql`${runs.id} IN (SELECT (SELECT max(r.id) FROM runs r WHERE r.job_id = jobs.id AND r.dry_run = 0 AND ${sql.raw(which)}) FROM jobs)`,
      )
      .prepare();
  const finished = newest("r.status IN ('completed', 'failed', 'cancelled')");
  const begun = newest('1');
  const byJob = (rows: FinishedRun[]) => new Map(rows.map((row) => [row.jobId, row]));
  return {
    lastFinished: (): Map<number, FinishedRun> => byJob(finished.all()),
    /** Jobs that have a run, finished or not. */
    begun: (): Set<number> => new Set(begun.all().map((row) => row.jobId)),
  };
}

export type AttentionStore = ReturnType<typeof createAttentionStore>;
