import type { Events } from '../../core/events.ts';
import type { Hub } from '../../realtime/hub.ts';
import type { BackupsEvents } from './events.ts';
import type { JobsService } from './jobs.service.ts';
import type { RunRecords } from './run-records.service.ts';
import type { RunView } from './schema.ts';

export interface LiveTopicsDeps {
  jobs: Pick<JobsService, 'listText' | 'get'>;
  records: Pick<RunRecords, 'find' | 'current'>;
  events: Events<BackupsEvents>;
}

/**
 * Topic `jobs`: snapshot = `GET /api/jobs`, changes `{"job": JobView}` (also when a run of it begins or ends) and
 * `{"removed": id}`. Topic `runs`: snapshot = active runs and the last run of every job, changes `{"run": RunView}` and
 * `{"removed": [ids]}`.
 */
export function addLiveTopics(hub: Hub, { jobs, records, events }: LiveTopicsDeps): void {
  const jobsTopic = hub.topic('jobs', jobs.listText);
  const runsTopic = hub.topic('runs', () => JSON.stringify(records.current()));
  /** Last told status of active runs: `last_run` of a job changes with it, without an event of its own. */
  const statuses = new Map<number, RunView['status']>();

  const runChanged = ({ runId, jobId }: { runId: number; jobId: number }) => {
    const run = records.find(runId);
    if (!run) return;
    runsTopic.publish(() => JSON.stringify({ run }));
    if (statuses.get(runId) === run.status) return;
    statuses.set(runId, run.status);
    jobsTopic.publish(() => JSON.stringify({ job: jobs.get(jobId) }));
  };

  events.on('job.changed', ({ jobId }) => {
    const job = jobs.get(jobId);
    jobsTopic.publish(() => JSON.stringify({ job }));
    // Its last run may be another one now: the one before, when the last was removed.
    const last = job.last_run && records.find(job.last_run.id);
    if (last) runsTopic.publish(() => JSON.stringify({ run: last }));
  });
  events.on('job.removed', ({ jobId }) => jobsTopic.publish(() => JSON.stringify({ removed: jobId })));
  events.on('run.started', runChanged);
  events.on('run.progress', runChanged);
  events.on('run.ended', (ended) => {
    runChanged(ended);
    statuses.delete(ended.runId);
  });
  events.on('runs.removed', ({ runIds }) => runsTopic.publish(() => JSON.stringify({ removed: runIds })));
}
