import type { Clock } from '../core/clock.ts';

/** How far something long is. Totals are null until they are known. */
export interface Progress {
  files: number;
  bytes: number;
  files_total: number | null;
  bytes_total: number | null;
  /** Over the last ten seconds or so. */
  rate_bytes_per_second: number | null;
  /** By the rate; while there are no totals, by how long such things usually take. */
  eta_seconds: number | null;
  /** What it is at, such as a file; null between such things. */
  current: string | null;
}

/** Milliseconds between two writes of progress to the database: an SD card must not be worn by it. */
export const persistEveryMs = 10_000;
/** The rate is told over about this time, from samples at least so far apart. */
const windowMs = 10_000;
const sampleMs = 500;

/** Collects often, computes when asked. `onMoved` is called with every change. */
export function createProgress(clock: Clock, onMoved: () => void = () => {}) {
  let files = 0;
  let bytes = 0;
  let filesTotal: number | null = null;
  let bytesTotal: number | null = null;
  let expectedEnd: number | null = null;
  let current: (() => string) | null = null;
  /** What had moved when, over the last ten seconds; the first is where the rate is measured from. */
  let samples = [{ at: clock.monotonic(), bytes: 0 }];

  /** From the oldest sample to now: it also falls while nothing moves. */
  const rate = (): number | null => {
    const [first] = samples;
    const elapsed = first ? clock.monotonic() - first.at : 0;
    return first && elapsed >= sampleMs ? ((bytes - first.bytes) * 1000) / elapsed : null;
  };
  const secondsLeft = (perSecond: number | null): number | null => {
    if (bytesTotal !== null)
      return perSecond === null || perSecond < 1 ? null : Math.ceil(Math.max(0, bytesTotal - bytes) / perSecond);
    // What takes longer than usual is not "nearly done" for ever.
    const left = expectedEnd === null ? 0 : expectedEnd - clock.monotonic();
    return left > 0 ? Math.ceil(left / 1000) : null;
  };
  const read = (): Progress => {
    const perSecond = rate();
    return {
      files,
      bytes,
      files_total: filesTotal,
      bytes_total: bytesTotal,
      rate_bytes_per_second: perSecond === null ? null : Math.round(perSecond),
      eta_seconds: secondsLeft(perSecond),
      current: current?.() ?? null,
    };
  };
  const moved = () => {
    const now = clock.monotonic();
    if (now - (samples.at(-1)?.at ?? 0) >= sampleMs) {
      samples.push({ at: now, bytes });
      while (samples.length > 2 && now - (samples[1]?.at ?? now) >= windowMs) samples.shift();
    }
    onMoved();
  };
  return {
    read,
    /** The moving begins now: time spent looking before it does not count for the rate. */
    start(): void {
      samples = [{ at: clock.monotonic(), bytes }];
    },
    setTotals(totals: { files: number; bytes: number }): void {
      filesTotal = totals.files;
      bytesTotal = totals.bytes;
    },
    /** It usually takes so long from now on. Totals tell better: with them this counts for nothing. */
    expect(leftMs: number): void {
      expectedEnd = clock.monotonic() + leftMs;
    },
    /** `describe` is called when somebody asks: a million small files need a million names only if all are looked at. */
    setCurrent(describe: (() => string) | null): void {
      current = describe;
    },
    set(next: { files?: number; bytes?: number }): void {
      files = next.files ?? files;
      bytes = next.bytes ?? bytes;
      moved();
    },
  };
}

export type ProgressMeter = ReturnType<typeof createProgress>;
