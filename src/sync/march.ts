/** One entry of a side. `key` puts both sides in one order: its path as bytes, a folder's with `/` at the end. */
export interface Keyed {
  readonly key: string;
}

/** A folder whose list is not whole: what may lie below it is not known. `folder` is '' for the top. */
export interface Mark {
  /** Key of the folder. */
  readonly key: string;
}

/**
 * Some entries of one side, in the order of their keys, over all batches together. A mark comes at the latest in the
 * batch of the first entry that follows its folder.
 */
export interface Batch<E extends Keyed> {
  entries: readonly E[];
  incomplete?: readonly Mark[];
}

export interface Steps<S extends Keyed, D extends Keyed> {
  /** `unknown`: the destination's list is not whole there. */
  sourceOnly(entry: S, unknown: boolean): void;
  /** `unknown`: the source's list is not whole there: it may have the entry, too. */
  destinationOnly(entry: D, unknown: boolean): void;
  both(source: S, destination: D): void;
  /** A mark of one side, before any entry below it. */
  incomplete?(side: 'source' | 'destination', key: string): void;
}

/** Where one side is. */
function createSide<E extends Keyed>(batches: AsyncIterable<Batch<E>>, onMark: (key: string) => void) {
  const iterator = batches[Symbol.asyncIterator]();
  let entries: readonly E[] = [];
  let at = 0;
  let marks: string[] = [];
  let ended = false;
  return {
    current: (): E | undefined => entries[at],
    step(): void {
      at += 1;
    },
    needsMore: (): boolean => at >= entries.length && !ended,
    /** Fetches batches until there is an entry, or none will come. */
    async more(): Promise<void> {
      while (at >= entries.length && !ended) {
        const next = await iterator.next();
        if (next.done) {
          ended = true;
          return;
        }
        entries = next.value.entries;
        at = 0;
        for (const { key } of next.value.incomplete ?? []) {
          marks.push(key);
          onMark(key);
        }
      }
    },
    /** Is this key below a folder whose list is not whole. */
    unknown(key: string): boolean {
      if (marks.length === 0) return false;
      // Keys come in order: a mark that lies before this key and does not hold it is done with.
      if (marks.length > 100) marks = marks.filter((mark) => mark > key || key.startsWith(mark));
      return marks.some((mark) => key.startsWith(mark));
    },
    close: async (): Promise<void> => {
      if (!ended) await iterator.return?.();
    },
  };
}

/**
 * Walks two lists of the same order in lock step and tells what is on either side or on both. It copies nothing, decides
 * nothing, and holds no more than one batch of each.
 */
export async function march<S extends Keyed, D extends Keyed>(
  source: AsyncIterable<Batch<S>>,
  destination: AsyncIterable<Batch<D>>,
  steps: Steps<S, D>,
): Promise<void> {
  const left = createSide(source, (key) => steps.incomplete?.('source', key));
  const right = createSide(destination, (key) => steps.incomplete?.('destination', key));
  try {
    for (;;) {
      if (left.needsMore() && right.needsMore()) await Promise.all([left.more(), right.more()]);
      else if (left.needsMore()) await left.more();
      else if (right.needsMore()) await right.more();
      const [mine, theirs] = [left.current(), right.current()];
      if (!mine && !theirs) return;
      if (mine && (!theirs || mine.key < theirs.key)) {
        left.step();
        steps.sourceOnly(mine, right.unknown(mine.key));
      } else if (theirs && (!mine || theirs.key < mine.key)) {
        right.step();
        steps.destinationOnly(theirs, left.unknown(theirs.key));
      } else if (mine && theirs) {
        left.step();
        right.step();
        steps.both(mine, theirs);
      }
    }
  } finally {
    await Promise.allSettled([left.close(), right.close()]);
  }
}
