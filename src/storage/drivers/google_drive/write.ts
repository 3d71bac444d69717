import { createSemaphore } from '../../../lib/semaphore.ts';
import type { Content, WriteOptions, Written } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { nameOf, parentOf } from '../../names.ts';
import type { DriveApi } from './api.ts';
import type { Ids } from './ids.ts';
import { type Item, spotOf, tagOf } from './items.ts';
import type { Places } from './places.ts';
import type { Recent } from './recent.ts';
import type { Removal } from './removal.ts';
import { idTaken, resumedId, sendLarge, sendSmall, type Target, type Upload } from './upload.ts';

export interface WriteDeps {
  api: DriveApi;
  places: Places;
  recent: Recent;
  ids: Ids;
  removal: Removal;
  /** From this size on a file goes in chunks. */
  largeFromBytes: number;
  chunkBytes: number;
  /** Chunks that are in memory side by side. */
  chunksAtOnce: number;
}

export const ambiguous = (path: string): StorageError =>
  new StorageError(
    'exists',
    `${JSON.stringify(path)} is the name of several things at Google Drive, and they differ. Give each a name of its own there.`,
  );
export const inTheWay = (path: string): StorageError =>
  new StorageError(
    'exists',
    `${JSON.stringify(path)} is no plain file at Google Drive but a folder, a document or a shortcut. Rename it there.`,
  );

/** Makes or replaces the file at a path. The caller sees to it that nobody else changes the path meanwhile. */
export function createWriter(deps: WriteDeps) {
  const { api, places, recent, ids, removal } = deps;
  const turns = createSemaphore(deps.chunksAtOnce);
  /** Nobody is ever refused: the queue has no end. */
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => (await turns.run(work)) as T;

  async function send(upload: Upload, options: WriteOptions): Promise<Awaited<ReturnType<typeof sendLarge>>> {
    if (upload.content.size < deps.largeFromBytes || upload.content.size === 0) return sendSmall(api, upload);
    return sendLarge(api, upload, deps.chunkBytes, options.resume);
  }

  /** The file as it was before a replacement that went wrong, put back from the versions Drive keeps for 30 days. */
  async function putBack(before: Item, upload: Upload): Promise<void> {
    const { signal, target } = upload;
    const listed = await api.call(
      upload.what,
      (drive, more) =>
        drive.revisions.list({ fileId: before.id, pageSize: 1000, fields: 'revisions(id,md5Checksum,size)' }, more),
      signal,
    );
    const old = listed.revisions?.findLast(({ md5Checksum }) => md5Checksum === before.md5);
    if (!old?.id) return;
    const address = `${api.origin}/drive/v3/files/${before.id}/revisions/${encodeURIComponent(old.id)}?alt=media`;
    const content: Content = {
      size: before.size,
      async read(offset, length) {
        const Range = `bytes=${offset}-${offset + length - 1}`;
        const response = await api.send(address, {
          method: 'GET',
          headers: length === 0 ? {} : { Range },
          signal,
        });
        if (!response.ok)
          throw new StorageError('unavailable', `${upload.what}: the version before could not be read.`);
        return new Uint8Array(await response.arrayBuffer());
      },
    };
    const back = { ...upload, target: { ...target, make: false }, content, mtimeNs: before.mtimeNs };
    await send({ ...back, onProgress: undefined }, { signal, mtimeNs: before.mtimeNs });
  }

  async function proven(sent: { item: Item; md5: string }, upload: Upload, before: Item | null): Promise<void> {
    const { item, md5 } = sent;
    if (item.size === upload.content.size && (item.md5 === null || item.md5 === md5)) return;
    // Nothing wrong stays under the name.
    if (before === null) await removal.file(item, upload.target.parent, upload.signal);
    else await putBack(before, upload);
    throw new StorageError('integrity', `${upload.what}: what arrived at Google Drive is not what was sent.`);
  }

  async function once(path: string, content: Content, options: WriteOptions): Promise<Written> {
    const { signal, mtimeNs, onProgress } = options;
    const what = `Writing ${JSON.stringify(path)}`;
    const parents = await places.ensure(parentOf(path), signal);
    const name = nameOf(path);
    const spot = spotOf(await places.inside(what, parents, name, signal));
    if (spot.kind === 'folder' || spot.kind === 'other') throw inTheWay(path);
    if (spot.kind === 'file' && !spot.alike) throw ambiguous(path);

    const parent = parentIn(spot.kind === 'file' ? spot.file : null, parents);
    const upload = (target: Target): Upload => ({
      what,
      target,
      content,
      mtimeNs,
      signal,
      onProgress,
      inTurn,
    });
    let before = spot.kind === 'file' ? spot.file : null;
    let current: Upload;
    let sent: Awaited<ReturnType<typeof send>>;
    if (before) {
      current = upload({ make: false, id: before.id, name, parent });
      sent = await send(current, options);
      if (sent === idTaken) sent = await send(current, options);
    } else {
      const id = resumedId(options.resume, { name, parent }) ?? (await ids.take(path, signal));
      current = upload({ make: true, id, name, parent });
      sent = await send(current, options);
      if (sent === idTaken) {
        const taken = await places.fetch(id, signal);
        ids.refused(path);
        options.resume?.clear();
        const ours = taken?.trashed === false && taken.name === name && taken.parents.includes(parent);
        before = ours ? taken : null;
        current = upload({ make: before === null, id: before?.id ?? (await ids.take(path, signal)), name, parent });
        sent = await send(current, options);
      }
    }
    if (sent === idTaken) throw new StorageError('changed', `${what}: another file took its ID meanwhile.`);
    ids.used(path);
    const { item } = sent;
    if (item.trashed) {
      await removal.file(item, parent, signal);
      throw new StorageError('not_found', `${what}: its folder lies in the trash of Google Drive. Take it out again.`);
    }
    await proven(sent, current, before);
    recent.made(item, parent);
    if (spot.kind === 'file') for (const twin of spot.twins) await removal.trash(twin, parent, signal);
    return {
      size: item.size,
      mtimeNs: item.mtimeNs,
      hash: item.md5 === null ? null : { kind: 'md5', hex: item.md5 },
      tag: tagOf(item),
      id: item.id,
      verified: item.md5 !== null,
    };
  }

  return {
    async write(path: string, content: Content, options: WriteOptions): Promise<Written> {
      try {
        return await once(path, content, options);
      } catch (error) {
        if (!(error instanceof StorageError) || error.code !== 'not_found') throw error;
        // A folder on the way was removed by somebody else since we saw it.
        for (let at = parentOf(path); at !== ''; at = parentOf(at)) places.forget(at);
        return once(path, content, options);
      }
    },
  };
}

/** The folder a thing lies in, of those that share a path. */
export const parentIn = (item: Item | null, parents: readonly string[]): string =>
  item?.parents.find((parent) => parents.includes(parent)) ?? parents[0] ?? '';
