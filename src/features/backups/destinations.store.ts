import { and, eq, max } from 'drizzle-orm';
import type { Db } from '../../db/open.ts';
import type { DestinationRow } from './jobs.store.ts';
import { jobDestinations, runs } from './table.ts';

/** What is known of destinations without looking at them. */
export function createDestinationsStore(db: Db) {
  const known = db.select().from(jobDestinations).prepare();
  const completed = db
    .select({ jobId: runs.jobId, at: max(runs.completedAt) })
    .from(runs)
    .where(and(eq(runs.status, 'completed'), eq(runs.dryRun, false)))
    .groupBy(runs.jobId)
    .prepare();
  return {
    known: (): DestinationRow[] => known.all(),
    /** When each job completed a run last, dry runs aside. */
    lastCompleted: (): Map<number, number> =>
      new Map(completed.all().flatMap(({ jobId, at }) => (at === null ? [] : [[jobId, at] as const]))),
  };
}

export type DestinationsStore = ReturnType<typeof createDestinationsStore>;
