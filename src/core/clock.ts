/** Time as a dependency: tests move it by hand. */
export interface Clock {
  /** Wall clock, milliseconds since 1970 UTC. May jump in both directions. */
  now(): number;
  /** Milliseconds of a clock that only goes forward; for timeouts and rates. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/** `2026-01-05T02:00:00Z`: how every time leaves the API (UTC, whole seconds). */
export const toIso = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
export const toIsoOrNull = (ms: number | null | undefined): string | null =>
  ms === null || ms === undefined ? null : toIso(ms);
