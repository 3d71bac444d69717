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
