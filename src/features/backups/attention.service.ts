import type { AttentionSource } from '../../core/attention.ts';
import type { Clock } from '../../core/clock.ts';
import type { AttentionStore } from './attention.store.ts';
import { destinationLines, jobLines } from './attention.ts';
import type { DestinationsService } from './destinations.service.ts';
import type { DestinationsStore } from './destinations.store.ts';
import type { JobStore, ScheduleRow } from './jobs.store.ts';

export interface BackupsAttentionDeps {
  jobs: JobStore;
  runs: AttentionStore;
  completed: Pick<DestinationsStore, 'lastCompleted'>;
  destinations: DestinationsService;
  clock: Clock;
}

/** What the backups room has to say to a person. */
export const createBackupsAttention =
  ({ jobs, runs, completed, destinations, clock }: BackupsAttentionDeps): AttentionSource =>
  async () => {
    const seen = await destinations.list();
    const destinationOf = new Map(seen.flatMap((one) => one.jobs.map((job) => [job.id, one] as const)));
    const now = clock.now();
    const [schedules, begun, finished, lastCompleted] = [
      jobs.schedules(),
      runs.begun(),
      runs.lastFinished(),
      completed.lastCompleted(),
    ];
    const { rhythmOf } = await import('./schedules/rhythm.ts'); // reckoning costs an idle server two megabytes
    const rhythm = (schedule: ScheduleRow) => rhythmOf(schedule, now);
    return [
      ...jobs.list().flatMap((job) =>
        jobLines(
          {
            job,
            schedules: schedules.get(job.id) ?? [],
            begun: begun.has(job.id),
            lastFinished: finished.get(job.id) ?? null,
            lastCompletedAt: lastCompleted.get(job.id) ?? null,
            destination: destinationOf.get(job.id) ?? null,
          },
          rhythm,
          now,
        ),
      ),
      ...seen.flatMap(destinationLines),
    ];
  };
