import type { Entry, HashKind, StorageDriver } from '../storage/driver.ts';
import { endsEverything, StorageError } from '../storage/errors.ts';
import type { RemoteState } from './journal.ts';
import { bytesOf, type Fold, folderOf } from './names.ts';

/** A file that was sent and whose answer did not say what arrived. */
interface Unproven {
  /** From the driver's root. */
  path: string;
  size: number;
  hashes: Partial<Record<HashKind, string>>;
  /** It is there as it was sent. */
  proven(remote: RemoteState): void;
  /** It is not, or nobody could say. */
  failed(message: string): void;
}

const mostWaiting = 5000;

const remoteOf = ({ size, hash, tag, id, mtimeNs }: Entry): RemoteState => ({ size, hash, tag, id, mtimeNs });

/** Lists every folder that something was sent to, once, and compares what arrived with what was sent. */
export function createVerifier(driver: StorageDriver, fold: Fold | null) {
  let folders = new Map<string, Unproven[]>();
  let waiting = 0;
  const keyOf = (path: string) => (fold ? fold(bytesOf(path)) : path);

  async function proveFolder(folder: string, files: readonly Unproven[], signal: AbortSignal): Promise<void> {
    let listed: Map<string, Entry>;
    try {
      const list = await driver.list(folder, signal);
      listed = new Map(list.filter(({ kind }) => kind === 'file').map((entry) => [keyOf(entry.path), entry]));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof StorageError) || endsEverything(error)) throw error;
      const message = `was sent, but whether it arrived could not be checked: ${error.message}`;
      for (const file of files) file.failed(message);
      return;
    }
    for (const file of files) {
      const entry = listed.get(keyOf(file.path));
      const sent = entry?.hash ? file.hashes[entry.hash.kind] : undefined;
      if (!entry) file.failed('is not at the destination although it was sent');
      else if (entry.size !== file.size)
        file.failed(`has ${entry.size} bytes at the destination instead of ${file.size}`);
      else if (sent !== undefined && sent !== entry.hash?.hex)
        file.failed('has another content at the destination than was sent');
      else file.proven(remoteOf(entry));
    }
  }

  return {
    add(file: Unproven): void {
      const folder = folderOf(file.path);
      const files = folders.get(folder);
      if (files) files.push(file);
      else folders.set(folder, [file]);
      waiting += 1;
    },
    /** So many wait that it is time. */
    isFull: (): boolean => waiting >= mostWaiting,
    async run(signal: AbortSignal): Promise<void> {
      const now = [...folders];
      folders = new Map();
      waiting = 0;
      const work = async (): Promise<void> => {
        for (let next = now.pop(); next; next = now.pop()) await proveFolder(...next, signal);
      };
      const done = await Promise.allSettled(
        Array.from({ length: Math.max(1, driver.capabilities.parallelLists) }, work),
      );
      for (const one of done) if (one.status === 'rejected') throw one.reason;
    },
  };
}

export type Verifier = ReturnType<typeof createVerifier>;
