import { createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js';
import { asApiError } from '../../api/client.ts';
import {
  allowedPaths,
  type DriveView,
  listDrives,
  listMounts,
  type MountView,
  type SpaceView,
  spaceAt,
} from '../../api/places.ts';
import { createPolling } from '../../lib/time.ts';
import { type DriveOffer, type LocalConfig, mountPointOf, offersOf, sharingDisk, uuidOf } from './place.ts';

const lookEveryMs = 4000;
const settleMs = 250;
const patienceMs = 2000;

export interface PlaceState {
  /** null until the first answer. */
  offers(): DriveOffer[] | null;
  seen(): { drives: DriveView[]; mounts: MountView[]; allowed: string[] };
  /** Room at a path, as far as it was asked for and answered. */
  spaceOf(path: string | null): SpaceView | undefined;
  /** No folder is there; as far as it was looked for. */
  isAbsent(path: string): boolean;
  /** Looks at these paths again; does not wait long for a disk that is asleep. */
  lookAgain(paths: readonly string[]): Promise<void>;
  /** Sources that lie on the disk of the destination. */
  sharing(): string[];
  /** Why the drives could not be listed. */
  trouble(): string | null;
}

/** The drives of this box and the room on them, asked again every few seconds: a drive appears when it is plugged in. */
export function createPlaceState(config: () => LocalConfig, sources: () => readonly string[]): PlaceState {
  const [seen, setSeen] = createSignal<ReturnType<PlaceState['seen']> | null>(null);
  const [spaces, setSpaces] = createSignal<ReadonlyMap<string, SpaceView>>(new Map());
  const [absent, setAbsent] = createSignal<ReadonlySet<string>>(new Set());
  const [trouble, setTrouble] = createSignal<string | null>(null);
  let over = false;
  onCleanup(() => {
    over = true;
  });
  const offers = createMemo(() => {
    const now = seen();
    return now && offersOf({ ...now, sources: sources(), config: config() });
  });

  const lookAt = async (path: string) => {
    if (!path.startsWith('/')) return;
    let gone = false;
    const space = await spaceAt(path).catch((thrown: unknown) => {
      gone = asApiError(thrown).status === 404;
      return undefined;
    });
    if (over) return;
    setAbsent((before) => {
      if (before.has(path) === gone) return before;
      const next = new Set(before);
      if (gone) next.add(path);
      else next.delete(path);
      return next;
    });
    setSpaces((all) => {
      const next = new Map(all);
      if (space) next.set(path, space);
      else next.delete(path);
      return next;
    });
  };
  const look = async () => {
    // A machine whose drives cannot be listed still has folders.
    const drives = listDrives().catch((thrown: unknown) => {
      if (!over) setTrouble(asApiError(thrown).message);
      return null;
    });
    try {
      const [found, mounts, { paths }] = await Promise.all([drives, listMounts(), allowedPaths()]);
      if (over) return;
      if (found) setTrouble(null);
      setSeen({ drives: found ?? [], mounts, allowed: paths });
    } catch (thrown) {
      if (!over) setTrouble(asApiError(thrown).message);
      return;
    }
    const ready = offers()?.filter((offer) => offer.state === 'ready') ?? [];
    const gone = sources().filter((path) => absent().has(path)); // it may have been made or mounted meanwhile
    const paths = new Set([...ready.map((offer) => offer.mountPoint ?? ''), mountPointOf(config()), ...gone]);
    await Promise.all([...paths].map(lookAt));
  };
  createPolling(look, () => lookEveryMs);

  /** Where the destination lies now; a drive may be mounted elsewhere than it was. */
  const place = createMemo(() => {
    const uuid = uuidOf(config());
    if (uuid === null) return mountPointOf(config());
    return offers()?.find((offer) => offer.uuid === uuid && offer.state === 'ready')?.mountPoint ?? '';
  });
  let settling: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(settling));
  createEffect(
    on(place, (path) => {
      clearTimeout(settling);
      settling = setTimeout(() => void lookAt(path), settleMs); // it may be on its way, letter by letter
    }),
  );
  createEffect(
    on(sources, (paths) => {
      for (const path of paths) void lookAt(path);
    }),
  );
  return {
    offers,
    seen: () => seen() ?? { drives: [], mounts: [], allowed: [] },
    spaceOf: (path) => (path === null ? undefined : spaces().get(path)),
    isAbsent: (path) => absent().has(path),
    lookAgain: async (paths) => {
      const patience = new Promise((resolve) => setTimeout(resolve, patienceMs));
      await Promise.race([Promise.all(paths.map(lookAt)), patience]);
    },
    sharing: () =>
      sharingDisk(
        spaces().get(place()),
        sources().map((path) => ({ path, space: spaces().get(path) })),
      ),
    trouble,
  };
}
