import type { Clock } from '../../src/core/clock.ts';

export interface FakeClock extends Clock {
  /** Lets time pass for both clocks. */
  advance(ms: number): void;
  /** Sets the wall clock alone, as a person or NTP would. */
  setWall(ms: number): void;
}

/** Starts at 2026-01-05T02:00:00Z unless told otherwise. */
export function fakeClock(startMs = Date.UTC(2026, 0, 5, 2)): FakeClock {
  let wall = startMs;
  let monotonic = 0;
  return {
    now: () => wall,
    monotonic: () => monotonic,
    advance(ms) {
      wall += ms;
      monotonic += ms;
    },
    setWall(ms) {
      wall = ms;
    },
  };
}
