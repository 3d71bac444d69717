import { and, desc, eq, gt, lt, or, sql } from 'drizzle-orm';
import { type Db, transaction } from '../../../db/open.ts';
import type { ScheduleRow } from '../jobs.store.ts';
import { jobs, scheduleSlots, schedules } from '../table.ts';

type ScheduleValues = Omit<ScheduleRow, 'id' | 'uuid' | 'jobId' | 'createdAt'>;
/** One time of one schedule; UTC milliseconds. */
export interface Slot {
  scheduleId: number;
  slot: number;
}

/** Slots of a schedule that are kept whatever their age: a clock that was years ahead for a while must not remove them. */
const slotsKept = 1000;

/** Schedules, and the slots that are used up. */
export function createScheduleStore(db: Db) {
  const byId = db
    .select()
    .from(schedules)
    .where(eq(schedules.id, sql.placeholder('id')))
    .prepare();
  const byJob = db
    .select()
    .from(schedules)
    .where(eq(schedules.jobId, sql.placeholder('jobId')))
    .orderBy(schedules.id)
    .prepare();
  const switchedOn = db
    .select({ schedule: schedules })
    .from(schedules)
    .innerJoin(jobs, eq(jobs.id, schedules.jobId))
    .where(and(eq(schedules.enabled, true), eq(jobs.enabled, true)))
    .orderBy(schedules.id)
    .prepare();
  const used = db
    .select({ slot: scheduleSlots.slot })
    .from(scheduleSlots)
    .where(
      and(eq(scheduleSlots.scheduleId, sql.placeholder('scheduleId')), eq(scheduleSlots.slot, sql.placeholder('slot'))),
    )
    .prepare();

  return {
    get: (id: number): ScheduleRow | null => byId.get({ id }) ?? null,
    ofJob: (jobId: number): ScheduleRow[] => byJob.all({ jobId }),
    job: (id: number): { enabled: boolean } | null =>
      db.select({ enabled: jobs.enabled }).from(jobs).where(eq(jobs.id, id)).get() ?? null,
    insert: (values: ScheduleValues & { uuid: string; jobId: number; createdAt: number }): ScheduleRow =>
      db.insert(schedules).values(values).returning().get(),
    update: (id: number, values: ScheduleValues): ScheduleRow | null =>
      db.update(schedules).set(values).where(eq(schedules.id, id)).returning().get() ?? null,
    /** The schedule that is gone, or null. Its used slots go with it. */
    remove: (id: number): ScheduleRow | null =>
      db.delete(schedules).where(eq(schedules.id, id)).returning().get() ?? null,

    /** Schedules that are switched on, of jobs that are. */
    active: (): ScheduleRow[] => switchedOn.all().map((row) => row.schedule),
    isUsed: (slot: Slot): boolean => used.get({ ...slot }) !== undefined,
    /** Uses slots up without a run; used ones stay as they are. */
    useUp(slots: readonly Slot[], nowMs: number): void {
      transaction(db, () => {
        for (const slot of slots)
          db.insert(scheduleSlots)
            .values({ ...slot, decidedAt: nowMs })
            .onConflictDoNothing()
            .run();
      });
    },
    /**
     * After the clock went back: schedules that were made, or had a slot decided, later than it is now begin anew at
     * this moment. Their slots stay used. Answers how many schedules that were.
     */
    beginAnew(nowMs: number, toleranceMs: number): number {
      const future = nowMs + toleranceMs;
      return transaction(db, () => {
        const ahead = db
          .update(schedules)
          .set({ activeSince: nowMs })
          .where(
            or(
              gt(schedules.activeSince, future),
              sql`EXISTS (SELECT 1 FROM ${scheduleSlots} s WHERE s.schedule_id = ${schedules.id} AND s.decided_at > ${future})`,
            ),
          )
          .returning({ id: schedules.id })
          .all();
        // Noticed once: else every start until then would notice it again, and nothing missed would be made up for.
        if (ahead.length > 0)
          db.update(scheduleSlots).set({ decidedAt: nowMs }).where(gt(scheduleSlots.decidedAt, future)).run();
        return ahead.length;
      });
    },
    /** Forgets used slots before a time, but never the newest thousand of a schedule. */
    prune(beforeMs: number): void {
      for (const { id } of db.select({ id: schedules.id }).from(schedules).all()) {
        const oldestKept = db
          .select({ slot: scheduleSlots.slot })
          .from(scheduleSlots)
          .where(eq(scheduleSlots.scheduleId, id))
          .orderBy(desc(scheduleSlots.slot))
          .limit(1)
          .offset(slotsKept - 1)
          .get();
        if (!oldestKept) continue;
        db.delete(scheduleSlots)
          .where(and(eq(scheduleSlots.scheduleId, id), lt(scheduleSlots.slot, Math.min(beforeMs, oldestKept.slot))))
          .run();
      }
    },
  };
}

export type ScheduleStore = ReturnType<typeof createScheduleStore>;
