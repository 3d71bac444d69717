import {
  lostAttributes,
  type RestoreAction,
  type RestoreEntry,
  type RestoreItem,
  type RestoreProgress,
  type RestoreResult,
  restoreActions,
} from './model.ts';

const zeroes = <T extends string>(words: readonly T[]) =>
  Object.fromEntries(words.map((word) => [word, 0])) as Record<T, number>;

const written: ReadonlySet<RestoreAction> = new Set<RestoreAction>(['create', 'replace', 'keep_both']);

/** Counts what becomes of the entries, and tells. */
export function createTally(
  onItem: (item: RestoreItem) => void | Promise<void>,
  onProgress: (progress: RestoreProgress) => void,
) {
  const actions = zeroes(restoreActions);
  const lost = zeroes(lostAttributes);
  let unproven = 0;
  let bytes = 0;
  const progress: RestoreProgress = {
    phase: 'counting',
    doneItems: 0,
    totalItems: null,
    doneBytes: 0,
    totalBytes: null,
    current: null,
  };
  const tell = (): void => onProgress({ ...progress });

  return {
    phase(phase: RestoreProgress['phase']): void {
      progress.phase = phase;
      tell();
    },
    totals(items: number, totalBytes: number): void {
      progress.totalItems = items;
      progress.totalBytes = totalBytes;
    },
    begun(path: string): void {
      progress.current = path;
    },
    /** Bytes of a file on its way. */
    moved(count: number): void {
      progress.doneBytes += count;
      tell();
    },
    /** It did not arrive; what becomes of it is told right after. */
    takeBack(count: number): void {
      progress.doneBytes -= count;
    },
    /** More is to be moved than was counted. */
    more(bytes: number): void {
      if (progress.totalBytes !== null) progress.totalBytes += bytes;
    },
    async done(one: RestoreEntry, action: RestoreAction, more: Partial<RestoreItem> = {}): Promise<void> {
      const item: RestoreItem = {
        from: one.entry.path,
        to: one.to,
        type: one.entry.type,
        action,
        as: null,
        size: one.entry.size,
        message: null,
        lost: [],
        unproven: false,
        ...more,
      };
      actions[action] += 1;
      for (const what of item.lost) lost[what] += 1;
      if (item.unproven) unproven += 1;
      if (item.type === 'file' && written.has(action)) bytes += item.size;
      // Dealt with, though nothing was moved. Second names were not counted in the first place.
      else if (item.type === 'file' && one.linkTo === null) progress.doneBytes += item.size;
      progress.doneItems += 1;
      await onItem(item);
      tell();
    },
    result: (stopped: RestoreResult['stopped']): RestoreResult => ({ stopped, actions, lost, unproven, bytes }),
  };
}

export type Tally = ReturnType<typeof createTally>;
