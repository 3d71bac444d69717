import { join, relative } from 'node:path';
import { contains, shows } from '../../system/mounts/locate.ts';
import type { Mount } from '../../system/mounts/mountinfo.ts';
import { resolveExisting } from '../../system/mounts/resolve.ts';
import { rootPath } from './destination.ts';
import type { JobRow } from './jobs.store.ts';
import type { LocalDestination } from './model.ts';

/** Where a job with a local destination writes: one folder per landing below a root (links resolved). */
export interface Neighbour {
  job: string;
  root: string;
  landings: string[];
}

const sameDrive = (a: LocalDestination, b: LocalDestination): boolean =>
  Boolean(a.usb_uuid) && a.usb_uuid?.toLowerCase() === b.usb_uuid?.toLowerCase();

/** The root as the configuration names it; good for comparing, also while the drive is away. */
export const namedRoot = (config: LocalDestination): string => resolveExisting(rootPath(config));

/** Where the other jobs write, seen from a job that writes to `config`. */
export function neighboursOf(config: LocalDestination, others: readonly JobRow[]): Neighbour[] {
  return others.flatMap((job) => {
    if (job.destinationType !== 'local') return [];
    const theirs = job.destinationConfig as LocalDestination;
    // Of one drive, whatever mount points were typed.
    const at = sameDrive(config, theirs) ? { ...theirs, mount_point: config.mount_point } : theirs;
    try {
      return [{ job: job.name, root: namedRoot(at), landings: job.sources.map((source) => source.landing) }];
    } catch {
      return []; // leads nowhere: it cannot be run either
    }
  });
}

/** Folders of `root` that lead to a destination of another job: no landing may take one of them. */
export const rootsBelow = (root: string, neighbours: readonly Neighbour[]): string[] =>
  neighbours.filter((one) => one.root !== root && contains(root, one.root)).map((one) => relative(root, one.root));

/**
 * Refuses a destination inside a landing of another job, and the other way round: what one of them copied, the other
 * would delete as extraneous. Two jobs at one root are the marker's business.
 *
 * @param mounts what is mounted now: a bind mount leads into a landing under another name
 */
export function findIntrusion(
  ours: { root: string; landings: readonly string[] },
  neighbours: readonly Neighbour[],
  mounts: readonly Mount[],
): string | null {
  for (const theirs of neighbours) {
    for (const landing of theirs.landings)
      if (shows(join(theirs.root, landing), ours.root, mounts))
        return `The destination ${ours.root} lies in the folder "${landing}" of the job "${theirs.job}", which would delete it. Choose another folder.`;
    for (const landing of ours.landings)
      if (shows(join(ours.root, landing), theirs.root, mounts))
        return `The folder "${landing}" of this job holds the destination ${theirs.root} of the job "${theirs.job}", which it would delete. Choose another folder.`;
  }
  return null;
}
