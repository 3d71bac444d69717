import type { HashKind, ResumeSlot } from '../storage/driver.ts';

/** What is known to be at the destination under one path: what was sent, and what the service said of it. */
export interface JournalRow {
  /** Of the source file when it was sent. */
  size: number;
  mtimeNs: bigint;
  ctimeNs: bigint | null;
  ino: bigint | null;
  /** Of the content sent, hex; null where it was never read (a file found there already). */
  sha256: string | null;
  /** As the service listed it, or answered. */
  remote: RemoteState;
}

export interface RemoteState {
  size: number;
  hash: { kind: HashKind; hex: string } | null;
  tag: string | null;
  id: string | null;
  mtimeNs: bigint | null;
}

/** Noted of a file that did not arrive as it was sent: equal to no file, so that the next run sends it again. */
export const distrustedRow: JournalRow = {
  size: -1,
  mtimeNs: 0n,
  ctimeNs: null,
  ino: null,
  sha256: null,
  remote: { size: -1, hash: null, tag: null, id: null, mtimeNs: null },
};

/**
 * What is known of a destination, path by path. Losing it costs comparing, never a file. Paths are `<landing>/<path>`,
 * one latin1 character per byte. Calls are synchronous; one engine at a time uses a journal.
 */
export interface Journal {
  /** Rows of the files directly in a folder, by name. Asked once per folder of a run; the map is the caller's. */
  folder(path: string): Map<string, JournalRow>;
  /** Up to some hundred at once. */
  put(rows: readonly { path: string; row: JournalRow }[]): void;
  remove(paths: readonly string[]): void;
  /**
   * The memory of one upload. `fingerprint` stands for the very content: with another one what was kept is not seen
   * any more.
   */
  slot(path: string, fingerprint: string): ResumeSlot;
  /** The states of all uploads that somebody may still go on with, of every job. */
  begun(): unknown[];
}
