import { and, desc, eq, gt, inArray, isNull, lt, sql } from 'drizzle-orm';
import { type Db, transaction } from '../../db/open.ts';
import { jobs, runErrors, runs } from './table.ts';

export type RunRow = typeof runs.$inferSelect;
export type NewRun = Pick<
  RunRow,
  'uuid' | 'jobId' | 'jobName' | 'trigger' | 'scheduleId' | 'dryRun' | 'syncOptions' | 'createdAt'
>;
export type RunErrorRow = typeof runErrors.$inferSelect;

const active = ['pending', 'running'] as const;
/** Per-file errors kept of one run; the rest is counted. */
export const errorsKept = 1000;

/** Runs and their per-file errors. */
export function createRunStore(db: Db) {
  const one = db
    .select()
    .from(runs)
    .where(eq(runs.id, sql.placeholder('id')))
    .prepare();
  const ofJob = db
    .select()
    .from(runs)
    .where(eq(runs.jobId, sql.placeholder('jobId')))
    .orderBy(desc(runs.id))
    .limit(sql.placeholder('limit'))
    .offset(sql.placeholder('offset'))
    .prepare();
  const addError = db
    .insert(runErrors)
    .values({
      runId: sql.placeholder('runId'),
      landing: sql.placeholder('landing'),
      path: sql.placeholder('path'),
      level: sql.placeholder('level'),
      message: sql.placeholder('message'),
    })
    .prepare();

  return {
    get: (id: number): RunRow | null => one.get({ id }) ?? null,
    list: (jobId: number, limit: number, offset: number): RunRow[] => ofJob.all({ jobId, limit, offset }),
    jobExists: (jobId: number): boolean =>
      db.select({ id: jobs.id }).from(jobs).where(eq(jobs.id, jobId)).get() !== undefined,
    /** null when the job already has an active run: the unique index decides, not a look before. */
    start(run: NewRun): RunRow | null {
      return (
        db
          .insert(runs)
          .values({ ...run, status: 'pending' })
          .onConflictDoNothing()
          .returning()
          .get() ?? null
      );
    },
    /** Changes columns of a run that is still active; false when it was settled meanwhile. */
    patch(id: number, values: Partial<RunRow>): boolean {
      return (
        db
          .update(runs)
          .set(values)
          .where(and(eq(runs.id, id), inArray(runs.status, active)))
          .returning({ id: runs.id })
          .all().length > 0
      );
    },
    /** The run a confirm token belongs to, while it is unused and not older than `notBefore`. */
    byConfirm: (jobId: number, confirm: string, notBefore: number): RunRow | null =>
      db
        .select()
        .from(runs)
        .where(
          and(
            eq(runs.jobId, jobId),
            eq(runs.confirm, confirm),
            isNull(runs.confirmUsedAt),
            gt(runs.createdAt, notBefore),
          ),
        )
        .get() ?? null,
    /** Takes the token; false when somebody was faster. */
    useConfirm: (id: number, now: number): boolean =>
      db
        .update(runs)
        .set({ confirmUsedAt: now })
        .where(and(eq(runs.id, id), isNull(runs.confirmUsedAt)))
        .returning({ id: runs.id })
        .all().length > 0,
    active: (): RunRow[] => db.select().from(runs).where(inArray(runs.status, active)).all(),
    activeOf: (jobId: number): RunRow | null =>
      db
        .select()
        .from(runs)
        .where(and(eq(runs.jobId, jobId), inArray(runs.status, active)))
        .get() ?? null,
    addErrors(rows: Omit<RunErrorRow, 'id'>[]): void {
      transaction(db, () => {
        for (const row of rows) addError.run(row);
      });
    },
    errors: (runId: number, limit: number, offset: number): RunErrorRow[] =>
      db
        .select()
        .from(runErrors)
        .where(eq(runErrors.runId, runId))
        .orderBy(runErrors.id)
        .limit(limit)
        .offset(offset)
        .all(),
    /** Finished runs of a job beyond the newest `keep`, except the last completed one. Returns the removed runs' UUIDs. */
    prune(jobId: number, keep: number): string[] {
      return transaction(db, () => {
        const lastGood = db
          .select({ id: runs.id })
          .from(runs)
          .where(and(eq(runs.jobId, jobId), eq(runs.status, 'completed')))
          .orderBy(desc(runs.id))
          .limit(1)
          .get();
        const oldest = db
          .select({ id: runs.id })
          .from(runs)
          .where(eq(runs.jobId, jobId))
          .orderBy(desc(runs.id))
          .limit(1)
          .offset(keep - 1)
          .get();
        if (!oldest) return [];
        return db
          .delete(runs)
          .where(
            and(
              eq(runs.jobId, jobId),
              lt(runs.id, oldest.id),
              sql`${runs.id} IS NOT ${lastGood?.id ?? null}`,
              sql`${runs.status} NOT IN ('pending', 'running')`,
            ),
          )
          .returning({ uuid: runs.uuid })
          .all()
          .map((row) => row.uuid);
      });
    },
    uuids: (): Set<string> =>
      new Set(
        db
          .select({ uuid: runs.uuid })
          .from(runs)
          .all()
          .map((row) => row.uuid),
      ),
  };
}

export type RunStore = ReturnType<typeof createRunStore>;
