import type { Reason } from '../reasons.ts';
import type { Survey } from '../survey.ts';

/** One path a mover dealt with. `path` is relative to the landing, one character per byte; '' is the landing itself. */
export interface MoverItem {
  landing: string;
  path: string;
  action: 'new' | 'changed' | 'attributes' | 'unchanged' | 'deleted';
  kind: 'file' | 'dir' | 'link' | 'other' | 'unknown';
  /** Bytes; 0 for deletions. */
  size: number;
}

/** One path a mover could not deal with (error), or that changed under it (warning). */
export interface MoverProblem {
  landing: string;
  path: string;
  level: 'warning' | 'error';
  message: string;
}

/** Where a mover tells what it does, synchronously and in order. */
export interface MoverSink {
  phase(phase: 'transferring' | 'deleting'): void;
  item(item: MoverItem): void;
  problem(problem: MoverProblem): void;
  /** Bytes sent and files finished since `apply` began. */
  progress(bytes: number, files: number): void;
}

/** What a mover would do, without having done anything. */
export interface MoverPlan {
  /** Regular files in all sources, and their bytes. */
  files: number;
  bytes: number;
  /** Regular files to be written, and their bytes. */
  transferFiles: number;
  transferBytes: number;
  /** Room these need at the destination at most. */
  roomBytes: number;
  /** Regular files to be deleted or moved to history, and of how many there are at the destination. */
  deletions: number;
  filesThere: number;
  /** Of the set of paths told to `onDeletion`, in any order (see createSetHash); '' without deletions. */
  deletionsHash: string;
}

/** How to look ahead. */
export interface MoverLook {
  /** Count what files really occupy (holes do not) instead of their sizes; slower. */
  measure?: boolean;
  /** Hears of every path that would be deleted, once, while it is found; folders go with what is in them, untold. */
  onDeletion?(landing: string, path: string): void;
  /** Hears of every regular file of the sources that no pattern leaves out, changed or not; slower. */
  onFile?(file: MoverItem): void;
  /** Hears what lies in a source, whatever the patterns leave out. */
  onSource?(landing: string, survey: Survey): void;
}

export interface MoverResult {
  /** Regular files and bytes each landing's list held; a landing is missing when its list was never complete. */
  lists: Map<string, { files: number; bytes: number }>;
  /** Regular files removed. */
  deletedFiles: number;
  /** A try broke off and was made again: it may have left temporary files. */
  brokeOff: boolean;
  /** Why the whole thing stopped; null when every list was worked through (problems with single paths aside). */
  failure: { reason: Reason; message: string } | null;
}

/**
 * Copies a job's sources into their landings. Guards, counting, log, errors and status live above; a mover only moves.
 * Nothing is deleted unless every listing of every source was complete; deletions come last.
 * `signal` ends everything that runs; the promise settles only when nothing runs any more.
 */
export interface Mover {
  plan(signal: AbortSignal, look?: MoverLook): Promise<MoverPlan>;
  apply(signal: AbortSignal, sink: MoverSink): Promise<MoverResult>;
  /** Everything written so far is on the medium when this resolves; rejects when the medium says it is not. */
  flush(): Promise<void>;
}
