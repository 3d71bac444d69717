import type { HashKind, StorageDriver, Written } from '../storage/driver.ts';
import { StorageError } from '../storage/errors.ts';
import type { SourceFiles } from './content.ts';
import type { FileState } from './decide.ts';
import type { Journal, JournalRow, RemoteState } from './journal.ts';
import type { OpenedFile } from './opened-file.ts';

interface SendInput {
  files: SourceFiles;
  driver: StorageDriver;
  journal: Journal;
  /** Relative to the source, latin1. */
  path: string;
  /** At the destination, from the driver's root. */
  at: string;
  /** The same for the journal. */
  journalPath: string;
  /** Something is there that will be replaced. */
  replaces: boolean;
  keep?(path: string): Promise<void>;
  /** Bytes of this file that arrived for good, from 0. */
  onBytes(bytes: number): void;
  signal: AbortSignal;
}

export type Sent =
  | { as: 'vanished' }
  | { as: 'sent'; state: FileState; written: Written; hashes: Partial<Record<HashKind, string>> };

/** Tries at a file that does not hold still. */
const tries = 3;

/** An upload is taken up again only for the very same content. */
const fingerprintOf = ({ size, mtimeNs, ino }: FileState): string => `${size}:${mtimeNs}:${ino}`;

/**
 * Sends one file as it is when it is opened. One that changes while it is read is never finished that way; it is sent
 * anew. Throws what the driver threw, or `source`.
 */
export async function sendFile(input: SendInput): Promise<Sent> {
  const { driver, journal, signal } = input;
  let kept = !input.replaces;
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    const file = await input.files.open(input.path);
    if (!file) return { as: 'vanished' };
    try {
      if (!kept) await input.keep?.(input.at);
      kept = true;
      const written = await driver.write(input.at, file.content, {
        signal,
        mtimeNs: file.state.mtimeNs,
        isNew: !input.replaces,
        onProgress: input.onBytes,
        ...(driver.capabilities.resumes
          ? { resume: journal.slot(input.journalPath, fingerprintOf(file.state)) }
          : undefined),
      });
      return { as: 'sent', state: file.state, written, hashes: await hashesFor(file, written, driver) };
    } catch (error) {
      input.onBytes(0);
      signal.throwIfAborted();
      if (!file.changed) throw file.failure ?? error;
      if (attempt >= tries)
        throw new StorageError(
          'source',
          'changed while it was being copied, each of three times; what was at the destination before is still there',
          { details: { changed: true } },
        );
    } finally {
      await file.close();
    }
  }
}

/** What the service compares by is only worked out where its answer proved nothing: it takes another reading. */
async function hashesFor(file: OpenedFile, { verified }: Written, driver: StorageDriver) {
  const sha256 = await file.sha256();
  const kind = driver.capabilities.hash;
  const other = verified || kind === null || kind === 'sha256' ? null : await file.hash(kind);
  return { sha256, ...(kind !== null && other !== null ? { [kind]: other } : undefined) };
}

/** What is noted of a file that is there now. */
export const rowOf = (state: FileState, sha256: string | null, remote: RemoteState): JournalRow => ({
  size: state.size,
  mtimeNs: state.mtimeNs,
  ctimeNs: state.ctimeNs,
  ino: state.ino,
  sha256,
  remote,
});
