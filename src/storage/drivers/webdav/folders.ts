import { StorageError } from '../../errors.ts';
import { parentOf } from '../../names.ts';
import { type Place, urlOf } from './address.ts';
import type { Connection } from './connection.ts';
import { failureOf, inTheWay, noRoot } from './failure.ts';

export interface Folders {
  /** The folder was seen to be there, or could be made; with those above it, but never the root. */
  ensure(folder: string, signal: AbortSignal): Promise<void>;
  /** True when it was seen to be there before. */
  knows(folder: string): boolean;
  seen(folder: string): void;
  /** It is not there, whatever was seen before: asked for again at the next `ensure`. */
  forget(folder: string): void;
  /** MKCOL of one folder: `made`, `there` (a folder or a file), or `no parent`. */
  make(folder: string, signal: AbortSignal): Promise<'made' | 'there' | 'no parent'>;
}

/** Folders of one root, each made once however many writers want it. */
export function createFolders(connection: Connection, place: Place): Folders {
  const known = new Set<string>();
  const making = new Map<string, Promise<void>>();

  async function make(folder: string, signal: AbortSignal): Promise<'made' | 'there' | 'no parent'> {
    const answer = await connection.request('MKCOL', urlOf(place, folder, 'folder'), { signal });
    const { status } = answer;
    if (status !== 201 && ![200, 204, 301, 404, 405, 409].includes(status))
      throw failureOf(answer, { what: connection.what, path: folder });
    void answer.body?.cancel().catch(() => {});
    if (status === 409 || status === 404) return 'no parent';
    return status === 405 || status === 301 ? 'there' : 'made';
  }

  async function build(folder: string, signal: AbortSignal): Promise<void> {
    if ((await make(folder, signal)) === 'no parent') {
      const above = parentOf(folder);
      if (above === '') throw noRoot(connection.what);
      known.delete(above);
      await ensure(above, signal);
      if ((await make(folder, signal)) === 'no parent')
        throw inTheWay(connection.what, folder, 'cannot be made as a folder: something else is in the way');
    }
    known.add(folder);
  }

  async function ensure(folder: string, signal: AbortSignal): Promise<void> {
    while (folder !== '' && !known.has(folder)) {
      const pending = making.get(folder);
      if (pending) {
        // Whoever began it may have been aborted: then the next one who waits begins anew.
        await pending.catch((error: unknown) => {
          if (error instanceof StorageError) throw error;
        });
        signal.throwIfAborted();
        continue;
      }
      const work = build(folder, signal).finally(() => making.delete(folder));
      making.set(folder, work);
      await work;
    }
  }

  return {
    ensure,
    make,
    knows: (folder) => folder === '' || known.has(folder),
    seen: (folder) => void known.add(folder),
    forget(folder) {
      for (const one of known) if (one === folder || one.startsWith(`${folder}/`)) known.delete(one);
    },
  };
}
