import { isDiskFull } from '../../core/errors.ts';
import type { Reason } from './reasons.ts';

/** A guard stopped the run before (or instead of) doing harm. `message` is for people. */
export class RunStop extends Error {
  constructor(
    readonly reason: Reason,
    message: string,
    /** Names exactly what was found, so that one confirmation overrules this and nothing else. */
    readonly finding: string | null = null,
  ) {
    super(message);
    this.name = 'RunStop';
  }
}

export const boxFull = 'The disk on which Dynamight keeps its own data is full. Free some space there and run again.';

/** For what a run writes into the data folder: a full disk there must not be taken for a full destination. */
export function onOwnDisk<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw isDiskFull(error) ? new RunStop('no_space', boxFull) : error;
  }
}
