import type { Ids } from '../../core/ids.ts';
import type { FilesystemAnswers } from '../../system/mounts/identity.ts';
import { readMounts } from '../../system/mounts/mountinfo.ts';
import { destinationAddress, type OpenDestination, openLocalDestination, prepareLandings } from './destination.ts';
import { guardMarker } from './guards.ts';
import type { DestinationRow, JobRow, JobStore } from './jobs.store.ts';
import type { Landing } from './landings.ts';
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

/** What guards 1 and 2 looked at; what could not be looked at is missing. */
export interface Examined {
  address: string | null;
  /** Held open, nothing made; the caller closes it. null: not to be opened, or no folder of this machine. */
  destination: OpenDestination | null;
  /** Those that could be read. */
  sources: CheckedSource[];
  marker: Marker | null;
  known: DestinationRow | null;
}

/**
 * Guards 1 and 2, before a byte is written: the sources are there and what they were, the destination is there and
 * the right one, nothing lies in one another and nothing is in the way. Makes nothing.
 *
 * @param found hears of each thing that would stop a run; what it throws ends the look at once
 */
export async function examine(input: PrepareInput, found: (stop: RunStop) => void): Promise<Examined> {
  const { job, jobs, overruled, answers, allowed, dataDir } = input;
  const tolerate = async <T>(work: () => T | Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RunStop)) throw error;
      found(error);
      return null;
    }
  };
  const config = job.destinationType === 'local' ? (job.destinationConfig as LocalDestination) : null;
  const look = config && (await tolerate(() => openLocalDestination(config, { dryRun: true, allowed, answers })));
  try {
    const marker = look === null || look.missing ? null : await tolerate(() => readMarker(look.handlePath));
    const known = marker ? jobs.destination(job.id, marker.destination_id) : null;
    const before = known?.sources ?? {};
    const passed = new Set(overruled);
    /** What a person may overrule is told, and the look goes on behind it. */
    const checkOne = async (source: Landing): Promise<CheckedSource[]> => {
      for (;;) {
        try {
          return await checkSources([source], { before, overruled: passed, allowed, dataDir, answers });
        } catch (error) {
          if (!(error instanceof RunStop)) throw error;
          found(error);
          if (error.finding === null) return [];
          passed.add(error.finding);
        }
      }
    };
    const sources: CheckedSource[] = [];
    for (const source of job.sources) sources.push(...(await checkOne(source)));
    const overlap = findOverlap(
      sources.map((source) => source.real),
      look?.root ?? null,
    );
    if (overlap) found(new RunStop('overlap', overlap));
    const address = config && destinationAddress(config);
    if (config && look) await examineDestination({ ...input, config, look, marker, address: address ?? '' }, tolerate);
    return { address, destination: look, sources, marker, known };
  } catch (error) {
    look?.close();
    throw error;
  }
}

type Tolerate = (work: () => void) => Promise<unknown>;

/** Guard 2, once the destination is open: nobody else's, still ours, and nothing in the way. */
async function examineDestination(
  input: PrepareInput & { config: LocalDestination; look: OpenDestination; marker: Marker | null; address: string },
  tolerate: Tolerate,
): Promise<void> {
  const { job, jobs, config, look, marker, address } = input;
  const landings = job.sources.map((source) => source.landing);
  await tolerate(() => {
    const others = jobs.list().filter((other) => other.id !== job.id);
    const intrusion = findIntrusion({ root: namedRoot(config), landings }, neighboursOf(config, others), readMounts());
    if (intrusion) throw new RunStop('overlap', intrusion);
  });
  await tolerate(() =>
    guardMarker({
      marker,
      destination: look,
      address,
      knownHere: jobs.destinationsAt(job.id, address).length > 0,
      job,
      overruled: input.overruled,
      jobExists: jobs.exists,
      applianceId: input.applianceId,
    }),
  );
  await tolerate(() => {
    if (look.filesystem.readOnly && !input.dryRun)
      throw new RunStop(
        'destination_read_only',
        `${look.root} is mounted read-only. Check the drive: it may be failing.`,
      );
  });
  await tolerate(() => prepareLandings(look, landings, true));
}

/**
 * Examines a job and opens its destination for a run. Only when nothing stands against it, missing folders of
 * `backup_subdir` are made (not in a dry run). Throws RunStop.
 */
export async function prepareRun(input: PrepareInput): Promise<Prepared> {
  const { sources, known, ...examined } = await examine(input, (stop) => {
    throw stop;
  });
  const look = examined.destination as OpenDestination;
  const address = examined.address as string;
  try {
    let { marker } = examined;
    // A copy of a destination on another disk, confirmed: from here on it is a destination of its own.
    const { uuid } = look.filesystem;
    if (marker && uuid && marker.filesystem_uuid && marker.filesystem_uuid !== uuid)
      marker = { ...marker, destination_id: input.ids.uuid(), filesystem_uuid: uuid };
    if (!look.missing || input.dryRun) return { address, destination: look, sources, marker, known };
    const config = input.job.destinationConfig as LocalDestination;
    const { allowed, answers } = input;
    const destination = await openLocalDestination(config, { dryRun: false, allowed, answers });
    look.close();
    return { address, destination, sources, marker, known };
  } catch (error) {
    look.close();
    throw error;
  }
}
