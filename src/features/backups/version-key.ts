/**
 * Names one attempt at a destination: its manifest and its history folder. `20260105T020000Z-3f9a1c`: start in UTC and
 * six random hex digits. Keys of a job only grow, also when the clock went back; each attempt has its own, because a
 * key used twice would overwrite the only old copies.
 */
export function nextVersionKey(last: string | null, nowMs: number, hex: string): string {
  const stamp = (ms: number) => `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const key = `${stamp(nowMs)}-${hex}`;
  if (last === null || key > last) return key;
  const [year, month, day, hour, minute, second] = [
    last.slice(0, 4),
    last.slice(4, 6),
    last.slice(6, 8),
    last.slice(9, 11),
    last.slice(11, 13),
    last.slice(13, 15),
  ].map(Number) as [number, number, number, number, number, number];
  return `${stamp(Date.UTC(year, month - 1, day, hour, minute, second + 1))}-${hex}`;
}
