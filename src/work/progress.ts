import type { Clock } from '../core/clock.ts';

/** How far something long is. Totals are null until they are known. */
export interface Progress {
  files: number;
  bytes: number;
  files_total: number | null;
  bytes_total: number | null;
  /** Over the last ten seconds or so. */
  rate_bytes_per_second: number | null;
  eta_seconds: number | null;
}

/** Milliseconds between two writes of progress to the database: an SD card must not be worn by it. */
export const persistEveryMs = 10_000;
const smoothingMs = 10_000;

/** Collects often, computes when asked. `persist` is called at once and then at most every ten seconds. */
export function createProgress(clock: Clock, persist: (progress: Progress) => void) {
  let files = 0;
  let bytes = 0;
  let filesTotal: number | null = null;
  let bytesTotal: number | null = null;
  let rate: number | null = null;
  let sample = { at: clock.monotonic(), bytes: 0 };
  let persisted = Number.NEGATIVE_INFINITY;

  const read = (): Progress => {
    const left = bytesTotal === null ? null : Math.max(0, bytesTotal - bytes);
    return {
      files,
      bytes,
      files_total: filesTotal,
      bytes_total: bytesTotal,
      rate_bytes_per_second: rate === null ? null : Math.round(rate),
      eta_seconds: left === null || rate === null || rate < 1 ? null : Math.ceil(left / rate),
    };
  };
  const moved = () => {
    const now = clock.monotonic();
    const elapsed = now - sample.at;
    if (elapsed >= 500) {
      const current = ((bytes - sample.bytes) * 1000) / elapsed;
      const weight = Math.min(1, elapsed / smoothingMs);
      rate = rate === null ? current : rate + (current - rate) * weight;
      sample = { at: now, bytes };
    }
    if (now - persisted >= persistEveryMs) {
      persisted = now;
      persist(read());
    }
  };
  return {
    read,
    setTotals(totals: { files: number; bytes: number }): void {
      filesTotal = totals.files;
      bytesTotal = totals.bytes;
    },
    set(next: { files?: number; bytes?: number }): void {
      files = next.files ?? files;
      bytes = next.bytes ?? bytes;
      moved();
    },
  };
}

export type ProgressMeter = ReturnType<typeof createProgress>;
