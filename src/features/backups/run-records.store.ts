import { and, desc, eq, inArray, lt, notInArray, type SQL, sql } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/sqlite-core';
import { type Db, transaction } from '../../db/open.ts';
import { runStatistics, runs } from './table.ts';

type StatisticsRow = typeof runStatistics.$inferSelect;

export interface RemovedRun {
  id: number;
  uuid: string;
  jobId: number;
}

/** Runs removed in one transaction, each with up to a thousand rows of its own: nobody waits long for the database. */
export const removedAtOnce = 200;

const finished = notInArray(runs.status, ['pending', 'running']);
/** What is left of a run. A dry run copied nothing, whatever it counted. */
const line = {
  id: runs.id,
  jobId: runs.jobId,
  startedAt: sql<number>`coalesce(${runs.startedAt}, ${runs.createdAt})`.as('started_at'),
  status: sql<StatisticsRow['status']>`${runs.status}`.as('status'),
  reason: runs.reason,
  dryRun: runs.dryRun,
  files: sql<number>`iif(${runs.dryRun}, 0, ${runs.filesTransferred})`.as('files'),
  bytes: sql<number>`iif(${runs.dryRun}, 0, ${runs.bytesTransferred})`.as('bytes'),
  // A clock that was set back meanwhile makes no negative time.
  seconds: sql<number>`max(0, ifnull((${runs.completedAt} - ${runs.startedAt} + 500) / 1000, 0))`.as('seconds'),
};

/** Finished runs on their way out, and what is left of them. Each call removes some; fewer than `removedAtOnce`: all. */
export function createRunRecordStore(db: Db) {
  const remove = (which: SQL | undefined, leave: boolean): RemovedRun[] =>
    transaction(db, () => {
      const removed = db
        .select({ id: runs.id, uuid: runs.uuid, jobId: runs.jobId })
        .from(runs)
        .where(and(which, finished))
        .orderBy(runs.id)
        .limit(removedAtOnce)
        .all();
      const these = inArray(
        runs.id,
        removed.map((run) => run.id),
      );
      if (leave) db.insert(runStatistics).select(db.select(line).from(runs).where(these)).run();
      db.delete(runs).where(these).run();
      return removed;
    });

  return {
    removeOne: (id: number): RemovedRun[] => remove(eq(runs.id, id), true),
    removeOfJob: (jobId: number): RemovedRun[] => remove(eq(runs.jobId, jobId), true),
    /** Leaves no statistics. */
    purge: (): RemovedRun[] => remove(undefined, false),
    /** Those of a job beyond the newest `keep`, except the last completed one that was no dry run. */
    prune(jobId: number, keep: number): RemovedRun[] {
      const newest = db
        .select({ id: runs.id })
        .from(runs)
        .where(eq(runs.jobId, jobId))
        .orderBy(desc(runs.id))
        .limit(1)
        .offset(keep - 1)
        .get();
      if (!newest) return [];
      const lastGood = sql`(SELECT max(id) FROM runs good WHERE good.job_id = ${jobId} AND good.status = 'completed' AND good.dry_run = 0)`;
      return remove(and(eq(runs.jobId, jobId), lt(runs.id, newest.id), sql`${runs.id} IS NOT ${lastGood}`), true);
    },
    /** Of a job's finished runs, those that exist and those that do not any more; newest first. */
    statistics: (jobId: number, limit: number, offset: number): StatisticsRow[] =>
      unionAll(
        db.select().from(runStatistics).where(eq(runStatistics.jobId, jobId)),
        db
          .select(line)
          .from(runs)
          .where(and(eq(runs.jobId, jobId), finished)),
      )
        .orderBy(sql`started_at DESC, id DESC`)
        .limit(limit)
        .offset(offset)
        .all(),
    removeStatistics(startedBefore: number): void {
      db.delete(runStatistics).where(lt(runStatistics.startedAt, startedBefore)).run();
    },
    removeAllStatistics(): void {
      db.delete(runStatistics).run();
    },
  };
}

export type RunRecordStore = ReturnType<typeof createRunRecordStore>;
