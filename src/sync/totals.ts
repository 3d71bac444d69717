/** What a plan adds up to. */
export interface PlanTotals {
  /** Regular files of the sources that no pattern leaves out, and their bytes. */
  files: number;
  bytes: number;
  /** Of these: to be sent for certain. */
  transferFiles: number;
  transferBytes: number;
  /** Of these: to be read first; they are sent when they turn out to differ. */
  compareFiles: number;
  compareBytes: number;
  unchangedFiles: number;
  /** Of these: neither sent nor known to be there; each of them, or a folder above it, was named. */
  failedFiles: number;
  /** Files there to be removed, and all files there that no pattern leaves out. */
  deletions: number;
  filesThere: number;
  /** What each landing's list held; `whole`: there was nothing in its source that could not be looked at. */
  lists: Map<string, { files: number; bytes: number; whole: boolean }>;
}

export const noTotals = (): PlanTotals => ({
  files: 0,
  bytes: 0,
  transferFiles: 0,
  transferBytes: 0,
  compareFiles: 0,
  compareBytes: 0,
  unchangedFiles: 0,
  failedFiles: 0,
  deletions: 0,
  filesThere: 0,
  lists: new Map(),
});
