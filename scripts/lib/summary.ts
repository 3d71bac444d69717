export interface FileResult {
  file: string;
  passed: number;
  failed: number;
  skipped: number;
  seconds: number;
  /** Why it counts as failed where Bun's own lines do not say so. */
  note: string | null;
}

/** The last ` 12 pass` of the output: a test may print such a line too, but Bun's comes after it. */
const counted = (output: string, word: string): number | undefined => {
  const last = [...output.matchAll(new RegExp(`^ *(\\d+) ${word}$`, 'gm'))].at(-1)?.[1];
  return last === undefined ? undefined : Number(last);
};

/**
 * What one `bun test <file>` did, from what it printed and how it ended. A process that died, hung (exit code null),
 * left early or ran nothing is a failure even though no test of it failed.
 */
export function readSummary(file: string, output: string, exitCode: number | null, seconds: number): FileResult {
  const passed = counted(output, 'pass');
  const failed = counted(output, 'fail') ?? 0;
  const skipped = (counted(output, 'skip') ?? 0) + (counted(output, 'todo') ?? 0);
  const result = { file, passed: passed ?? 0, failed, skipped, seconds, note: null };
  const also = (note: string): FileResult => ({ ...result, failed: Math.max(failed, 1), note });
  if (exitCode === null) return also('took too long and was ended');
  if (passed === undefined) return also(`ended with ${exitCode} before its last test was done`);
  if (exitCode !== 0 && failed === 0) return also(`ended with ${exitCode} although no test failed`);
  if (passed + failed + skipped === 0) return also('holds no test');
  return result;
}
