import { endsEverything, isPassing, StorageError } from '../storage/errors.ts';

/** Passing errors, one after the other without a success, before the service counts as gone. */
const failuresInARow = 20;

/** Decides when everything stops: cancelled from outside, or because nothing else would go better. */
export function createStops(outside: AbortSignal) {
  const inside = new AbortController();
  const signal = AbortSignal.any([outside, inside.signal]);
  let row = 0;
  let failure: unknown = null;

  const stop = (error: unknown): void => {
    failure ??= error;
    inside.abort(error);
  };

  return {
    signal,
    get failure() {
      return failure;
    },
    /** Something worked. */
    succeeded(): void {
      row = 0;
    },
    /** One path failed. Answers whether that is its own trouble, to be named; false: everything ends, or has ended. */
    isOwnTrouble(error: unknown): error is StorageError {
      if (signal.aborted) return false;
      if (!(error instanceof StorageError) || endsEverything(error)) {
        stop(error);
        return false;
      }
      row = isPassing(error) ? row + 1 : row;
      if (row < failuresInARow) return true;
      stop(error);
      return false;
    },
    /** Something failed that has no path. */
    failed(error: unknown): void {
      if (!signal.aborted) stop(error);
    },
    close(): void {
      inside.abort();
    },
  };
}

export type Stops = ReturnType<typeof createStops>;
