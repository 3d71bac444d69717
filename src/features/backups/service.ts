import { readFileSync } from 'node:fs';
import type { Clock } from '../../core/clock.ts';
import type { Ids } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import type { Db } from '../../db/open.ts';
import { type FilesystemAnswers, filesystemOf } from '../../system/mounts/identity.ts';
import { resolveExisting } from '../../system/mounts/resolve.ts';
import { createKeyedQueue } from '../../work/queue.ts';
import { rootPath } from './destination.ts';
import { insideOf } from './job-rules.ts';
import { type CredentialsPort, createJobsService } from './jobs.service.ts';
import type { JobStore } from './jobs.store.ts';
import { createLogStore } from './logs.store.ts';
import type { LocalDestination } from './model.ts';
import { createRunsService } from './runs.service.ts';
import { createRunStore } from './runs.store.ts';
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
}

/** The backups room: jobs and their runs. */
export function createBackups(deps: BackupsDeps) {
  const { clock, ids, log, jobStore: jobs } = deps;
  const logs = createLogStore(deps.logsDb);
  const runsService = createRunsService({
    jobs,
    runs: createRunStore(deps.db),
    logs,
    clock,
    ids,
    log,
    dataDir: deps.dataDir,
    appliance: deps.appliance,
    queue: createKeyedQueue(),
    queueKey,
    allowedFor: (job) =>
      insideOf(
        [...deps.allowedPaths, ...job.extraPaths],
        (path) => new RunStop('source_outside', `${path} lies outside the allowed folders. Nothing was changed.`),
      ),
    leaseOwner: leaseOwner(),
    maxRunsPerJob: deps.maxRunsPerJob,
    onIdle: restSoon,
  });
  return {
    jobs: createJobsService({
      jobs,
      logs,
      credentials: deps.credentials,
      clock,
      ids,
      allowedPaths: deps.allowedPaths,
      dataDir: deps.dataDir,
    }),
    runs: runsService,
    /** Settles what a dead process left. Call once, before the first request. */
    start: () => runsService.settleDead(),
    /** Ends every run and waits for its children. */
    stop: () => runsService.stop(),
    /** Resolves when no run is pending or running. */
    idle: () => runsService.idle(),
  };
}

export type Backups = ReturnType<typeof createBackups>;

/** A run leaves 20 MiB of garbage and compiled code behind that nobody would look at before the next one. */
function restSoon(): void {
  setTimeout(() => Bun.shrink(), restAfterMs).unref();
}

/** One writer per drive: destinations on one filesystem wait for each other. */
async function queueKey(config: LocalDestination, answers: FilesystemAnswers): Promise<string> {
  if (config.usb_uuid) return config.usb_uuid.toLowerCase();
  const root = resolveExisting(rootPath(config));
  try {
    return (await filesystemOf(root, answers)).id;
  } catch {
    return root; // not there: the run will say so
  }
}

/** `<boot id>/<pid>/<process start>`: no other process, before or after a reboot, has the same. */
function leaseOwner(): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const start = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ')[19] ?? '';
  return `${boot}/${process.pid}/${start}`;
}
