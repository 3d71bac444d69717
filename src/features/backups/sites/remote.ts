import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Ids } from '../../../core/ids.ts';
import { bytesContent } from '../../../storage/content.ts';
import type { StorageDriver } from '../../../storage/driver.ts';
import { endsEverything, StorageError } from '../../../storage/errors.ts';
import type { Journal } from '../../../sync/journal.ts';
import { addressOf } from '../addresses.ts';
import type { JobRow } from '../jobs.store.ts';
import { markerIn, markerText, maxMarkerBytes, recordsDir, recordsReadme } from '../marker.ts';
import { createSyncMover } from '../movers/sync.ts';
import { atService } from '../storage-trouble.ts';
import type { Site } from './site.ts';

/** What runs need of storage services; handed in from above. */
export interface RemotePorts {
  /** A job's storage: retried, throttled, watched for silence. The caller closes it. Throws StorageError. */
  open(
    job: Pick<JobRow, 'destinationType' | 'destinationConfig' | 'credentialId'>,
    options: {
      bandwidthKbps: number | null;
      /** One try and no waiting: for somebody who stands in front of it. */
      once?: boolean;
    },
  ): Promise<StorageDriver>;
  /** What we know of the files of one job at one destination. */
  journal(jobUuid: string, destinationId: string): Journal;
}

const markerPath = `${recordsDir}/marker.json`;
/** Uploads that were begun and not ended: younger ones may be those of a run on another box. */
const abandonedMs = 7 * 86_400_000;
/** What is tidied up keeps nobody waiting for a service that is not well. */
const tidyMs = 15_000;
const readmePath = `${recordsDir}/README.txt`;

/** Opens the storage service a job writes to and asks it once; makes nothing there. Throws RunStop. */
export async function openRemoteSite(input: {
  job: JobRow;
  remote: RemotePorts;
  dataDir: string;
  ids: Ids;
  signal: AbortSignal;
}): Promise<Site> {
  const { job, remote, dataDir, ids } = input;
  const closing: (() => Promise<void>)[] = [];
  const root = addressOf(job.destinationType, job.destinationConfig);
  const driver = await atService(() => remote.open(job, { bandwidthKbps: job.syncOptions.bandwidth_limit_kbps }));
  // A service that cannot be reached, or does not know us, is found out here: it was never opened.
  let first: string | null | undefined;
  /** A root that holds our marker is there. */
  let marked = false;
  try {
    first = await atService(() => textAt(driver, markerPath, input.signal));
  } catch (error) {
    await driver.close();
    throw error;
  }
  let journal: Journal | null = null;
  const mtimeNs = () => BigInt(Date.now()) * 1_000_000n;
  /** Written only where it differs: what lies there may be kept under lock. */
  const put = async (path: string, text: string, signal: AbortSignal) => {
    if ((await textAt(driver, path, signal)) === text) return;
    await driver.write(path, bytesContent(Buffer.from(text)), { signal, mtimeNs: mtimeNs() });
  };
  return {
    root,
    localRoot: null,
    filesystemUuid: null,
    readOnly: false,
    alwaysPlanned: true,
    lookUp: null,
    check: () => {},
    freeBytes: (signal) => atService(() => freeAt(driver, signal)),
    readMarker: (signal) =>
      atService(async () => {
        const text = first === undefined ? await textAt(driver, markerPath, signal) : first;
        first = undefined;
        marked = text !== null;
        return text === null ? null : markerIn(text);
      }),
    checkLandings: () => {}, // a file in a landing's place is found when the destination is listed
    async make() {
      return this;
    },
    claim: (marker, landings, signal) =>
      atService(async () => {
        if (!marked) await driver.makeFolder('', signal);
        await put(markerPath, markerText(marker), signal);
        await put(readmePath, recordsReadme, signal);
        for (const landing of landings) await driver.makeFolder(landing, signal);
      }),
    sweep: async () => 0, // temporary files at a service are its driver's business
    async tidy(sources, signal) {
      if (!driver.sweep || journal === null) return 0;
      const soon = AbortSignal.any([signal, AbortSignal.timeout(tidyMs)]);
      let ended = 0;
      try {
        // Only below what is ours: others may have uploads of their own in the same bucket.
        for (const { landing } of sources) ended += await driver.sweep(landing, journal.begun(), abandonedMs, soon);
      } catch {} // not every key may list uploads
      return ended;
    },
    mover({ sources, options, versionKey, destinationId }) {
      journal = destinationId === null ? null : remote.journal(job.uuid, destinationId);
      const spoolDir = join(dataDir, 'spool', ids.uuid());
      const mover = createSyncMover({
        driver,
        sources,
        options,
        journal,
        spoolDir,
        historyDir: options.history ? `${recordsDir}/history/${versionKey ?? 'preview'}` : null,
      });
      closing.push(async () => {
        await mover.close();
        rmSync(spoolDir, { recursive: true, force: true });
      });
      return mover;
    },
    async close() {
      for (const one of closing) await one();
      await driver.close();
    },
  };
}

/** What cannot be asked for its room (a folder still to be made) may have some. */
async function freeAt(driver: StorageDriver, signal: AbortSignal): Promise<number | null> {
  try {
    return (await driver.space(signal))?.freeBytes ?? null;
  } catch (error) {
    if (error instanceof StorageError && !endsEverything(error)) return null;
    if (error instanceof StorageError && error.code === 'no_root') return null;
    throw error;
  }
}

/** null: nothing there, or nothing that could be one of our records. */
async function textAt(driver: StorageDriver, path: string, signal: AbortSignal): Promise<string | null> {
  try {
    const entry = await driver.stat(path, signal);
    if (entry?.kind !== 'file' || entry.size > maxMarkerBytes) return null;
    return await new Response(await driver.read(path, {}, signal)).text();
  } catch (error) {
    // The root itself may have to be made first; whether it can be, the first write will say.
    if (error instanceof StorageError && (error.code === 'not_found' || error.code === 'no_root')) return null;
    throw error;
  }
}
