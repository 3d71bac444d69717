import { timingSafeEqual } from 'node:crypto';
import { type Clock, toIso, toIsoOrNull } from '../../core/clock.ts';
import { conflict, invalid, notFound } from '../../core/errors.ts';
import type { Events } from '../../core/events.ts';
import type { Ids } from '../../core/ids.ts';
import { addresseeChanged, isStorageKind, parseConfig, storageKinds } from '../../storage/registry.ts';
import { readMounts } from '../../system/mounts/mountinfo.ts';
import { rootPath } from './destination.ts';
import type { BackupsEvents } from './events.ts';
import { checkFolders, cleanPath, needsSecretAgain } from './job-rules.ts';
import type { JobRow, JobStore, JobValues, LastRun, ScheduleRow } from './jobs.store.ts';
import { assignLandings, type Landing } from './landings.ts';
import type { LogSweeper } from './log-sweeper.ts';
import type { DestinationConfig, LocalDestination } from './model.ts';
import { findIntrusion, namedRoot, neighboursOf, rootsBelow } from './neighbours.ts';
import { completeOptions } from './options.ts';
import type { JobBody, JobView } from './schema.ts';

/** What jobs need of the credentials room. */
export interface CredentialsPort {
  /** null: no such credential. */
  find(id: number): { name: string; provider_type: string } | null;
  open(id: number): { data: Record<string, unknown> };
}

export interface JobsDeps {
  jobs: JobStore;
  sweeper: Pick<LogSweeper, 'forget'>;
  events: Events<BackupsEvents>;
  credentials: CredentialsPort;
  clock: Clock;
  ids: Ids;
  allowedPaths: readonly string[];
  dataDir: string;
}

export interface JobsService {
  list(): JobView[];
  /** The same as JSON text; made anew only when something in the database changed. */
  listText(): string;
  get(id: number): JobView;
  /** `byOwner`: sent through the data folder's socket, which may allow further folders for this job. */
  create(body: JobBody, byOwner: boolean): JobView;
  update(id: number, body: JobBody, byOwner: boolean): JobView;
  /** The job this body would make, or make of job `id`; stored nowhere. Throws what saving it would throw. */
  draft(id: number | null, body: JobBody, byOwner: boolean): JobRow;
  remove(id: number): void;
  clone(id: number): JobView;
}

const control = /[\u0000-\u001f\u007f]/;

export function createJobsService(deps: JobsDeps): JobsService {
  const { jobs, clock, ids } = deps;

  const view = (job: JobRow, lastRun: LastRun | null, schedules: readonly ScheduleRow[]): JobView => ({
    id: job.id,
    name: job.name,
    description: job.description,
    enabled: job.enabled,
    source_dirs: job.sources.map((source) => source.source),
    destination_type: job.destinationType,
    destination_config: job.destinationConfig as Record<string, unknown>,
    sync_options: { ...job.syncOptions },
    credential_id: job.credentialId,
    created_at: toIso(job.createdAt),
    updated_at: toIso(job.updatedAt),
    last_run: lastRun && {
      id: lastRun.id,
      status: lastRun.status,
      started_at: toIsoOrNull(lastRun.startedAt),
      completed_at: toIsoOrNull(lastRun.completedAt),
    },
    schedules: schedules.map((one) => ({
      id: one.id,
      schedule_type: one.scheduleType,
      hour: one.hour,
      minute: one.minute,
    })),
    uuid: job.uuid,
    landings: job.sources.map((source) => source.landing),
  });
  const viewOne = (job: JobRow): JobView => view(job, jobs.lastRun(job.id), jobs.schedulesOf(job.id));
  const told = (job: JobRow): JobView => {
    deps.events.emit('job.changed', { jobId: job.id });
    return viewOne(job);
  };
  const existing = (id: number): JobRow => {
    const job = jobs.get(id);
    if (!job) throw notFound('Job');
    return job;
  };

  /** Checks a whole body; nothing is stored unless all of it holds. */
  const check = (body: JobBody, before: JobRow | null, byOwner: boolean): { values: JobValues; sources: Landing[] } => {
    const name = body.name.trim();
    if (name === '') throw invalid("Field 'name' must not be empty");
    if (control.test(name)) throw invalid("Field 'name' must not contain control characters");
    if (!byOwner && body.extra_paths) throw invalid("Field 'extra_paths' is taken from the command line only");
    const paths = body.source_dirs.map((path, index) => cleanPath(path, `source_dirs.${index}`));
    const extraPaths = body.extra_paths?.map((path, index) => cleanPath(path, `extra_paths.${index}`));
    const type = body.destination_type;
    const destinationConfig = parseConfig(type, body.destination_config) as DestinationConfig;
    const local = type === 'local' ? (destinationConfig as LocalDestination) : null;
    checkFolders({
      sources: paths,
      destination: local,
      allowedPaths: [...deps.allowedPaths, ...(extraPaths ?? before?.extraPaths ?? [])],
      dataDir: deps.dataDir,
    });
    checkCredential(body, before, destinationConfig);
    const values: JobValues = {
      name,
      description: body.description ?? '',
      enabled: body.enabled ?? true,
      destinationType: type,
      destinationConfig,
      syncOptions: completeOptions(body.sync_options),
      credentialId: body.credential_id ?? null,
      extraPaths: extraPaths ?? before?.extraPaths ?? [],
    };
    const others = jobs.list().filter((job) => job.id !== before?.id);
    const neighbours = local ? neighboursOf(local, others) : [];
    const root = local ? namedRoot(local) : '';
    const taken = [...takenLandings(values, others), ...rootsBelow(root, neighbours)];
    const sources = assignLandings(paths, before?.sources ?? [], taken);
    const intrusion = findIntrusion(
      { root, landings: sources.map((source) => source.landing) },
      neighbours,
      readMounts(),
    );
    if (intrusion) throw invalid(intrusion);
    return { values, sources };
  };

  const checkCredential = (body: JobBody, before: JobRow | null, config: DestinationConfig): void => {
    const type = body.destination_type;
    const id = body.credential_id ?? null;
    const { name, capabilities } = storageKinds[type];
    if (id === null) {
      if (capabilities.requires_credentials) throw invalid(`Field 'credential_id' is required for ${name}`);
      return;
    }
    if (!capabilities.requires_credentials) throw invalid(`Field 'credential_id' must be null: ${name} needs none`);
    const credential = deps.credentials.find(id);
    if (!credential) throw invalid(`Field 'credential_id': there is no credential ${id}`);
    if (credential.provider_type !== type)
      throw invalid(`Field 'credential_id': "${credential.name}" is for ${credential.provider_type}, not for ${type}`);
    const moved =
      before !== null &&
      before.credentialId === id &&
      isStorageKind(before.destinationType) &&
      before.destinationType === type &&
      addresseeChanged(type, before.destinationConfig, config);
    if (moved && !sameSecret(deps.credentials.open(id).data, body.credential_data))
      throw needsSecretAgain(credential.name);
  };

  /** Landings of other jobs at the same destination: a new source never lands in one. */
  const takenLandings = (values: JobValues, others: readonly JobRow[]): string[] => {
    const address = destinationKey(values.destinationType, values.destinationConfig);
    return others
      .filter((job) => destinationKey(job.destinationType, job.destinationConfig) === address)
      .flatMap((job) => job.sources.map((source) => source.landing));
  };

  const list = (): JobView[] => {
    const lastRuns = jobs.lastRuns();
    const schedules = jobs.schedules();
    return jobs.list().map((job) => view(job, lastRuns.get(job.id) ?? null, schedules.get(job.id) ?? []));
  };
  let listed = { changes: -1, text: '' };

  return {
    list,
    listText() {
      const changes = jobs.changes();
      if (listed.changes !== changes) listed = { changes, text: JSON.stringify(list()) };
      return listed.text;
    },
    get: (id) => viewOne(existing(id)),
    create(body, byOwner) {
      const { values, sources } = check(body, null, byOwner);
      return told(jobs.insert(ids.uuid(), values, sources, clock.now()));
    },
    update(id, body, byOwner) {
      const before = existing(id);
      const { values, sources } = check(body, before, byOwner);
      const changed = jobs.update(id, values, sources, clock.now());
      if (!changed) throw notFound('Job');
      return told(changed);
    },
    draft(id, body, byOwner) {
      const before = id === null ? null : existing(id);
      const { values, sources } = check(body, before, byOwner);
      const now = clock.now();
      return { id: 0, uuid: ids.uuid(), createdAt: now, ...before, ...values, sources, updatedAt: now };
    },
    remove(id) {
      const removed = jobs.remove(id);
      if (removed === null) throw notFound('Job');
      if (removed === 'active') throw conflict('This job is running. Cancel the run before you delete the job.');
      deps.sweeper.forget(removed.runs.map((run) => run.uuid));
      // The job first: who hears of its runs alone asks what else there is of a job that is gone.
      deps.events.emit('job.removed', { jobId: id });
      if (removed.runs.length > 0) deps.events.emit('runs.removed', { runIds: removed.runs.map((run) => run.id) });
    },
    clone(id) {
      const original = existing(id);
      const made = jobs.clone(id, ids.uuid(), copyName(original.name, jobs.names()), ids.uuid, clock.now());
      if (!made) throw notFound('Job');
      return told(made);
    },
  };
}

/** Same destination, same key. */
const destinationKey = (type: string, config: DestinationConfig): string =>
  type === 'local'
    ? `local:${(config as LocalDestination).usb_uuid ?? ''}:${rootPath(config as LocalDestination)}`
    : `${type}:${JSON.stringify(config)}`;

/** `S3 Backup` → `S3 Backup (Copy)`, `S3 Backup (Copy 2)` … */
function copyName(name: string, taken: ReadonlySet<string>): string {
  const copy = (suffix: string) => `${name.slice(0, 200 - suffix.length)}${suffix}`;
  for (let number = 1; ; number++) {
    const candidate = copy(number === 1 ? ' (Copy)' : ` (Copy ${number})`);
    if (!taken.has(candidate)) return candidate;
  }
}

/** Everything stored was given again, and is the same. Takes the same time wherever it differs. */
function sameSecret(stored: Record<string, unknown>, given: unknown): boolean {
  const again = typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {};
  const bytes = (value: unknown) => new Bun.CryptoHasher('sha256').update(JSON.stringify(value ?? null)).digest();
  const names = Object.keys(stored).filter((name) => (stored[name] ?? null) !== null);
  if (names.length === 0) return false;
  return names.map((name) => timingSafeEqual(bytes(stored[name]), bytes(again[name]))).every((same) => same);
}
