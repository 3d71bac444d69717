import type { Ids } from '../../core/ids.ts';
import type { FilesystemAnswers } from '../../system/mounts/identity.ts';
import { destinationAddress, type OpenDestination, openLocalDestination, prepareLandings } from './destination.ts';
import { guardMarker } from './guards.ts';
import type { DestinationRow, JobRow, JobStore } from './jobs.store.ts';
import { type Marker, readMarker } from './marker.ts';
import type { LocalDestination } from './model.ts';
import { findIntrusion, namedRoot, neighboursOf } from './neighbours.ts';
import { type CheckedSource, checkSources, findOverlap } from './sources.ts';
import { RunStop } from './stop.ts';

export interface Prepared {
  address: string;
  /** Held open; the caller closes it. */
  destination: OpenDestination;
  sources: CheckedSource[];
  /** null: a new destination, or one a person confirmed to begin anew. */
  marker: Marker | null;
  /** What this job knows of this destination from earlier runs. */
  known: DestinationRow | null;
}

export interface PrepareInput {
  job: JobRow;
  jobs: JobStore;
  dryRun: boolean;
  /** Findings a person confirmed; see RunStop. */
  overruled: ReadonlySet<string>;
  answers: FilesystemAnswers;
  allowed(realPath: string): void;
  dataDir: string;
  applianceId: string;
  ids: Ids;
}

/**
 * Guards 1 and 2, before a byte is written: the sources are there and what they were, the destination is there and
 * the right one, nothing lies in one another and nothing is in the way. Only then missing folders of
 * `backup_subdir` are made. Throws RunStop.
 */
export async function prepareRun(input: PrepareInput): Promise<Prepared> {
  const { job, jobs, overruled, answers } = input;
  const config = job.destinationConfig as LocalDestination;
  const address = destinationAddress(config);
  const look = await openLocalDestination(config, { dryRun: true, allowed: input.allowed, answers });
  try {
    let marker = look.missing ? null : readMarker(look.handlePath);
    const known = marker ? jobs.destination(job.id, marker.destination_id) : null;
    const sources = await checkSources(job.sources, {
      before: known?.sources ?? {},
      overruled,
      allowed: input.allowed,
      dataDir: input.dataDir,
      answers,
    });
    const overlap = findOverlap(
      sources.map((source) => source.real),
      look.root,
    );
    if (overlap) throw new RunStop('overlap', overlap);
    const intrusion = findIntrusion(
      { root: namedRoot(config), landings: sources.map((source) => source.landing) },
      neighboursOf(
        config,
        jobs.list().filter((other) => other.id !== job.id),
      ),
    );
    if (intrusion) throw new RunStop('overlap', intrusion);
    guardMarker({
      marker,
      destination: look,
      address,
      knownHere: jobs.destinationsAt(job.id, address).length > 0,
      job,
      overruled,
      jobExists: jobs.exists,
      applianceId: input.applianceId,
    });
    // A copy of a destination on another disk, confirmed: from here on it is a destination of its own.
    const { uuid } = look.filesystem;
    if (marker && uuid && marker.filesystem_uuid && marker.filesystem_uuid !== uuid)
      marker = { ...marker, destination_id: input.ids.uuid(), filesystem_uuid: uuid };
    if (look.filesystem.readOnly && !input.dryRun)
      throw new RunStop(
        'destination_read_only',
        `${look.root} is mounted read-only. Check the drive: it may be failing.`,
      );
    const landings = sources.map((source) => source.landing);
    prepareLandings(look, landings, true);
    if (!look.missing || input.dryRun) return { address, destination: look, sources, marker, known };
    const destination = await openLocalDestination(config, { dryRun: false, allowed: input.allowed, answers });
    look.close();
    return { address, destination, sources, marker, known };
  } catch (error) {
    look.close();
    throw error;
  }
}
