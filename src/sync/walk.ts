import type { Batch, Keyed, Mark } from './march.ts';

/** What one folder holds, in the order of the keys. */
export interface FolderListing<E extends Keyed, F> {
  entries: readonly E[];
  /** The folder to go into at an entry; undefined for everything else. */
  enter(entry: E): F | undefined;
  incomplete?: readonly Mark[];
}

interface WalkOptions<E extends Keyed, F> {
  /** Never rejects but to end the walk. */
  read(folder: F): Promise<FolderListing<E, F>>;
  top: F;
  /** Folders read side by side, ahead of where the walk is. */
  ahead: number;
  signal: AbortSignal;
}

const batchEntries = 1000;
/** Entries read ahead at most: a few huge folders are enough for one memory. */
const heldEntries = 20_000;

interface Folder<E extends Keyed, F> {
  where: F;
  listing: Promise<FolderListing<E, F>> | null;
  /** Known once it was read. */
  size: number;
}

interface Frame<E extends Keyed, F> {
  entries: readonly E[];
  at: number;
  /** Folders of this one, in order, by the position of their entry. */
  inside: { position: number; folder: Folder<E, F> }[];
  next: number;
}

/**
 * A tree as one list in the order of its keys, folder by folder, the next ones read ahead while the first are handed out.
 * What is held is the folders on the way down and those read ahead.
 */
export async function* walkFolders<E extends Keyed, F>(options: WalkOptions<E, F>): AsyncGenerator<Batch<E>> {
  const { ahead, signal } = options;
  const stack: Frame<E, F>[] = [];
  const started = new Set<Folder<E, F>>();

  const start = (folder: Folder<E, F>): void => {
    if (folder.listing) return;
    started.add(folder);
    folder.listing = options.read(folder.where);
    // Somebody awaits it later, or never: a failure is told there.
    folder.listing.then(
      (listing) => {
        folder.size = listing.entries.length;
      },
      () => {},
    );
  };

  /** The folders that come next, the nearest first, are started while there is room. */
  const lookAhead = (): void => {
    let held = 0;
    for (const folder of started) held += folder.size;
    for (let depth = stack.length - 1; depth >= 0; depth -= 1) {
      const frame = stack[depth] as Frame<E, F>;
      const last = Math.min(frame.inside.length, frame.next + ahead);
      for (let next = frame.next; next < last; next += 1) {
        if (started.size >= ahead || held > heldEntries) return;
        start((frame.inside[next] as { folder: Folder<E, F> }).folder);
      }
    }
  };

  const open = async (folder: Folder<E, F>): Promise<Mark[]> => {
    start(folder);
    const listing = await (folder.listing as Promise<FolderListing<E, F>>);
    started.delete(folder);
    // The folder above remembers this one for as long as it is open itself: not with all that is in it.
    folder.listing = null;
    signal.throwIfAborted();
    const inside: Frame<E, F>['inside'] = [];
    listing.entries.forEach((entry, position) => {
      const where = listing.enter(entry);
      if (where !== undefined) inside.push({ position, folder: { where, listing: null, size: 0 } });
    });
    stack.push({ entries: listing.entries, at: 0, inside, next: 0 });
    lookAhead();
    return [...(listing.incomplete ?? [])];
  };

  try {
    let marks = await open({ where: options.top, listing: null, size: 0 });
    let entries: E[] = [];
    while (stack.length > 0) {
      const frame = stack.at(-1) as Frame<E, F>;
      const folder = frame.inside[frame.next];
      const until = Math.min(
        folder ? folder.position + 1 : frame.entries.length,
        frame.at + batchEntries - entries.length,
      );
      for (; frame.at < until; frame.at += 1) entries.push(frame.entries[frame.at] as E);
      if (entries.length >= batchEntries || marks.length > 0) {
        yield { entries, incomplete: marks };
        entries = [];
        marks = [];
        signal.throwIfAborted();
      }
      if (folder && frame.at > folder.position) {
        frame.next += 1;
        marks.push(...(await open(folder.folder)));
      } else if (frame.at >= frame.entries.length) stack.pop();
    }
    if (entries.length > 0 || marks.length > 0) yield { entries, incomplete: marks };
  } finally {
    // Nothing may be in flight when the walk is over, however it ends.
    await Promise.allSettled([...started].flatMap(({ listing }) => (listing ? [listing] : [])));
  }
}
