/** One table of sizes: what the gate runs, and the full numbers of `./scripts/test --long`. */
const long = process.env['DYNAMIGHT_TEST_LONG'] === '1';
const pick = <T>(gate: T, full: T): T => (long ? full : gate);

export const scale = {
  long,
  /** Files of the "many small files" tree. */
  smallFiles: pick(2_000, 10_000),
  /** Parallel first set-ups, and parallel run requests. */
  parallelCalls: 50,
  /** Seeds of property tests. */
  propertyRounds: pick(200, 5_000),
  /** Lines a child process prints. */
  lines: 1_000_000,
  /** Random moments of kill -9. */
  killRounds: pick(3, 20),
  /** Requests while somebody swaps a folder for a link as fast as they can. */
  raceRounds: pick(300, 5_000),
  /** Time an answer takes; the full one is longer than the listener's own patience. */
  slowAnswerMs: pick(300, 14_000),
  /** Clients that never finish their request; in the full run they are waited for. */
  slowClients: pick(50, 500),
  /** Entries of a folder too large to be listed whole. */
  hugeFolder: pick(10_500, 100_000),
};
