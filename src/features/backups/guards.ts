import type { JobRow } from './jobs.store.ts';
import { landingConflict, type Marker } from './marker.ts';
import type { Mover, MoverPlan } from './movers/mover.ts';
import type { Site } from './sites/site.ts';
import { RunStop } from './stop.ts';

/** Guard 2, what lies there: is this the destination it was, and are the landings ours. Throws RunStop. */
export function guardMarker(given: {
  marker: Marker | null;
  site: Pick<Site, 'root' | 'filesystemUuid'>;
  address: string;
  /** This job has written to this address before. */
  knownHere: boolean;
  job: Pick<JobRow, 'uuid' | 'sources'>;
  overruled: ReadonlySet<string>;
  jobExists(uuid: string): boolean;
  applianceId: string;
}): void {
  const { marker, site, overruled } = given;
  if (marker === null) {
    const finding = `destination_changed:${given.address}`;
    if (given.knownHere && !overruled.has(finding))
      throw new RunStop(
        'destination_changed',
        `${site.root} held backups of this job and does not any more: unmounted, emptied, or another disk. Nothing was changed.`,
        finding,
      );
    return;
  }
  const uuid = site.filesystemUuid;
  if (marker.filesystem_uuid !== null && uuid !== null && marker.filesystem_uuid !== uuid) {
    const finding = `destination_changed:${given.address}:${uuid}`;
    if (!overruled.has(finding))
      throw new RunStop(
        'destination_changed',
        `${site.root} lies on another disk (${uuid}) than its records say (${marker.filesystem_uuid}). Nothing was changed.`,
        finding,
      );
  }
  const landings = given.job.sources.map((source) => source.landing);
  const taken = landingConflict(marker, given.job.uuid, landings, given.jobExists, given.applianceId);
  if (taken)
    throw new RunStop(
      'overlap',
      `The folder "${taken.landing}" at ${site.root} belongs to the job "${taken.job}". Choose another destination folder for this one.`,
    );
}

const smallDeletion = 20;

/** Guard 4: a run that would delete most of what is there stops and asks. Throws RunStop. */
export function guardDeletions(plan: MoverPlan, maxPercent: number, overruled: ReadonlySet<string>): void {
  const { deletions, filesThere } = plan;
  if (deletions === 0) return;
  const everything = deletions >= filesThere;
  const tooMany = deletions >= smallDeletion && deletions * 100 > filesThere * maxPercent;
  if (!everything && !tooMany) return;
  const finding = `too_many_deletions:${plan.deletionsHash}`;
  if (overruled.has(finding)) return;
  throw new RunStop(
    'too_many_deletions',
    `This run would delete ${deletions} of ${filesThere} files at the destination. Nothing was changed. If that is meant, confirm it.`,
    finding,
  );
}

/** Left free at the destination for folders, records and what else writes there. */
const marginBytes = 16 * 1024 * 1024;

/** Guard 3: room for what the run will write. A second, slower look allows for holes before refusing. Throws RunStop. */
export async function guardSpace(
  plan: MoverPlan,
  mover: Mover,
  site: Pick<Site, 'root' | 'freeBytes'>,
  signal: AbortSignal,
): Promise<void> {
  const freeBytes = await site.freeBytes(signal);
  if (freeBytes === null) return;
  const room = freeBytes - Math.min(marginBytes, freeBytes / 10);
  if (plan.roomBytes <= room) return;
  const { roomBytes } = await mover.plan(signal, { measure: true });
  if (roomBytes <= room) return;
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1_000_000)} MB`;
  throw new RunStop(
    'no_space',
    `${megabytes(roomBytes)} are to be written to ${site.root}, and ${megabytes(freeBytes)} are free: ${megabytes(roomBytes - room)} are missing. Nothing was changed.`,
  );
}
