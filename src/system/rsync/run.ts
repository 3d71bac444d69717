import { spawnLines } from '../process/spawn.ts';
import {
  parseComplaint,
  parseHidden,
  parseItem,
  parseProgress,
  type RsyncComplaint,
  type RsyncHidden,
  type RsyncItem,
  type RsyncStats,
  statsReader,
} from './output.ts';

export interface RsyncCall {
  /** See guardedCommand. */
  argv: readonly string[];
  /** An open handle's path (`/proc/<pid>/fd/<n>`): writes follow the filesystem we hold, wherever it is mounted. */
  cwd: string;
  itemMark: string;
  /** Aborting ends the whole process group: TERM, then KILL. */
  signal: AbortSignal;
  onItem(item: RsyncItem): void;
  onProgress(bytes: number, files: number | null): void;
  onComplaint(complaint: RsyncComplaint): void;
  /** Where `tellHidden` was asked for: the patterns given (one character per byte) and who hears what they leave out. */
  hidden?: { patterns: ReadonlySet<string>; on(readings: RsyncHidden[]): void };
}

export interface RsyncResult {
  /** rsync's exit code (75: the destination's lock is held by another); null when a signal ended it. */
  code: number | null;
  /** null when it did not get as far as its totals. */
  stats: RsyncStats | null;
  /** rsync's own closing words, empty when it had none. */
  lastWords: string;
}

/** Runs one rsync to its end and reports as it goes. Never throws for what rsync says; throws when it cannot start. */
export async function runRsync(call: RsyncCall): Promise<RsyncResult> {
  const stats = statsReader();
  let lastWords = '';
  const complain = (line: string) => {
    if (/^rsync (error|warning):/.test(line)) lastWords = line;
    const complaint = parseComplaint(line);
    if (complaint) call.onComplaint(complaint);
  };
  const tellProgress = (line: string): boolean => {
    const progress = parseProgress(line);
    if (progress) call.onProgress(progress.bytes, progress.files);
    return progress !== null;
  };
  const ended = await spawnLines({
    argv: [...call.argv],
    cwd: call.cwd,
    signal: call.signal,
    onLine(whole) {
      // rsync ends an open progress line where it complains, which is standard error: the next item then stands behind
      // the progress instead of on a line of its own.
      const start = whole.indexOf(call.itemMark);
      if (start > 0) tellProgress(whole.slice(0, start));
      const line = start > 0 ? whole.slice(start) : whole;
      const item = parseItem(line, call.itemMark);
      if (item) return call.onItem(item);
      const hidden = call.hidden && parseHidden(line, call.hidden.patterns);
      if (hidden) return call.hidden?.on(hidden);
      if (tellProgress(line)) return;
      stats.line(line);
      complain(line);
    },
    onErrorLine: complain,
  });
  return { code: ended.code, stats: stats.result(), lastWords };
}
