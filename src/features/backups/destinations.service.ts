import { type Clock, toIso, toIsoOrNull } from '../../core/clock.ts';
import type { Place, Places } from '../../system/mounts/places.ts';
import { addressOf } from './addresses.ts';
import { rootPath } from './destination.ts';
import type { DestinationView } from './destinations.schema.ts';
import type { DestinationsStore } from './destinations.store.ts';
import type { DestinationRow, JobRow, JobStore } from './jobs.store.ts';
import { type Marker, peekMarker } from './marker.ts';
import type { LocalDestination } from './model.ts';

export interface DestinationsDeps {
  jobs: JobStore;
  store: DestinationsStore;
  places: Places;
  clock: Clock;
}

export interface DestinationsService {
  list(): Promise<DestinationView[]>;
}

/** What was seen of a local destination. */
interface Sight {
  path: string;
  /** null: not there, or not the one the jobs know. */
  place: Place | null;
  marker: Marker | null;
}

const newest = (times: (number | undefined)[]): number | null =>
  times.reduce<number | null>((best, time) => (time !== undefined && (best ?? 0) < time ? time : best), null);

export function createDestinationsService({ jobs, store, places, clock }: DestinationsDeps): DestinationsService {
  const lookAt = async (config: LocalDestination, known: readonly DestinationRow[]): Promise<Sight> => {
    const mountPoint = config.usb_uuid ? await places.mountedAt(config.usb_uuid) : config.mount_point;
    const path = rootPath({ ...config, mount_point: mountPoint ?? config.mount_point });
    const place = mountPoint === null ? null : await places.see(mountPoint);
    if (place === null || place.remote) return { path, place, marker: null };
    const marker = await places.ask(`marker ${path}`, () => peekMarker(path));
    // An unmounted drive leaves a folder behind: our marker is not in it.
    const ours = known.length === 0 || known.some((row) => row.destinationId === marker?.destination_id);
    return { path, place: ours ? place : null, marker: ours ? marker : null };
  };

  const view = async (
    address: string,
    sharing: readonly JobRow[],
    known: readonly DestinationRow[],
    completed: ReadonlyMap<number, number>,
  ): Promise<DestinationView> => {
    const { destinationType: type, destinationConfig } = sharing[0] as JobRow;
    const config = type === 'local' ? (destinationConfig as LocalDestination) : null;
    const sight = config && (await lookAt(config, known));
    const place = sight?.place ?? null;
    const latest = known.toSorted((a, b) => b.lastRunAt - a.lastRunAt)[0];
    return {
      address,
      type,
      kind: place && place.fsType,
      path: sight && sight.path,
      total_bytes: place && place.space.totalBytes,
      free_bytes: place && place.space.freeBytes,
      present: sight && place !== null,
      writable: place && !place.readOnly,
      filesystem_uuid: place ? place.uuid : (latest?.filesystemUuid ?? config?.usb_uuid ?? null),
      destination_id: sight?.marker?.destination_id ?? latest?.destinationId ?? null,
      last_seen: place ? toIso(clock.now()) : toIsoOrNull(latest?.lastRunAt),
      last_run_at: toIsoOrNull(latest?.lastRunAt),
      last_completed_at: toIsoOrNull(newest(known.map((row) => completed.get(row.jobId)))),
      jobs: sharing.map(({ id, name }) => ({ id, name })),
    };
  };

  return {
    async list() {
      const known = store.known();
      const completed = store.lastCompleted();
      const shared = Map.groupBy(jobs.list(), (job) => {
        const account = job.destinationType === 'local' ? '' : ` ${job.credentialId}`;
        return `${addressOf(job.destinationType, job.destinationConfig)}${account}`;
      });
      return await Promise.all(
        [...shared.values()].map((sharing) => {
          const [first] = sharing as [JobRow];
          const address = addressOf(first.destinationType, first.destinationConfig);
          const ids = new Set(sharing.map((job) => job.id));
          const here = known.filter((row) => ids.has(row.jobId) && row.address === address);
          return view(address, sharing, here, completed);
        }),
      );
    },
  };
}
