import type { Clock } from '../../core/clock.ts';
import type { ClockSigns } from './synchronised.ts';

/** No clock that is right shows an earlier time than this: the program was not written yet. */
export const eraMs = Date.UTC(2026, 0, 1);
/** How long after the start a clock that cannot be believed is waited for. */
export const waitMs = 10 * 60_000;

/**
 * `good`: it may be believed. `waiting`: not yet, and nothing that depends on the time is decided. `doubtful`: waited
 * long enough; a box without network must still make its backups, by whatever time it has.
 */
export type ClockState = 'good' | 'waiting' | 'doubtful';

export interface ClockTrust {
  look(): ClockState;
}

export interface ClockTrustDeps {
  clock: Clock;
  signs: ClockSigns;
  /** The latest time known to have been, milliseconds; 0 when nothing is known. */
  lastKnownMs(): number;
}

/**
 * Is the wall clock to be believed? Once it was, it is believed until the program ends: a later jump is seen against
 * the monotonic clock by whoever it concerns. The waiting time begins now.
 */
export function createClockTrust({ clock, signs, lastKnownMs }: ClockTrustDeps): ClockTrust {
  const startedAt = clock.monotonic();
  let good = false;

  const believable = (nowMs: number): boolean => {
    if (nowMs < eraMs) return false;
    return signs.synchronised() || (signs.hasRtc() && nowMs >= lastKnownMs());
  };
  return {
    look() {
      good ||= believable(clock.now());
      if (good) return 'good';
      return clock.monotonic() - startedAt < waitMs ? 'waiting' : 'doubtful';
    },
  };
}
