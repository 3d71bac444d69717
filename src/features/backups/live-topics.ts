import type { Events } from '../../core/events.ts';
import type { Hub } from '../../realtime/hub.ts';
import type { BackupsEvents } from './events.ts';
import type { JobsService } from './jobs.service.ts';
import type { RunRecords } from './run-records.service.ts';
import type { RunView } from './schema.ts';

export interface LiveTopicsDeps {
  jobs: Pick<JobsService, 'list' | 'get'>;
  records: Pick<RunRecords, 'find' | 'current'>;
  events: Events<BackupsEvents>;
}

/**
 * Topic `jobs`: snapshot = `GET /api/jobs`, changes `{"job": JobView}` (also when a run of it begins or ends) and
 * `{"removed": id}`. Topic `runs`: snapshot = active runs and the last run of every job, changes `{"run": RunView}` and
 * `{"removed": [ids]}`.
 */
export function addLiveTopics(hub: Hub, { jobs, records, events }: LiveTopicsDeps): void {
  /** The last run of each job, as subscribers know it. */
  let lastRuns = new Map<number, number | undefined>();
  /** Last known status of active runs: `last_run` of a job changes with it, without an event of its own. */
  const statuses = new Map<number, RunView['status']>();

  const jobsTopic = hub.topic('jobs', () => {
    const all = jobs.list();
    lastRuns = new Map(all.map((job) => [job.id, job.last_run?.id]));
    return JSON.stringify(all);
  });
  const runsTopic = hub.topic('runs', () => JSON.stringify(records.current()));

  const jobChanged = (jobId: number) => {
    const job = jobs.get(jobId);
    lastRuns.set(jobId, job.last_run?.id);
    jobsTopic.publish(() => JSON.stringify({ job }));
  };
  const runChanged = ({ runId, jobId }: { runId: number; jobId: number }) => {
    const run = records.find(runId);
    if (!run) return;
    runsTopic.publish(() => JSON.stringify({ run }));
    if (statuses.get(runId) === run.status) return;
    statuses.set(runId, run.status);
    jobChanged(jobId);
  };

  events.on('job.changed', ({ jobId }) => jobChanged(jobId));
  events.on('job.removed', ({ jobId }) => {
    jobsTopic.publish(() => JSON.stringify({ removed: jobId }));
    lastRuns.delete(jobId);
    runsTopic.refresh(); // its runs went with it
  });
  events.on('run.started', runChanged);
  events.on('run.progress', runChanged);
  events.on('run.ended', (ended) => {
    runChanged(ended);
    statuses.delete(ended.runId);
  });
  events.on('runs.removed', ({ runIds }) => {
    runsTopic.publish(() => JSON.stringify({ removed: runIds }));
    for (const [jobId, last] of lastRuns) {
      if (last === undefined || !runIds.includes(last)) continue;
      jobChanged(jobId);
      const before = records.find(lastRuns.get(jobId) ?? 0);
      if (before) runsTopic.publish(() => JSON.stringify({ run: before }));
    }
  });
}
