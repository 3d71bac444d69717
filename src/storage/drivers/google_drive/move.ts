import { StorageError } from '../../errors.ts';
import { nameOf, parentOf } from '../../names.ts';
import type { DriveApi } from './api.ts';
import type { Ids } from './ids.ts';
import { type Item, itemFields, itemOf, spotOf } from './items.ts';
import type { Places } from './places.ts';
import type { Recent } from './recent.ts';
import type { Removal } from './removal.ts';
import { ambiguous, inTheWay, parentIn } from './write.ts';

export interface MoveDeps {
  api: DriveApi;
  places: Places;
  recent: Recent;
  ids: Ids;
  removal: Removal;
}

interface Found {
  file: Item;
  parent: string;
}

const gone = (path: string): StorageError =>
  new StorageError('not_found', `${JSON.stringify(path)} is not at Google Drive any more.`);

/** Moves and copies within the Drive. The caller sees to it that nobody else changes either path meanwhile. */
export function createMover({ api, places, recent, ids, removal }: MoveDeps) {
  /** A move whose answer was lost: whether it was done shows the thing itself, not its old place. */
  const unsure = new Map<string, string>();
  const mostUnsure = 1_000;

  /** The one file at a path, null for nothing. */
  async function fileAt(path: string, signal: AbortSignal): Promise<(Found & { twins: readonly Item[] }) | null> {
    const parents = await places.folder(parentOf(path), signal);
    if (parents === null) return null;
    const what = `Looking for ${JSON.stringify(path)}`;
    const spot = spotOf(await places.inside(what, parents, nameOf(path), signal));
    if (spot.kind === 'none') return null;
    if (spot.kind !== 'file') throw inTheWay(path);
    if (!spot.alike) throw ambiguous(path);
    return { file: spot.file, parent: parentIn(spot.file, parents), twins: spot.twins };
  }

  /** What lies there goes to the trash first, and comes back when what was to take its place did not come. */
  async function inPlaceOf<T>(to: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const old = await fileAt(to, signal);
    if (!old) return work();
    const all = [old.file, ...old.twins];
    for (const item of all) await removal.trash(item, old.parent, signal);
    let done: T;
    try {
      done = await work();
    } catch (error) {
      // Also after an abort: the old file must not be missing because of it.
      const patience = AbortSignal.timeout(10_000);
      for (const item of all) await removal.restore(item, old.parent, patience).catch(() => {});
      throw error;
    }
    for (const item of all) await removal.file(item, old.parent, signal);
    return done;
  }

  async function reparent(found: Found, to: string, parent: string, signal: AbortSignal): Promise<Item> {
    const { file } = found;
    const elsewhere = parent !== found.parent;
    const moved = await api.call(
      `Moving to ${JSON.stringify(to)}`,
      (drive, options) =>
        drive.files.update(
          {
            fileId: file.id,
            // Without a time of its own a rename would count as a change of the file.
            requestBody: {
              name: nameOf(to),
              ...(file.mtimeNs === null ? {} : { modifiedTime: timeOf(file.mtimeNs) }),
            },
            ...(elsewhere ? { addParents: parent, removeParents: found.parent } : {}),
            fields: itemFields,
            supportsAllDrives: true,
          },
          options,
        ),
      signal,
    );
    return itemOf(moved);
  }

  return {
    async move(from: string, to: string, signal: AbortSignal): Promise<void> {
      const key = `${from}\0${to}`;
      const found = await fileAt(from, signal);
      if (from === to && found) return;
      const [parent = ''] = found || unsure.has(key) ? await places.ensure(parentOf(to), signal) : [];
      if (!found) {
        const item = await places.fetch(unsure.get(key) ?? '-', signal);
        unsure.delete(key);
        if (item?.trashed === false && item.name === nameOf(to) && item.parents.includes(parent)) return;
        throw gone(from);
      }
      unsure.set(key, found.file.id);
      if (unsure.size > mostUnsure) unsure.delete(unsure.keys().next().value ?? '');
      const moved = await inPlaceOf(to, signal, () => reparent(found, to, parent, signal));
      unsure.delete(key);
      for (const twin of found.twins) await removal.trash(twin, found.parent, signal);
      recent.gone(found.file, found.parent);
      recent.made(moved, parent);
    },

    async copy(from: string, to: string, signal: AbortSignal): Promise<void> {
      const found = await fileAt(from, signal);
      if (!found) throw gone(from);
      if (from === to) return;
      const [parent = ''] = await places.ensure(parentOf(to), signal);
      const id = await ids.take(to, signal);
      const make = async (fileId: string) =>
        itemOf(
          await api.call(
            `Copying to ${JSON.stringify(to)}`,
            (drive, options) =>
              drive.files.copy(
                {
                  fileId: found.file.id,
                  requestBody: {
                    id: fileId,
                    name: nameOf(to),
                    parents: [parent],
                    ...(found.file.mtimeNs === null ? {} : { modifiedTime: timeOf(found.file.mtimeNs) }),
                  },
                  fields: itemFields,
                  supportsAllDrives: true,
                },
                options,
              ),
            signal,
          ),
        );
      const copied = await inPlaceOf(to, signal, async () => {
        try {
          return await make(id);
        } catch (error) {
          if (!(error instanceof StorageError) || error.code !== 'exists') throw error;
          ids.refused(to); // of an earlier try; what that one made was found at `to`, if it is still there
          return make(await ids.take(to, signal));
        }
      });
      ids.used(to);
      if (copied.md5 !== found.file.md5 || copied.size !== found.file.size) {
        await removal.file(copied, parent, signal);
        throw new StorageError('integrity', `Copying to ${JSON.stringify(to)}: the copy is not like the original.`);
      }
      recent.made(copied, parent);
    },
  };
}

const timeOf = (ns: bigint): string => new Date(Number(ns / 1_000_000n)).toISOString();
