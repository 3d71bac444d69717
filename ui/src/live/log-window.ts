/** Lines of a log by index, of which only some pages are in memory: those at the end, and those looked at last. */
export interface LogWindow<L> {
  /** Lines known to exist. */
  total(): number;
  at(index: number): L | undefined;
  /** Puts lines that follow each other, the first of them at index `from`, be they new or known. */
  put(from: number, lines: readonly L[]): void;
  /** The log is known to have at least `total` lines. */
  grow(total: number): void;
  pagesHeld(): number;
}

export const linesPerPage = 500;
export const pageOf = (index: number): number => Math.floor(index / linesPerPage);

/** Holds at most `maxPages` pages; the ones used longest ago go first. */
export function createLogWindow<L>(maxPages = 24): LogWindow<L> {
  const pages = new Map<number, L[]>(); // oldest use first
  let total = 0;

  const touch = (number: number, page: L[]) => {
    pages.delete(number);
    pages.set(number, page);
    const [oldest] = pages.keys();
    if (pages.size > maxPages && oldest !== undefined) pages.delete(oldest);
  };
  return {
    total: () => total,
    pagesHeld: () => pages.size,
    at(index) {
      const number = pageOf(index);
      const page = pages.get(number);
      if (!page) return undefined;
      touch(number, page);
      return page[index % linesPerPage];
    },
    put(from, lines) {
      for (let done = 0; done < lines.length; ) {
        const number = pageOf(from + done);
        const offset = (from + done) % linesPerPage;
        const page = pages.get(number) ?? [];
        const some = lines.slice(done, done + linesPerPage - offset);
        some.forEach((line, at) => {
          page[offset + at] = line;
        });
        touch(number, page);
        done += some.length;
      }
      if (lines.length > 0) total = Math.max(total, from + lines.length);
    },
    grow(to) {
      total = Math.max(total, to);
    },
  };
}

/** How many lines there are when only "is there one at this offset" can be asked: doubling, then halving. */
export async function countLines(has: (offset: number) => Promise<boolean>): Promise<number> {
  let low = 0; // that many exist
  let step = linesPerPage;
  while (await has(low + step - 1)) {
    low += step;
    step *= 2;
  }
  let high = low + step - 1; // this one does not exist
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await has(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
