import { StorageError } from '../../errors.ts';
import type { DriveApi } from './api.ts';

/**
 * IDs for files that are to be made. A file made under an ID of our choice cannot be made twice: where the answer was
 * lost, the same try once more is refused by Drive (409) instead of leaving a second file of the same name.
 */
export interface Ids {
  /** The ID for the next file at this path: the same one until `used` or `refused`. */
  take(path: string, signal: AbortSignal): Promise<string>;
  /** The file is there. */
  used(path: string): void;
  /** The ID is no good for this path. */
  refused(path: string): void;
}

const atOnce = 100;
const mostPending = 5_000;

export function createIds(api: DriveApi): Ids {
  const store: string[] = [];
  const pending = new Map<string, string>();

  async function next(signal: AbortSignal): Promise<string> {
    const ready = store.pop();
    if (ready !== undefined) return ready;
    const answer = await api.call(
      'Asking for file IDs',
      (drive, options) => drive.files.generateIds({ count: atOnce, space: 'drive', type: 'files' }, options),
      signal,
    );
    const [first, ...more] = answer.ids ?? [];
    if (first === undefined) throw new StorageError('protocol', 'Google Drive gave no file IDs.');
    store.push(...more);
    return first;
  }

  return {
    async take(path, signal) {
      const id = pending.get(path) ?? (await next(signal));
      pending.set(path, id);
      if (pending.size > mostPending)
        for (const oldest of pending.keys()) {
          pending.delete(oldest);
          break;
        }
      return id;
    },
    used: (path) => void pending.delete(path),
    refused: (path) => void pending.delete(path),
  };
}
