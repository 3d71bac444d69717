import { closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { errnoOf } from '../../core/errors.ts';
import { fsyncDir, writeFileAtomic } from '../../lib/atomic-file.ts';
import { nested } from './landings.ts';
import { RunStop } from './stop.ts';

export const recordsDir = '.dynamight';
const format = 1;
export const maxMarkerBytes = 4 * 1024 * 1024;

/** `<destination>/.dynamight/marker.json`: says whose destination this is. A format for ever. */
export interface Marker {
  format: 1;
  destination_id: string;
  filesystem_uuid: string | null;
  /** UTC, whole seconds. */
  made_at: string;
  appliance: { id: string; name: string };
  jobs: { uuid: string; name: string; landings: string[] }[];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isText = (value: unknown): value is string => typeof value === 'string';

const isMarker = (value: unknown): value is Marker =>
  isObject(value) &&
  value['format'] === format &&
  isText(value['destination_id']) &&
  (value['filesystem_uuid'] === null || isText(value['filesystem_uuid'])) &&
  isObject(value['appliance']) &&
  isText(value['appliance']['id']) &&
  Array.isArray(value['jobs']) &&
  value['jobs'].every(
    (job: unknown) =>
      isObject(job) &&
      isText(job['uuid']) &&
      isText(job['name']) &&
      Array.isArray(job['landings']) &&
      job['landings'].every(isText),
  );

/**
 * Reads the marker of the destination behind an open handle. null: there is none. Throws RunStop when something lies
 * there that is not ours to follow (a link) or that a newer version wrote.
 */
export function readMarker(root: string): Marker | null {
  const dir = `${root}/${recordsDir}`;
  try {
    if (!lstatSync(dir).isDirectory())
      throw new RunStop('name_collision', `${recordsDir} at the destination is not a folder. Move it away.`);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
  let fd: number;
  try {
    fd = openSync(`${dir}/marker.json`, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    if (errnoOf(error) === 'ELOOP')
      throw new RunStop('name_collision', `${recordsDir}/marker.json at the destination is a link. Move it away.`);
    throw error;
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile() || stat.size > maxMarkerBytes) return null;
    return markerIn(readFileSync(fd, 'utf8'));
  } finally {
    closeSync(fd);
  }
}

/** The marker this text is; null for what is none. Throws RunStop when a newer version wrote it. */
export function markerIn(text: string): Marker | null {
  const value = parsed(text);
  if (isMarker(value)) return value;
  if (typeof (value as Marker | null)?.format === 'number' && (value as Marker).format > format)
    throw new RunStop(
      'destination_unsupported',
      'This destination was written by a newer version of Dynamight. Update this one first.',
    );
  return null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** For showing only, and without keeping anybody waiting: the marker where there is one we can read, else null. */
export async function peekMarker(root: string): Promise<Marker | null> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(`${root}/${recordsDir}/marker.json`, flags).catch(() => null);
  if (!file) return null;
  try {
    const stat = await file.stat();
    if (!stat.isFile() || stat.size > maxMarkerBytes) return null;
    const value = parsed(await file.readFile('utf8'));
    return isMarker(value) ? value : null;
  } finally {
    await file.close();
  }
}

export const recordsReadme = `This folder belongs to Dynamight, the program that keeps the backup in the folders beside it.

The newest state of every backed-up folder lies beside this folder as plain files: copy them with anything.

  marker.json   says which destination this is; without it backups stop, because another disk may be mounted here
  lock          held by whoever writes here
  manifests     one list of files per version (zstd-compressed JSON lines)
  history       files that later runs replaced or deleted, by the run that did it

Please do not change anything in here by hand.
`;

/**
 * Makes `.dynamight` and what every run needs in it, where it is missing, for the owner alone. Throws RunStop when
 * something else lies in its place: through a link, locks and history would go somewhere else.
 */
export function prepareRecords(root: string): void {
  if (ensure(root, recordsDir, 'folder')) fsyncDir(root);
  ensure(root, `${recordsDir}/history`, 'folder'); // rsync would make it 0755
  ensure(root, `${recordsDir}/README.txt`, 'file', recordsReadme);
  ensure(root, `${recordsDir}/lock`, 'file');
}

/** True when it had to be made. */
function ensure(root: string, name: string, kind: 'folder' | 'file', content = ''): boolean {
  const path = `${root}/${name}`;
  try {
    if (kind === 'folder') mkdirSync(path, { mode: 0o700 });
    else writeFileSync(path, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
  const there = lstatSync(path);
  if (kind === 'folder' ? there.isDirectory() : there.isFile()) return false;
  throw new RunStop('name_collision', `${name} at the destination is not a ${kind}. Move it away.`);
}

/** Writes the marker, flushed to the medium. The records folder is there. */
export const writeMarker = (root: string, marker: Marker): void =>
  writeFileAtomic(`${root}/${recordsDir}/marker.json`, markerText(marker), 0o600);

/** As it lies at a destination. */
export const markerText = (marker: Marker): string => `${JSON.stringify(marker, null, 2)}\n`;

/** The landing of another job that lies in, around, or at one of ours; null when ours are free. */
export function landingConflict(
  marker: Marker,
  jobUuid: string,
  landings: readonly string[],
  stillExists: (jobUuid: string) => boolean,
  applianceId: string,
): { landing: string; job: string } | null {
  for (const job of marker.jobs) {
    if (job.uuid === jobUuid) continue;
    // Our own job, deleted meanwhile: its files stay and its landing is free to be taken over.
    if (marker.appliance.id === applianceId && !stillExists(job.uuid)) continue;
    for (const theirs of job.landings)
      for (const landing of landings) if (nested(theirs, landing)) return { landing, job: job.name };
  }
  return null;
}

/** The marker with this job's present name and landings in it. */
export function withJob(marker: Marker, job: { uuid: string; name: string; landings: readonly string[] }): Marker {
  const before = marker.jobs.find((one) => one.uuid === job.uuid);
  const landings = [...new Set([...(before?.landings ?? []), ...job.landings])];
  const entry = { uuid: job.uuid, name: job.name, landings };
  const jobs = before ? marker.jobs.map((one) => (one === before ? entry : one)) : [...marker.jobs, entry];
  return { ...marker, jobs };
}
