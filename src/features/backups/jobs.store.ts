import { and, eq, sql } from 'drizzle-orm';
import { type Db, transaction } from '../../db/open.ts';
import type { Landing } from './landings.ts';
import type { DestinationConfig, SyncOptions } from './model.ts';
import { jobDestinations, jobSources, jobs, runs, schedules } from './table.ts';

export type JobRow = typeof jobs.$inferSelect & { sources: Landing[] };
export type ScheduleRow = typeof schedules.$inferSelect;
export type DestinationRow = typeof jobDestinations.$inferSelect;

export interface JobValues {
  name: string;
  description: string;
  enabled: boolean;
  destinationType: string;
  destinationConfig: DestinationConfig;
  syncOptions: SyncOptions;
  credentialId: number | null;
  extraPaths: string[];
}

export interface LastRun {
  id: number;
  status: string;
  startedAt: number | null;
  completedAt: number | null;
}

/** Jobs, their sources and schedules, and what is known of their destinations. */
export function createJobStore(db: Db) {
  const allJobs = db.select().from(jobs).orderBy(jobs.id).prepare();
  const oneJob = db
    .select()
    .from(jobs)
    .where(eq(jobs.id, sql.placeholder('id')))
    .prepare();
  const allSources = db.select().from(jobSources).orderBy(jobSources.jobId, jobSources.position).prepare();
  const sourcesOf = db
    .select()
    .from(jobSources)
    .where(eq(jobSources.jobId, sql.placeholder('id')))
    .orderBy(jobSources.position)
    .prepare();
  const allSchedules = db.select().from(schedules).orderBy(schedules.id).prepare();
  const schedulesOf = db
    .select()
    .from(schedules)
    .where(eq(schedules.jobId, sql.placeholder('id')))
    .prepare();
  const lastRunColumns = {
    id: runs.id,
    jobId: runs.jobId,
    status: runs.status,
    startedAt: runs.startedAt,
    completedAt: runs.completedAt,
  };
  const lastRuns = db
    .select(lastRunColumns)
    .from(runs)
    .where(sql`${runs.id} IN (SELECT (SELECT max(r.id) FROM runs r WHERE r.job_id = jobs.id) FROM jobs)`)
    .prepare();
  const lastRunOf = db
    .select(lastRunColumns)
    .from(runs)
    .where(eq(runs.jobId, sql.placeholder('id')))
    .orderBy(sql`${runs.id} DESC`)
    .limit(1)
    .prepare();
  const landings = (rows: { path: string; landing: string }[]): Landing[] =>
    rows.map((row) => ({ source: row.path, landing: row.landing }));

  const writeSources = (jobId: number, sources: readonly Landing[]) => {
    db.delete(jobSources).where(eq(jobSources.jobId, jobId)).run();
    for (const [position, { source, landing }] of sources.entries())
      db.insert(jobSources).values({ jobId, position, path: source, landing }).run();
  };
  const get = (id: number): JobRow | null => {
    const row = oneJob.get({ id });
    return row ? { ...row, sources: landings(sourcesOf.all({ id })) } : null;
  };

  // Everything is written through this one connection: one process owns the data folder.
  const changes = db.$client.query<{ n: number }, []>('SELECT total_changes() AS n');

  return {
    get,
    list(): JobRow[] {
      const sources = Map.groupBy(allSources.all(), (row) => row.jobId);
      return allJobs.all().map((row) => ({ ...row, sources: landings(sources.get(row.id) ?? []) }));
    },
    /** Grows with every row changed in this database since it was opened: the same number, the same content. */
    changes: (): number => changes.get()?.n ?? 0,
    exists: (uuid: string): boolean =>
      db.select({ id: jobs.id }).from(jobs).where(eq(jobs.uuid, uuid)).get() !== undefined,
    usedBy: (credentialId: number): { id: number; name: string }[] =>
      db
        .select({ id: jobs.id, name: jobs.name })
        .from(jobs)
        .where(eq(jobs.credentialId, credentialId))
        .orderBy(jobs.id)
        .all(),
    insert(uuid: string, values: JobValues, sources: readonly Landing[], now: number): JobRow {
      return transaction(db, () => {
        const { id } = db
          .insert(jobs)
          .values({ uuid, ...values, createdAt: now, updatedAt: now })
          .returning({ id: jobs.id })
          .get();
        writeSources(id, sources);
        return get(id) as JobRow;
      });
    },
    update(id: number, values: JobValues, sources: readonly Landing[], now: number): JobRow | null {
      return transaction(db, () => {
        const wasOff = oneJob.get({ id })?.enabled === false;
        const changed = db
          .update(jobs)
          .set({ ...values, updatedAt: now })
          .where(eq(jobs.id, id))
          .returning({ id: jobs.id })
          .all();
        if (changed.length === 0) return null;
        // What its schedules named while the job was switched off is not made up for.
        if (wasOff && values.enabled)
          db.update(schedules).set({ activeSince: now }).where(eq(schedules.jobId, id)).run();
        writeSources(id, sources);
        return get(id);
      });
    },
    /** Copies a job under a new name, its schedules switched off. */
    clone(id: number, uuid: string, name: string, scheduleUuid: () => string, now: number): JobRow | null {
      return transaction(db, () => {
        const original = get(id);
        if (!original) return null;
        const { id: _id, uuid: _uuid, sources, ...values } = original;
        const made = db
          .insert(jobs)
          .values({ ...values, uuid, name, createdAt: now, updatedAt: now })
          .returning({ id: jobs.id })
          .get();
        writeSources(made.id, sources);
        for (const { id: _row, ...schedule } of schedulesOf.all({ id }))
          db.insert(schedules)
            .values({
              ...schedule,
              uuid: scheduleUuid(),
              jobId: made.id,
              enabled: false,
              createdAt: now,
              activeSince: now,
            })
            .run();
        return get(made.id);
      });
    },
    /** False when the job has an active run, null when there is no such job. */
    remove(id: number): { runs: { id: number; uuid: string }[] } | 'active' | null {
      return transaction(db, () => {
        const rows = db
          .select({ id: runs.id, uuid: runs.uuid, status: runs.status })
          .from(runs)
          .where(eq(runs.jobId, id))
          .all();
        if (rows.some((row) => row.status === 'pending' || row.status === 'running')) return 'active';
        const gone = db.delete(jobs).where(eq(jobs.id, id)).returning({ id: jobs.id }).all();
        return gone.length === 0 ? null : { runs: rows };
      });
    },
    names: (): Set<string> =>
      new Set(
        db
          .select({ name: jobs.name })
          .from(jobs)
          .all()
          .map((row) => row.name),
      ),
    lastRuns: (): Map<number, LastRun> => new Map(lastRuns.all().map((row) => [row.jobId, row])),
    lastRun: (id: number): LastRun | null => lastRunOf.get({ id }) ?? null,
    schedules: (): Map<number, ScheduleRow[]> => Map.groupBy(allSchedules.all(), (row) => row.jobId),
    schedulesOf: (id: number): ScheduleRow[] => schedulesOf.all({ id }),

    destination: (jobId: number, destinationId: string): DestinationRow | null =>
      db
        .select()
        .from(jobDestinations)
        .where(and(eq(jobDestinations.jobId, jobId), eq(jobDestinations.destinationId, destinationId)))
        .get() ?? null,
    /** What this job knew of a destination at this address, whatever its marker said. */
    destinationsAt: (jobId: number, address: string): DestinationRow[] =>
      db
        .select()
        .from(jobDestinations)
        .where(and(eq(jobDestinations.jobId, jobId), eq(jobDestinations.address, address)))
        .all(),
    saveDestination(row: DestinationRow): void {
      db.insert(jobDestinations)
        .values(row)
        .onConflictDoUpdate({ target: [jobDestinations.jobId, jobDestinations.destinationId], set: row })
        .run();
    },
    lastKey(jobId: number): string | null {
      const row = db
        .select({ key: sql<string | null>`max(${jobDestinations.lastKey})` })
        .from(jobDestinations)
        .where(eq(jobDestinations.jobId, jobId))
        .get();
      return row?.key ?? null;
    },
  };
}

export type JobStore = ReturnType<typeof createJobStore>;
