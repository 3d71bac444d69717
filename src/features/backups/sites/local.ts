import type { Ids } from '../../../core/ids.ts';
import type { FilesystemAnswers } from '../../../system/mounts/identity.ts';
import { spaceOf } from '../../../system/mounts/space.ts';
import { type OpenDestination, openLocalDestination, prepareLandings } from '../destination.ts';
import { sweepLitter } from '../litter.ts';
import { prepareRecords, readMarker, recordsDir, writeMarker } from '../marker.ts';
import type { LocalDestination } from '../model.ts';
import { createRsyncMover } from '../movers/rsync.ts';
import { openStandIn } from '../stand-in.ts';
import type { MoverOrder, Site } from './site.ts';

interface LocalSiteInput {
  config: LocalDestination;
  /** Throws when a real path may not be written to. */
  allowed(realPath: string): void;
  answers: FilesystemAnswers;
  dataDir: string;
  ids: Ids;
}

/** Opens a folder of this machine, making nothing. Throws RunStop. */
export async function openLocalSite(input: LocalSiteInput): Promise<Site> {
  const { config, allowed, answers } = input;
  return siteOf(await openLocalDestination(config, { dryRun: true, allowed, answers }), input);
}

/** A site for looking at sources only, where there is no destination to compare them with: an empty folder. */
export function openNowhere({ dataDir, ids }: Pick<LocalSiteInput, 'dataDir' | 'ids'>): Pick<Site, 'mover' | 'close'> {
  const standIn = openStandIn(dataDir, ids.uuid());
  return {
    mover: ({ sources, options }) =>
      createRsyncMover({ ...moverInput(sources, options, ids), handle: standIn.handle, root: '', filesystem: 'unix' }),
    close: async () => standIn.close(),
  };
}

const moverInput = (sources: MoverOrder['sources'], options: MoverOrder['options'], ids: Ids) => ({
  sources: sources.map(({ real, landing, excludeFolders }) => ({ sourceDir: real, landing, excludeFolders })),
  options,
  lockFile: null,
  historyDir: null,
  itemMark: `@${ids.hex(8)}`,
});

function siteOf(destination: OpenDestination, input: LocalSiteInput): Site {
  const { root, handlePath, filesystem, kind } = destination;
  let standIn: ReturnType<typeof openStandIn> | null = null;
  return {
    root,
    localRoot: root,
    filesystemUuid: filesystem.uuid,
    readOnly: filesystem.readOnly,
    alwaysPlanned: false,
    lookUp: { path: handlePath, exactTimes: kind === 'unix' },
    check: destination.check,
    freeBytes: async () => (await spaceOf(handlePath)).freeBytes,
    readMarker: async () => (destination.missing ? null : readMarker(handlePath)),
    checkLandings: (landings) => prepareLandings(destination, landings, true),
    async make() {
      if (!destination.missing) return this;
      const { config, allowed, answers } = input;
      const made = await openLocalDestination(config, { dryRun: false, allowed, answers });
      destination.close();
      return siteOf(made, input);
    },
    async claim(marker, landings) {
      prepareRecords(handlePath);
      if (JSON.stringify(marker) !== JSON.stringify(readMarker(handlePath))) writeMarker(handlePath, marker);
      prepareLandings(destination, landings, false);
    },
    sweep: (sources, since, signal) =>
      sweepLitter({ root: handlePath, lockFile: `${recordsDir}/lock`, sources, filesystem: kind, since, signal }),
    tidy: async () => 0, // `sweep` leaves nothing
    mover({ sources, options, versionKey }) {
      if (destination.missing) standIn ??= openStandIn(input.dataDir, input.ids.uuid());
      const writes = versionKey !== null && !options.dry_run;
      return createRsyncMover({
        ...moverInput(sources, options, input.ids),
        handle: standIn?.handle ?? destination.handle,
        root,
        filesystem: kind,
        lockFile: writes ? `${recordsDir}/lock` : null,
        historyDir: options.history && !options.dry_run ? `${recordsDir}/history/${versionKey ?? 'preview'}` : null,
      });
    },
    async close() {
      standIn?.close();
      destination.close();
    },
  };
}
