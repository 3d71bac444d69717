import { errnoOf } from '../../../core/errors.ts';
import { endsEverything, isPassing, StorageError } from '../../../storage/errors.ts';
import { ManifestError } from '../manifest.ts';
import type { StopReason } from './model.ts';

/** Errors in a row, without one thing that worked, before what they come from counts as gone. */
const failuresInARow = 20;
const noRoom = new Set(['ENOSPC', 'EDQUOT']);
const targetGone = new Set(['EROFS', 'ENODEV', 'ESTALE', 'ENOTCONN', 'EMFILE', 'ENFILE']);

export interface Stopped {
  reason: StopReason;
  message: string;
  cause: unknown;
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Why one error ends everything; null when it is the trouble of one path. */
function stopOf(error: unknown): Omit<Stopped, 'cause'> | null {
  const code = errnoOf(error) ?? '';
  if (error instanceof ManifestError) return { reason: 'manifest', message: said(error) };
  if (error instanceof StorageError) return endsEverything(error) ? { reason: 'source', message: said(error) } : null;
  if (noRoom.has(code))
    return { reason: 'no_space', message: 'The disk that is restored to is full. Free some space and go on.' };
  if (targetGone.has(code))
    return { reason: 'target', message: `The folder that is restored into cannot be written any more (${code}).` };
  return /^E[A-Z0-9]+$/.test(code) ? null : { reason: 'target', message: said(error) };
}

/** Decides when a restore ends before its end: cancelled from outside, or because nothing else would go better. */
export function createStops(outside: AbortSignal) {
  const inside = new AbortController();
  const signal = AbortSignal.any([outside, inside.signal]);
  let row = 0;
  let stopped: Stopped | null = null;

  const stop = (why: Stopped): void => {
    if (outside.aborted) return;
    stopped ??= why;
    inside.abort(why.cause);
  };

  return {
    signal,
    get stopped(): Stopped | null {
      if (stopped === null && outside.aborted)
        return { reason: 'cancelled', message: 'The restore was cancelled.', cause: outside.reason };
      return stopped;
    },
    succeeded(): void {
      row = 0;
    },
    stop,
    /** Answers whether an error is the trouble of one path, to be named; false: everything ends, or has ended. */
    isOwnTrouble(error: unknown): boolean {
      if (signal.aborted) return false;
      const why = stopOf(error);
      if (why) {
        stop({ ...why, cause: error });
        return false;
      }
      if (errnoOf(error) === 'EIO' || isPassing(error)) row += 1;
      if (row < failuresInARow) return true;
      const reason = error instanceof StorageError ? 'source' : 'target';
      stop({ reason, message: `Too many errors in a row. The last one: ${said(error)}`, cause: error });
      return false;
    },
    /** Something failed that has no path of its own. */
    failed(error: unknown): void {
      if (!signal.aborted) stop({ reason: 'target', message: said(error), ...stopOf(error), cause: error });
    },
  };
}

export type Stops = ReturnType<typeof createStops>;
