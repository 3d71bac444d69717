import type { Events } from '../../core/events.ts';
import { type Connection, closeCode, type Listener } from '../../realtime/connection.ts';
import type { BackupsEvents } from './events.ts';
import type { RunRecords } from './run-records.service.ts';
import { isActive } from './run-view.ts';
import type { RunView } from './schema.ts';

export interface LiveStatusDeps {
  records: Pick<RunRecords, 'find' | 'current'>;
  events: Events<BackupsEvents>;
}

/** Starts and ends that wait for one slow reader; one further behind is sent away. */
const mostWaiting = 1000;

interface Subscriber {
  connection: Connection;
  /** Starts and ends in order, as messages. */
  waiting: string[];
  /** Runs whose progress is to be told; how far they are is looked up when it can be sent. */
  moved: Set<number>;
}

const started = (run: RunView): string =>
  JSON.stringify({ type: 'job_started', job_id: run.job_id, run_id: run.id, job_name: run.job_name });
const completed = (run: RunView): string =>
  JSON.stringify({
    type: 'job_completed',
    job_id: run.job_id,
    run_id: run.id,
    job_name: run.job_name,
    status: run.status,
  });
const progress = (run: RunView): string =>
  JSON.stringify({
    type: 'job_progress',
    job_id: run.job_id,
    run_id: run.id,
    files_transferred: run.files_transferred,
    bytes_transferred: run.bytes_transferred,
  });

/**
 * Starts, progress and ends of all runs. Who comes late hears first of the runs that are active. A slow reader misses
 * progress, never a start or an end; too far behind it is closed with 1013.
 */
export function createLiveStatus({ records, events }: LiveStatusDeps) {
  const subscribers = new Set<Subscriber>();

  const flush = ({ connection, waiting, moved }: Subscriber) => {
    for (const message of waiting.splice(0)) connection.send(message);
    for (const runId of moved) {
      const run = records.find(runId);
      if (run && isActive(run)) connection.send(progress(run));
    }
    moved.clear();
  };
  const tell = (message: string, runId: number) => {
    for (const subscriber of subscribers) {
      const { connection, waiting, moved } = subscriber;
      if (connection.roomy && waiting.length === 0) connection.send(message);
      else if (waiting.length < mostWaiting) waiting.push(message);
      else connection.close(closeCode.tooSlow, 'Too slow');
      moved.delete(runId);
    }
  };

  events.on('run.started', ({ runId }) => {
    const run = subscribers.size > 0 && records.find(runId);
    if (run) tell(started(run), runId);
  });
  events.on('run.ended', ({ runId }) => {
    const run = subscribers.size > 0 && records.find(runId);
    if (run) tell(completed(run), runId);
  });
  events.on('run.progress', ({ runId }) => {
    const run = subscribers.size > 0 && records.find(runId);
    if (!run || !isActive(run)) return;
    const message = progress(run);
    for (const { connection, waiting, moved } of subscribers)
      if (connection.roomy && waiting.length === 0) connection.send(message);
      else moved.add(runId);
  });

  return (connection: Connection): Listener => {
    const subscriber: Subscriber = { connection, waiting: [], moved: new Set() };
    subscribers.add(subscriber);
    for (const run of records.current().filter(isActive)) {
      connection.send(started(run));
      connection.send(progress(run));
    }
    return { drained: () => flush(subscriber), closed: () => void subscribers.delete(subscriber) };
  };
}

export type LiveStatus = ReturnType<typeof createLiveStatus>;
