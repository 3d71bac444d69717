import type { Ids } from '../../core/ids.ts';
import type { FilesystemAnswers } from '../../system/mounts/identity.ts';
import { readMounts } from '../../system/mounts/mountinfo.ts';
import { addressOf } from './addresses.ts';
import { guardMarker } from './guards.ts';
import type { DestinationRow, JobRow, JobStore } from './jobs.store.ts';
import type { Landing } from './landings.ts';
import type { Marker } from './marker.ts';
import type { LocalDestination } from './model.ts';
import { findIntrusion, namedRoot, neighboursOf } from './neighbours.ts';
import { openLocalSite } from './sites/local.ts';
import type { RemotePorts } from './sites/remote.ts';
import type { Site } from './sites/site.ts';
import { type CheckedSource, checkSources, findOverlap } from './sources.ts';
import { RunStop } from './stop.ts';

export interface Prepared {
  address: string;
  /** The caller closes it. */
  site: Site;
  sources: CheckedSource[];
  /** null: a new destination, or one a person confirmed to begin anew. */
  marker: Marker | null;
  /** What this job knows of this destination from earlier runs. */
  known: DestinationRow | null;
}

interface PrepareInput {
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
  remote: RemotePorts;
  signal: AbortSignal;
}

/** What guards 1 and 2 looked at; what could not be looked at is missing. */
interface Examined {
  address: string;
  /** Opened, nothing made; the caller closes it. null: not to be opened. */
  site: Site | null;
  /** Those that could be read. */
  sources: CheckedSource[];
  marker: Marker | null;
  known: DestinationRow | null;
}

async function openSite({ job, ...input }: PrepareInput): Promise<Site> {
  if (job.destinationType === 'local')
    return openLocalSite({ ...input, config: job.destinationConfig as LocalDestination });
  const { openRemoteSite } = await import('./sites/remote.ts'); // an idle box does without the engine
  return openRemoteSite({ ...input, job });
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
  const site = await tolerate(() => openSite(input));
  try {
    const marker = site && (await tolerate(() => site.readMarker(input.signal)));
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
      site?.localRoot ?? null,
    );
    if (overlap) found(new RunStop('overlap', overlap));
    const address = addressOf(job.destinationType, job.destinationConfig);
    if (site) await examineDestination({ ...input, site, marker, address }, tolerate);
    return { address, site, sources, marker, known };
  } catch (error) {
    await site?.close();
    throw error;
  }
}

type Tolerate = (work: () => void) => Promise<unknown>;

/** Guard 2, once the destination is open: nobody else's, still ours, and nothing in the way. */
async function examineDestination(
  input: PrepareInput & { site: Site; marker: Marker | null; address: string },
  tolerate: Tolerate,
): Promise<void> {
  const { job, jobs, site, marker, address } = input;
  const landings = job.sources.map((source) => source.landing);
  if (job.destinationType === 'local')
    await tolerate(() => {
      const config = job.destinationConfig as LocalDestination;
      const others = jobs.list().filter((other) => other.id !== job.id);
      const intrusion = findIntrusion(
        { root: namedRoot(config), landings },
        neighboursOf(config, others),
        readMounts(),
      );
      if (intrusion) throw new RunStop('overlap', intrusion);
    });
  await tolerate(() =>
    guardMarker({
      marker,
      site,
      address,
      knownHere: jobs.destinationsAt(job.id, address).length > 0,
      job,
      overruled: input.overruled,
      jobExists: jobs.exists,
      applianceId: input.applianceId,
    }),
  );
  await tolerate(() => {
    if (site.readOnly && !input.dryRun)
      throw new RunStop(
        'destination_read_only',
        `${site.root} is mounted read-only. Check the drive: it may be failing.`,
      );
  });
  await tolerate(() => site.checkLandings(landings));
}

/**
 * Examines a job and opens its destination for a run. Only when nothing stands against it, missing folders of the root
 * are made (not in a dry run). Throws RunStop.
 */
export async function prepareRun(input: PrepareInput): Promise<Prepared> {
  const { site, ...examined } = await examine(input, (stop) => {
    throw stop;
  });
  if (!site) throw new Error('A destination that could not be opened went unnoticed');
  try {
    let { marker } = examined;
    // A copy of a destination on another disk, confirmed: from here on it is a destination of its own.
    const uuid = site.filesystemUuid;
    if (marker && uuid && marker.filesystem_uuid && marker.filesystem_uuid !== uuid)
      marker = { ...marker, destination_id: input.ids.uuid(), filesystem_uuid: uuid };
    return { ...examined, marker, site: input.dryRun ? site : await site.make() };
  } catch (error) {
    await site.close();
    throw error;
  }
}
