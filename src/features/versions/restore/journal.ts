import { closeSync, fdatasync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { errnoOf } from '../../../core/errors.ts';
import { writeFileAtomic } from '../../../lib/atomic-file.ts';

/** `temp`: a file on its way, by the path of its temporary name. `folder`: made by us, its attributes are not set yet. */
export type JournalKind = 'temp' | 'folder';

/**
 * What a restore has begun and not finished, so that the same restore can tidy up and go on after the process died. It
 * holds no more than what is open. Paths are latin1, below the root as they really are called there.
 */
export interface RestoreJournal {
  /** Left behind by an earlier process; empty for a new restore. */
  readonly left: readonly { kind: JournalKind; path: string }[];
  /** Noted before anything is made. */
  begin(kind: JournalKind, path: string): void;
  end(kind: JournalKind, path: string): void;
  /** What was noted is on the medium. */
  flush(): Promise<void>;
  close(): void;
  /** The restore is over: nothing is open. */
  remove(): void;
}

const flushData = promisify(fdatasync);

type Line = [sign: '+' | '-', kind: JournalKind, path: string];

const largestBytes = 1024 * 1024;
const lineOf = (line: Line): string => `${JSON.stringify(line)}\n`;

function openIn(text: string): Map<string, Line> {
  const open = new Map<string, Line>();
  for (const row of text.split('\n')) {
    try {
      const line = JSON.parse(row) as Line;
      const key = `${line[1]} ${line[2]}`;
      if (line[0] === '+') open.set(key, line);
      else open.delete(key);
    } catch {
      // empty, or the one that was being written
    }
  }
  return open;
}

function textAt(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return '';
    throw error;
  }
}

/** A journal in a file of its own, which is not there when nothing is open. */
export function openRestoreJournal(path: string): RestoreJournal {
  const open = openIn(textAt(path));
  const left = [...open.values()].map(([, kind, at]) => ({ kind, path: at }));
  let fd = -1;
  let written = 0;
  /** Ends may be told late: what they end is then looked for in vain. */
  let ends = '';

  const rewrite = (): void => {
    if (fd !== -1) closeSync(fd);
    writeFileAtomic(path, [...open.values()].map(lineOf).join(''));
    fd = openSync(path, 'a', 0o600);
    written = 0;
    ends = '';
  };
  const append = (line: Line): void => {
    if (fd === -1 || written > largestBytes) rewrite();
    written += writeSync(fd, ends + lineOf(line));
    ends = '';
  };
  const close = (): void => {
    if (fd !== -1) {
      writeSync(fd, ends);
      closeSync(fd);
    }
    fd = -1;
    ends = '';
  };
  return {
    left,
    begin(kind, at) {
      const line: Line = ['+', kind, at];
      append(line);
      open.set(`${kind} ${at}`, line);
    },
    end(kind, at) {
      if (!open.delete(`${kind} ${at}`)) return;
      ends += lineOf(['-', kind, at]);
    },
    async flush() {
      const own = fd;
      if (own === -1) return;
      try {
        await flushData(own);
      } catch (error) {
        if (own === fd) throw error; // else it was written anew meanwhile, which flushes it
      }
    },
    close,
    remove() {
      close();
      rmSync(path, { force: true });
    },
  };
}

/** For restores nobody goes on with, such as a drill into a scratch folder. */
export const noJournal = (): RestoreJournal => ({
  left: [],
  begin() {},
  end() {},
  flush: async () => {},
  close() {},
  remove() {},
});
