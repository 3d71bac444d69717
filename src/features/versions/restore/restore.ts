import type { DirHandle } from '../../../lib/dirfd.ts';
import { openRoot } from '../../../lib/dirfd.ts';
import { type HashThread, openHashThread } from '../../../lib/hash-thread.ts';
import { filesystemHabits } from '../../../storage/drivers/local/filesystem.ts';
import { syncFilesystem } from '../../../system/mounts/flush.ts';
import { createBatches } from './batches.ts';
import type { HashThreads } from './content.ts';
import type { Context, RestoreStep } from './context.ts';
import { dressFolder } from './folders.ts';
import { createHardLinks } from './hard-links.ts';
import { noJournal, type RestoreJournal } from './journal.ts';
import { stampOf } from './keep-both.ts';
import { march } from './march.ts';
import type { RestoreEntry, RestoreItem, RestorePolicy, RestoreProgress, RestoreResult } from './model.ts';
import type { OldBytes } from './old-bytes.ts';
import { type Owners, systemOwners } from './owners.ts';
import { freeBytes, sizeText } from './room.ts';
import { createStops } from './stops.ts';
import { sweepTemps } from './sweep.ts';
import { createTally } from './tally.ts';

export interface RestoreOptions {
  /** What is put back, some at a time, by the bytes of `to`; asked for twice where `totals` are not known. */
  entries: () => AsyncIterable<readonly RestoreEntry[]>;
  /** The old content of a file; null: it is not there any more. Throws StorageError. Called side by side. */
  open: (one: RestoreEntry, signal: AbortSignal) => Promise<OldBytes | null>;
  /** An existing folder. Links in its own path are followed, below it never. */
  root: string;
  /** It was made for this restore, and gets the attributes of its entry whatever the policy. */
  rootIsNew?: boolean;
  policy: RestorePolicy;
  /** Writes nothing at all and tells what it would do. */
  dryRun?: boolean;
  signal: AbortSignal;
  /** When this restore was asked for, milliseconds since 1970: the same when it goes on, as names come from it. */
  askedAt: number;
  /** Of the names, where both are kept; the machine's unless told. */
  timeZone?: string;
  /** Entries and bytes of files in them, where they are known already. */
  totals?: { items: number; bytes: number };
  /** Every entry once, in about their order. The next waits for the promise. */
  onItem?: (item: RestoreItem) => void | Promise<void>;
  /** Often; whoever shows it waits between two looks. */
  onProgress?: (progress: RestoreProgress) => void;
  /** What the last process that did this restore left open; it goes on from there. */
  journal?: RestoreJournal;
  owners?: Owners;
  /** Flushes the whole filesystem a handle is on. */
  sync?: (fd: number) => Promise<void>;
  onStep?: (step: RestoreStep) => void;
}

/**
 * Puts entries of a version back into a folder. Nothing gets its final name before it is whole, was proven to be what
 * the version had, and lies on the medium; nothing outside of the folder is touched, whatever the list says and whoever
 * swaps folders for links meanwhile. Trouble of one path is told as its item and the rest goes on. Throws only when the
 * folder cannot be opened.
 *
 * Doing it again with the same `askedAt` and journal goes on where it stopped.
 */
export async function restore(options: RestoreOptions): Promise<RestoreResult> {
  const root = await openRoot(options.root);
  let thread: Promise<HashThread | null> | null = null;
  try {
    return await restoreInto(root, options, () => (thread ??= openHashThread()));
  } finally {
    (await (thread as Promise<HashThread | null> | null))?.close();
    await root.close();
  }
}

/** Names of these lead to what the version had. */
const inPlace = new Set(['create', 'replace', 'unchanged']);

async function restoreInto(root: DirHandle, options: RestoreOptions, hashThreads: HashThreads): Promise<RestoreResult> {
  const { dryRun = false, policy, journal = noJournal(), onItem, sync = syncFilesystem, totals } = options;
  const step = options.onStep ?? (() => {});
  const stops = createStops(options.signal);
  const habits = filesystemHabits(root.path);
  const precisionNs = habits.mtimePrecisionNs ?? 1n;
  const tally = createTally(
    (item) => {
      if (item.type === 'file' && !inPlace.has(item.action)) hardLinks.doubt(item.to);
      return onItem?.(item);
    },
    (progress) => options.onProgress?.(progress),
  );
  const batches = createBatches({
    sync: async () => {
      await Promise.all([sync(root.fd), journal.flush()]);
    },
    begin: journal.begin,
    end: journal.end,
    dress: (frame) => dressFolder(context, frame),
    // A full disk ends everything too, but what is whole by then may stay.
    dropping: () => stops.stopped !== null && stops.stopped.reason !== 'no_space',
    failed: stops.failed,
    step,
  });
  const context: Context = {
    policy,
    dryRun,
    stamp: stampOf(options.askedAt, options.timeZone),
    owners: options.owners ?? systemOwners(),
    open: options.open,
    journal,
    unfinished: new Set(journal.left.filter(({ kind }) => kind === 'folder').map(({ path }) => path)),
    precisionNs,
    timesAfterClose: precisionNs > 1n,
    hashThreads,
    stops,
    tally,
    batches,
    step,
  };
  const hardLinks = createHardLinks(context, root, (frame, one) => {
    frame.users += 1;
    copies.push({ frame, one });
  });
  const copies: { frame: Parameters<typeof hardLinks.add>[0]; one: RestoreEntry }[] = [];

  try {
    if (!dryRun) {
      tally.phase('sweeping');
      await sweepTemps(root, journal);
      tally.phase('counting');
      const { items, bytes } = totals ?? (await count(options.entries, stops.signal));
      tally.totals(items, bytes);
      await requireRoom(root, bytes, options);
    }
    tally.phase('restoring');
    await march(context, root, options.entries, { hardLinks, copies, habits, rootIsNew: options.rootIsNew ?? false });
  } catch (error) {
    stops.failed(error);
  }
  if (!dryRun) {
    tally.phase('flushing');
    if (stops.stopped === null) await sync(root.fd).catch(stops.failed);
    if (stops.stopped === null) journal.remove();
    else journal.close();
  }
  return tally.result(stops.stopped);

  /** Looked at more closely only when there is not room for everything: much of it may be there already. */
  async function requireRoom(dir: DirHandle, bytes: number, whole: RestoreOptions): Promise<void> {
    const free = await freeBytes(dir);
    if (free === null || bytes <= free) return;
    const planned = await restoreInto(
      dir,
      {
        ...whole,
        dryRun: true,
        journal: noJournal(),
        onItem: undefined,
        onProgress: undefined,
        onStep: undefined,
      },
      hashThreads,
    );
    if (planned.stopped) return stops.stop(planned.stopped);
    if (planned.bytes <= free) return;
    stops.stop({
      reason: 'no_space',
      message: `${sizeText(planned.bytes)} are to be restored and ${sizeText(free)} are free. Free some space, or choose another folder. Nothing was written.`,
      cause: new Error('no space'),
    });
  }
}

async function count(
  entries: RestoreOptions['entries'],
  signal: AbortSignal,
): Promise<{ items: number; bytes: number }> {
  let items = 0;
  let bytes = 0;
  for await (const some of entries()) {
    signal.throwIfAborted();
    items += some.length;
    for (const { entry, linkTo } of some) if (entry.type === 'file' && linkTo === null) bytes += entry.size;
  }
  return { items, bytes };
}
