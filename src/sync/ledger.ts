import type { Journal, JournalRow } from './journal.ts';

const mostRows = 500;
const longestMs = 2000;

/** Writes to the journal in batches: what was sent is remembered after 500 files or 2 s, and when the run ends. */
export function createLedger(journal: Journal) {
  let waiting: { path: string; row: JournalRow }[] = [];
  let gone: string[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  let failure: unknown = null;

  const write = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    const [rows, paths] = [waiting, gone];
    waiting = [];
    gone = [];
    if (rows.length > 0) journal.put(rows);
    if (paths.length > 0) journal.remove(paths);
  };
  const touched = (): void => {
    if (failure) throw failure;
    if (waiting.length + gone.length >= mostRows) write();
    else
      timer ??= setTimeout(() => {
        try {
          write();
        } catch (error) {
          failure = error;
        }
      }, longestMs);
  };

  return {
    put(path: string, row: JournalRow): void {
      waiting.push({ path, row });
      touched();
    },
    remove(path: string): void {
      // The last word on a path counts.
      waiting = waiting.filter((one) => one.path !== path);
      gone.push(path);
      touched();
    },
    /** Throws when something could not be written, now or earlier. */
    flush(): void {
      write();
      if (failure) throw failure;
    },
  };
}

export type Ledger = ReturnType<typeof createLedger>;
