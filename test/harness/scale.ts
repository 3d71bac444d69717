/** One table of sizes: what the gate runs, and the full numbers of `./scripts/test --long`. */
const long = process.env['DYNAMIGHT_TEST_LONG'] === '1';
const pick = <T>(gate: T, full: T): T => (long ? full : gate);

export const scale = {
  long,
  /** Files of the "many small files" tree. */
  smallFiles: pick(2_000, 10_000),
  /** Parallel first set-ups, and parallel run requests. */
  parallelCalls: 50,
  /** How far time goes between two looks of the simulated weeks. */
  scheduleStepMinutes: pick(30, 1),
  /** Seeds of property tests. */
  propertyRounds: pick(200, 5_000),
  /** Lines a child process prints. */
  lines: 1_000_000,
  /** Random moments of kill -9. */
  killRounds: pick(3, 20),
  /** Random moments of a cancel. */
  cancelRounds: pick(5, 20),
  /** Power cuts under the database. */
  powerCuts: pick(3, 20),
  /** Files of a tree half of which vanishes under a run. */
  vanishing: pick(100, 1000),
  /** Requests while somebody swaps a folder for a link as fast as they can. */
  raceRounds: pick(300, 5_000),
  /** Time an answer takes; the full one is longer than the listener's own patience. */
  slowAnswerMs: pick(300, 14_000),
  /** Clients that never finish their request; in the full run they are waited for. */
  slowClients: pick(50, 500),
  /** Sockets that follow one run. */
  logSockets: pick(50, 500),
  /** Entries of a folder too large to be listed whole. */
  hugeFolder: pick(10_500, 100_000),
  /** Parts of uploads to clouds, and the file that is sent in them. */
  cloudPartBytes: pick(1, 8) * 1024 * 1024,
  cloudFileBytes: pick(64, 1024) * 1024 * 1024,
  /** The same through a whole program that is killed, to every kind of service. */
  cloudKilledBytes: pick(12, 1024) * 1024 * 1024,
  /** Small files sent to a cloud, and entries of one large folder there. */
  cloudFiles: pick(200, 5_000),
  cloudFolder: pick(2_000, 20_000),
  /** Entries of a destination that computes them. */
  computedEntries: pick(50_000, 1_000_000),
  /** Files of a job with many versions, and how many. */
  versionFiles: pick(20_000, 1_000_000),
  versions: pick(10, 30),
  /** Log lines of one big run. */
  logLines: pick(50_000, 1_000_000),
};
