import { and, desc, eq, gt, gte, inArray, isNull, or, sql } from 'drizzle-orm';
import { type Db, transaction } from '../../db/open.ts';
import { jobs, runErrors, runs, scheduleSlots, schedules } from './table.ts';

export type RunRow = typeof runs.$inferSelect;
export type RunPhase = NonNullable<RunRow['phase']>;
export type NewRun = Pick<
  RunRow,
  'uuid' | 'jobId' | 'jobName' | 'trigger' | 'scheduleId' | 'retryOf' | 'dryRun' | 'syncOptions' | 'createdAt'
>;
/** A run that is to be started again by itself. */
export type InterruptedRun = Pick<RunRow, 'id' | 'jobId' | 'trigger' | 'scheduleId'>;
/** What is left out is not asked for. */
export interface RunFilter {
  jobId?: number | undefined;
  status?: RunRow['status'] | undefined;
  /** Started then or later; one that waits counts from when it was asked for. */
  sinceMs?: number | undefined;
}
export type RunErrorRow = typeof runErrors.$inferSelect;

const active = ['pending', 'running'] as const;
/** Per-file errors kept of one run; the rest is counted. */
export const errorsKept = 1000;

/** So many tell how long a job usually takes: enough that one bad night does not. */
const lastRuns = 5;

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
    /** Of all jobs, newest first. */
    listAll: ({ jobId, status, sinceMs }: RunFilter, limit: number, offset: number): RunRow[] =>
      db
        .select()
        .from(runs)
        .where(
          and(
            jobId === undefined ? undefined : eq(runs.jobId, jobId),
            status && eq(runs.status, status),
            sinceMs === undefined ? undefined : gte(sql`coalesce(${runs.startedAt}, ${runs.createdAt})`, sinceMs),
          ),
        )
        .orderBy(desc(runs.id))
        .limit(limit)
        .offset(offset)
        .all(),
    jobExists: (jobId: number): boolean =>
      db.select({ id: jobs.id }).from(jobs).where(eq(jobs.id, jobId)).get() !== undefined,
    /**
     * null when the job already has an active run: the unique index decides, not a look before. The slots of schedules
     * it is started for are used up with it, or nothing happens at all; throws when one is used already.
     */
    start(run: NewRun, slots: readonly { scheduleId: number; slot: number }[] = []): RunRow | null {
      return transaction(db, () => {
        const made = db
          .insert(runs)
          .values({ ...run, status: 'pending' })
          .onConflictDoNothing()
          .returning()
          .get();
        if (!made) return null;
        for (const slot of slots)
          db.insert(scheduleSlots)
            .values({ ...slot, decidedAt: run.createdAt })
            .run();
        return made;
      });
    },
    /**
     * Last runs of their jobs that were interrupted and nobody asked for by hand, unless the job or the schedule is
     * switched off, or the run was a second try itself.
     */
    interrupted: (): InterruptedRun[] =>
      db
        .select({ id: runs.id, jobId: runs.jobId, trigger: runs.trigger, scheduleId: runs.scheduleId })
        .from(runs)
        .innerJoin(jobs, eq(jobs.id, runs.jobId))
        .leftJoin(schedules, eq(schedules.id, runs.scheduleId))
        .where(
          and(
            sql`${runs.id} = (SELECT max(r.id) FROM runs r WHERE r.job_id = ${jobs.id})`,
            eq(runs.status, 'failed'),
            eq(runs.reason, 'interrupted'),
            isNull(runs.retryOf),
            eq(jobs.enabled, true),
            or(eq(runs.trigger, 'drive'), and(eq(runs.trigger, 'scheduled'), eq(schedules.enabled, true))),
          ),
        )
        .orderBy(runs.id)
        .all(),
    /**
     * The latest moment the newest run knows of; 0 without runs. The newest, not the latest of all: a clock that was
     * ahead for a while is forgotten with the first run after.
     */
    lastKnownTime: (): number =>
      db
        .select({
          at: sql<number>`max(${runs.createdAt}, coalesce(${runs.completedAt}, 0), coalesce(${runs.heartbeatAt}, 0))`,
        })
        .from(runs)
        .orderBy(desc(runs.id))
        .limit(1)
        .get()?.at ?? 0,
    /**
     * The middle of how long the last runs of a job took, dry runs aside, and first copies, which say nothing of what
     * follows them; null without such runs.
     */
    usualMs(jobId: number): number | null {
      const took = db
        .select({ ms: sql<number>`${runs.completedAt} - ${runs.startedAt}` })
        .from(runs)
        .where(
          and(
            eq(runs.jobId, jobId),
            eq(runs.status, 'completed'),
            eq(runs.dryRun, false),
            sql`${runs.completedAt} >= ${runs.startedAt}`,
            sql`2 * ${runs.bytesTransferred} <= ${runs.bytesTotal}`,
          ),
        )
        .orderBy(desc(runs.id))
        .limit(lastRuns)
        .all()
        .map(({ ms }) => ms)
        .sort((a, b) => a - b);
      return took[Math.floor(took.length / 2)] ?? null;
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
    /** Active ones, and the last one of every job. */
    current: (): RunRow[] =>
      db
        .select()
        .from(runs)
        .where(
          or(
            inArray(runs.status, active),
            sql`${runs.id} IN (SELECT (SELECT max(r.id) FROM runs r WHERE r.job_id = jobs.id) FROM jobs)`,
          ),
        )
        .orderBy(runs.id)
        .all(),
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
