import type { Row } from './table.ts';

export const seconds = (value: number) => `${value.toFixed(2)} s`;
export const mib = (value: number) => `${value.toFixed(0)} MiB`;

export interface Pair {
  ours: number;
  plain: number;
  found: number;
}

export const toPairs = (
  ours: readonly number[],
  plain: readonly number[],
  compare: (a: number, b: number) => number,
): Pair[] =>
  ours.map((one, at) => {
    const other = plain[at] ?? Number.NaN;
    return { ours: one, plain: other, found: compare(one, other) };
  });

/** The best pair counts: the machine has other things to do, and they only ever make it slower. */
export function bestAndMedian(found: readonly Pair[], better: (a: number, b: number) => number) {
  const sorted = found.toSorted((a, b) => better(a.found, b.found));
  const none = { ours: Number.NaN, plain: Number.NaN, found: Number.NaN };
  return { best: sorted[0] ?? none, median: (sorted[Math.floor(sorted.length / 2)] ?? none).found };
}

export const least = (a: number, b: number) => a - b;
export const most = (a: number, b: number) => b - a;
export const times = (value: number) => `${value.toFixed(2)} x`;
export const more = (value: number) => `${value >= 0 ? '+' : ''}${seconds(value)}`;

export const memoryRow = (what: string, found: number, limit: number): Row => ({
  what,
  ours: mib(found),
  best: mib(found),
  limit: mib(limit),
  kept: found > 0 && found <= limit,
});
