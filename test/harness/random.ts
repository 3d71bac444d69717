/** Seed of one test: new every time and printed, or `DYNAMIGHT_TEST_SEED` to see a failure again. */
export function seedFor(test: string): number {
  const seed = Number(process.env['DYNAMIGHT_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`seed of "${test}": ${seed} (DYNAMIGHT_TEST_SEED)`);
  return seed;
}

/** Numbers that are the same for the same seed (mulberry32). */
export function dice(seed: number) {
  let state = seed;
  const roll = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const next = (below: number): number => Math.floor(roll() * below);
  return { next, pick: <T>(from: readonly T[]): T => from[next(from.length)] as T };
}
