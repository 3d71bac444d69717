import { printableLine } from '../core/log.ts';
import type { JobView } from '../features/backups/schema.ts';
import { type LocalTarget, realFolder, targetRoot } from './backup-paths.ts';
import type { Api } from './client.ts';
import { CommandError } from './command.ts';

/** What the command line says. */
export interface Wanted {
  sources: readonly string[];
  target: LocalTarget;
  name: string | undefined;
  /** Undefined: not given. */
  excludes: string[] | undefined;
  delete: boolean;
  dryRun: boolean;
}

export interface Chosen {
  job: JobView;
  /** How the job came about, where that is worth a line. */
  note: string | null;
}

/**
 * The job the command is about: the one named, else the one with the same real sources and destination, else a new
 * one without a schedule. Throws CommandError when the name belongs to other folders; nothing is made then.
 */
export async function chooseJob(api: Api, wanted: Wanted): Promise<Chosen> {
  const jobs = await api.get<JobView[]>('/api/jobs');
  const named = wanted.name === undefined ? [] : jobs.filter((job) => job.name === wanted.name);
  const fitting = named.find((job) => sameFolders(job, wanted));
  if (fitting) return { job: fitting, note: inherited(fitting, wanted) };
  if (named[0])
    throw new CommandError(
      `The job "${named[0].name}" backs up ${describe(named[0])}. Nothing was run. Choose another --name, or leave it out.`,
    );
  const same = jobs.find((job) => sameFolders(job, wanted));
  if (same) {
    const renamed = wanted.name === undefined ? '' : `These folders belong to the job "${same.name}"; it is run.`;
    return { job: same, note: [renamed, inherited(same, wanted) ?? ''].filter(Boolean).join('\n') || null };
  }
  const made = await api.post<JobView>('/api/jobs', newJob(wanted, new Set(jobs.map((job) => job.name))));
  return { job: made, note: `Made the job "${made.name}".` };
}

/** What the job does although this call does not ask for it: nobody should be surprised by a deletion. */
function inherited(job: JobView, wanted: Wanted): string | null {
  const { delete_extraneous: deletes, exclude_patterns: excludes } = job.sync_options as Partial<{
    delete_extraneous: boolean;
    exclude_patterns: string[];
  }>;
  const habits = [
    ...(deletes && !wanted.delete ? ['removes from the backup what the sources do not have any more'] : []),
    ...(excludes?.length && !wanted.excludes ? [`leaves out ${excludes.map(printableLine).join(' ')}`] : []),
  ];
  return habits.length > 0 ? `The job "${job.name}" ${habits.join(', and ')}.` : null;
}

function sameFolders(job: JobView, { sources, target }: Wanted): boolean {
  if (job.destination_type !== 'local' || targetOf(job) === null) return false;
  const realSet = (paths: readonly string[]) => [...new Set(paths.map(realFolder))].sort().join('\0');
  return (
    realSet(job.source_dirs) === realSet(sources) && realFolder(targetOf(job) ?? '') === realFolder(targetRoot(target))
  );
}

/** Path a local job writes under; null where it follows a drive instead of a path, or goes elsewhere. */
function targetOf({ destination_type: type, destination_config: config }: JobView): string | null {
  const { mount_point: mountPoint, backup_subdir: subdir } = config as Partial<LocalTarget>;
  if (type !== 'local' || typeof mountPoint !== 'string') return null;
  return targetRoot({ mount_point: mountPoint, backup_subdir: subdir ?? '' });
}

const describe = (job: JobView): string =>
  `${job.source_dirs.join(', ')} to ${targetOf(job) ?? `a destination of type ${job.destination_type}`}`;

const maxNameLength = 200;

function newJob({ sources, target, name, excludes, delete: deleteExtraneous }: Wanted, taken: ReadonlySet<string>) {
  return {
    name: name ?? freeName(printableLine(`${sources[0]} to ${targetRoot(target)}`), taken),
    source_dirs: sources,
    destination_type: 'local',
    destination_config: { ...target, auto_mount: false, auto_unmount: false },
    // What is given when the job is made stays with it: a later run of it, by hand or by schedule, does the same.
    sync_options: { delete_extraneous: deleteExtraneous, exclude_patterns: excludes ?? [] },
    extra_paths: [...sources, target.mount_point],
  };
}

/** Jobs that share their first source and destination differ in a number. */
function freeName(wish: string, taken: ReadonlySet<string>): string {
  const base = wish.length > maxNameLength - 5 ? `${wish.slice(0, maxNameLength - 6)}…` : wish;
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? base : `${base} (${n})`;
    if (!taken.has(name)) return name;
  }
}

/** The body of `POST /api/jobs/:id/run`: options that hold for this run only. */
export function runRequest(wanted: Wanted, confirm: string | undefined): Record<string, unknown> {
  const options = {
    ...(wanted.delete ? { delete_extraneous: true } : {}),
    ...(wanted.excludes ? { exclude_patterns: wanted.excludes } : {}),
    ...(wanted.dryRun ? { dry_run: true } : {}),
  };
  return {
    ...(Object.keys(options).length > 0 ? { sync_options: options } : {}),
    ...(confirm === undefined ? {} : { confirm }),
  };
}
