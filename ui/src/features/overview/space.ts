import type { DestinationView } from '../../api/destinations.ts';
import type { Mood } from '../../components/status-pill.tsx';
import { overviewText } from '../../i18n/overview.ts';
import { ago, bytes } from '../../lib/format.ts';
import { readableAddress } from '../backups/remote-address.ts';

export interface Space {
  mood: Mood;
  /** 0 to 1; null where it is not known. */
  used: number | null;
  sentence: string;
  /** What else there is to know: filesystem, read-only. */
  facts: string[];
}

const fewBytes = 1_000_000_000;
const fewShare = 0.05;

/** Destinations on one filesystem share its space: they are told together. */
export interface Place extends DestinationView {
  /** The deepest folder they share; the address, in the network. */
  name: string;
}

/** Each filesystem once, with the jobs that write to it, in the order of the destinations. Pure. */
export function placesOf(destinations: readonly DestinationView[]): Place[] {
  const together = new Map<string, DestinationView[]>();
  for (const one of destinations) {
    const { filesystem_uuid: uuid, present, kind, total_bytes: total, path } = one;
    const key =
      path === null
        ? `address ${one.address} ${one.jobs[0]?.id}`
        : uuid !== null
          ? `uuid ${uuid} ${present}`
          : present && total !== null
            ? `size ${kind} ${total}`
            : `path ${path}`;
    together.set(key, [...(together.get(key) ?? []), one]);
  }
  return [...together.values()].flatMap((sharing) => {
    const [first] = sharing;
    if (!first) return [];
    const paths = sharing.flatMap((one) => (one.path === null ? [] : [one.path]));
    return [
      {
        ...first,
        name: paths.length === 0 ? readableAddress(first.address) : sharedFolder(paths),
        // One that can only be read is worth knowing of.
        writable: sharing.every((one) => one.writable !== false) ? first.writable : false,
        last_seen: newest(sharing.map((one) => one.last_seen)),
        last_completed_at: newest(sharing.map((one) => one.last_completed_at)),
        jobs: sharing.flatMap((one) => one.jobs),
      },
    ];
  });
}

const newest = (times: readonly (string | null)[]): string | null =>
  times.reduce(
    (best, time) => (best === null || (time !== null && Date.parse(time) > Date.parse(best)) ? time : best),
    null,
  );

/** `/mnt/usb/photos` and `/mnt/usb/music` → `/mnt/usb`. */
function sharedFolder(paths: readonly string[]): string {
  const [first = '', ...others] = paths;
  const parts = first.split('/');
  const same = (depth: number) => others.every((path) => path.split('/')[depth] === parts[depth]);
  let depth = 0;
  while (depth < parts.length && same(depth)) depth += 1;
  return parts.slice(0, depth).join('/') || '/';
}

/** How much room there is at a destination, in words. A drive that is away is no trouble by itself. Pure. */
export function spaceOf(place: DestinationView, now: number): Space {
  const say = overviewText().space;
  const { free_bytes: free, total_bytes: total } = place;
  const facts = place.kind === null ? [] : [place.kind];
  if (place.present === null) {
    const sentence =
      place.last_completed_at === null ? say.network : say.networkSince(ago(place.last_completed_at, now));
    return { mood: 'idle', used: null, sentence, facts: [] };
  }
  if (!place.present) {
    const sentence = place.last_seen === null ? say.never : say.away(ago(place.last_seen, now));
    return { mood: 'idle', used: null, sentence, facts: [] };
  }
  if (place.writable === false) facts.push(say.readOnly);
  if (free === null || total === null || total === 0) return { mood: 'ok', used: null, sentence: say.unknown, facts };
  const full = free < fewBytes || free < total * fewShare;
  return {
    mood: full || place.writable === false ? 'warn' : 'ok',
    used: Math.min(1, Math.max(0, 1 - free / total)),
    sentence: full ? say.nearlyFull(bytes(free), bytes(total)) : say.free(bytes(free), bytes(total)),
    facts,
  };
}
