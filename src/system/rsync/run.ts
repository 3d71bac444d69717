import { spawnLines } from '../process/spawn.ts';
import {
  parseComplaint,
  parseItem,
  parseProgress,
  type RsyncComplaint,
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
  const ended = await spawnLines({
    argv: [...call.argv],
    cwd: call.cwd,
    signal: call.signal,
    onLine(line) {
      const item = parseItem(line, call.itemMark);
      if (item) return call.onItem(item);
      const progress = parseProgress(line);
      if (progress) return call.onProgress(progress.bytes, progress.files);
      stats.line(line);
      complain(line);
    },
    onErrorLine: complain,
  });
  return { code: ended.code, stats: stats.result(), lastWords };
}
