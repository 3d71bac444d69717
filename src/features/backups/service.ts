import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { createEvents } from '../../core/events.ts';
import type { Ids } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import type { Db } from '../../db/open.ts';
import type { ClockSigns } from '../../system/clock/synchronised.ts';
import { createClockTrust } from '../../system/clock/trust.ts';
import { type FilesystemAnswers, filesystemOf } from '../../system/mounts/identity.ts';
import { createPlaces } from '../../system/mounts/places.ts';
import { resolveExisting } from '../../system/mounts/resolve.ts';
import { createKeyedQueue } from '../../work/queue.ts';
import { addressOf } from './addresses.ts';
import { createBackupsAttention } from './attention.service.ts';
import { createAttentionStore } from './attention.store.ts';
import { rootPath } from './destination.ts';
import { createDestinationsService } from './destinations.service.ts';
import { createDestinationsStore } from './destinations.store.ts';
import type { BackupsEvents } from './events.ts';
import type { RunStep } from './execute.ts';
import { insideOf } from './job-rules.ts';
import { type CredentialsPort, createJobsService } from './jobs.service.ts';
import type { JobRow, JobStore } from './jobs.store.ts';
import { createLiveLogs } from './live-logs.ts';
import { createLiveStatus } from './live-status.ts';
import { createLogSweeper } from './log-sweeper.ts';
import { createLogStore } from './logs.store.ts';
import type { LocalDestination } from './model.ts';
import { createPreviewService } from './preview.service.ts';
import { createRunRecords } from './run-records.service.ts';
import { createRunRecordStore } from './run-records.store.ts';
import { createRunsService } from './runs.service.ts';
import { createRunStore } from './runs.store.ts';
import { createScheduler } from './schedules/scheduler.ts';
import { createSchedulesService } from './schedules/service.ts';
import { createScheduleStore } from './schedules/store.ts';
import type { RemotePorts } from './sites/remote.ts';
import { RunStop } from './stop.ts';

/** Whoever asked for the run gets the answer first. */
const restAfterMs = 1000;

export interface BackupsDeps {
  db: Db;
  logsDb: Db;
  jobStore: JobStore;
  clock: Clock;
  ids: Ids;
  log: Log;
  credentials: CredentialsPort;
  allowedPaths: readonly string[];
  dataDir: string;
  /** This box, as named in the markers it leaves at destinations. */
  appliance: { id: string; name: string };
  maxRunsPerJob(): number;
  /** IANA zone of schedules that name none. */
  timeZone: string;
  clockSigns: ClockSigns;
  remote: RemotePorts;
  /** Called at each named step of a run; tests stop the world there. */
  onStep?(step: RunStep): void;
}

/** The backups room: jobs and their runs. */
export function createBackups(deps: BackupsDeps) {
  const { clock, ids, log, jobStore: jobs } = deps;
  const logs = createLogStore(deps.logsDb);
  const runs = createRunStore(deps.db);
  const sweeper = createLogSweeper({
    logs,
    onError: (error) => log.error('Log lines of removed runs are still there', { error }),
  });
  const events = createEvents<BackupsEvents>((error) => log.error('News of a backup was not understood', { error }));
  const allowedFor = (job: JobRow) =>
    insideOf(
      [...deps.allowedPaths, ...job.extraPaths],
      (path) => new RunStop('source_outside', `${path} lies outside the allowed folders. Nothing was changed.`),
    );
  const lifecycle = createRunsService({
    jobs,
    runs,
    events,
    logs,
    clock,
    ids,
    log,
    dataDir: deps.dataDir,
    appliance: deps.appliance,
    queue: createKeyedQueue(),
    queueKey,
    allowedFor,
    leaseOwner: leaseOwner(),
    step: deps.onStep ?? (() => {}),
    remote: deps.remote,
    prune: (jobId) => records.prune(jobId, deps.maxRunsPerJob()),
    onIdle: restSoon,
  });
  const newsFailed = (error: unknown) => log.error('Live news of a backup could not be told', { error });
  const records = createRunRecords({
    runs,
    records: createRunRecordStore(deps.db),
    jobs,
    logs,
    sweeper,
    clock,
    events,
    see: lifecycle.see,
    onError: (error) => log.error('Old runs could not be removed', { error }),
  });
  const scheduleStore = createScheduleStore(deps.db);
  const trust = createClockTrust({ clock, signs: deps.clockSigns, lastKnownMs: runs.lastKnownTime });
  const { allowedPaths, dataDir } = deps;
  const drafts = createJobsService({
    jobs,
    sweeper,
    events,
    credentials: deps.credentials,
    clock,
    ids,
    allowedPaths,
    dataDir,
  });
  const previews = createPreviewService({
    jobs,
    drafts,
    ids,
    allowedFor,
    allowedPaths,
    dataDir,
    applianceId: deps.appliance.id,
    remote: deps.remote,
  });
  const known = createDestinationsStore(deps.db);
  const destinations = createDestinationsService({ jobs, store: known, places: createPlaces(clock), clock });
  const attention = createBackupsAttention({
    jobs,
    runs: createAttentionStore(deps.db),
    completed: known,
    destinations,
    clock,
  });
  return {
    jobs: drafts,
    previews,
    destinations,
    attention,
    runs: lifecycle,
    records,
    schedules: createSchedulesService({ store: scheduleStore, events, clock, ids, timeZone: deps.timeZone }),
    /** Not started by `start`: only a server keeps schedules, never a command that owns the folder for a while. */
    scheduler: createScheduler({
      store: scheduleStore,
      runs: lifecycle,
      interrupted: runs.interrupted,
      events,
      clock,
      trust,
      log,
    }),
    /** Is the wall clock to be believed? */
    clockState: () => trust.look(),
    events,
    live: {
      logs: createLiveLogs({ logs, records, events, onError: newsFailed }),
      status: createLiveStatus({ records, events }),
    },
    /** Settles what a dead process left. Call once, before the first request. */
    start() {
      lifecycle.settleDead();
      sweeper.begin();
    },
    /** Removes what has expired. */
    sweep: () => records.sweep(),
    /** Ends every run and waits for its children. */
    stop() {
      sweeper.stop();
      records.stop();
      return Promise.all([lifecycle.stop(), previews.stop()]).then(() => {});
    },
    /** Resolves when no run is pending or running. */
    idle: () => lifecycle.idle(),
  };
}

export type Backups = ReturnType<typeof createBackups>;

/** A run leaves 20 MiB of garbage and compiled code behind that nobody would look at before the next one. */
function restSoon(): void {
  setTimeout(() => Bun.shrink(), restAfterMs).unref();
}

/**
 * One writer per drive: destinations on one filesystem wait for each other, also those whose folder is still to be made.
 * At a storage service one per root, whatever credential leads to it: two may be for one account.
 */
async function queueKey(job: JobRow, answers: FilesystemAnswers): Promise<string> {
  if (job.destinationType !== 'local') return addressOf(job.destinationType, job.destinationConfig);
  const config = job.destinationConfig as LocalDestination;
  if (config.usb_uuid) return config.usb_uuid.toLowerCase();
  const root = resolveExisting(rootPath(config));
  const mountPoint = resolveExisting(config.mount_point);
  for (let at = root; ; at = dirname(at))
    try {
      return (await filesystemOf(at, answers)).id.toLowerCase();
    } catch {
      if (!at.startsWith(`${mountPoint}/`)) return root; // not there: the run will say so
    }
}

/** `<boot id>/<pid>/<process start>`: no other process, before or after a reboot, has the same. */
function leaseOwner(): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const start = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ')[19] ?? '';
  return `${boot}/${process.pid}/${start}`;
}
