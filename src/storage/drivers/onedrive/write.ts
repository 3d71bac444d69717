import { readPiece } from '../../content.ts';
import type { Content, WriteOptions, Written } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { nameOf, parentOf } from '../../names.ts';
import { readJson } from '../../net/body.ts';
import { graphError, isCode, service } from './errors.ts';
import type { Folders } from './folders.ts';
import type { Graph } from './graph.ts';
import { fields, type Item, isoTime, itemOf } from './items.ts';
import type { Places } from './places.ts';
import { createQuickXor } from './quickxor.ts';
import { pieceBytes, type UploadPorts, upload } from './upload.ts';

interface WritePorts extends UploadPorts {
  graph: Graph;
  places: Places;
  folders: Folders;
}

/** What SharePoint opens after an upload and writes its own properties into: size and hash are its own then. */
const rewritten =
  /\.(doc[mx]?|dot[mx]?|xls[bmx]?|xlt[mx]?|ppt[mx]?|pps[mx]?|pot[mx]?|one|vsd[mx]?|xsn|htm|html|aspx|msg)$/i;

const written = (item: Item, verified: boolean): Written => ({
  size: item.size,
  mtimeNs: item.mtimeNs,
  hash: item.hash,
  tag: item.tag,
  id: item.id,
  verified,
});

/**
 * Compares what the service has with what was sent. An Office file in a work account may differ, because the service
 * changed it by itself: its size and hash are then what it says, as the next listing will.
 */
async function insistSame(
  { graph, places }: WritePorts,
  item: Item,
  size: number,
  hash: string | null,
  mayDiffer: boolean,
  signal: AbortSignal,
): Promise<Written> {
  const told = item.hash?.kind === 'quickxor' ? item.hash.hex : null;
  const same = item.size === size && (told === null || hash === null || told === hash);
  if (same || mayDiffer) return written(item, true);
  await graph.ask(places.byId(item.id), { method: 'DELETE', signal }).catch(() => {});
  throw new StorageError(
    'integrity',
    `What arrived at ${service} of ${JSON.stringify(item.name)} is not what was sent. It was removed there again.`,
  );
}

/** Of what a part was sent by somebody who did not tell what it hashed to: the whole content, read once more. */
async function hashAgain(
  { graph, places }: WritePorts,
  item: Item,
  content: Content,
  signal: AbortSignal,
): Promise<string> {
  const hash = createQuickXor();
  try {
    while (hash.length < content.size)
      hash.update(await readPiece(content, hash.length, Math.min(pieceBytes, content.size - hash.length), signal));
  } catch (error) {
    if (isCode(error, 'source')) await graph.ask(places.byId(item.id), { method: 'DELETE', signal }).catch(() => {});
    throw error;
  }
  return hash.digest();
}

/** An upload session takes no empty file: it is put, and gets its time of change by a second request. */
async function writeEmpty(ports: WritePorts, path: string, { signal, mtimeNs }: WriteOptions): Promise<Item> {
  const { graph, places, folders } = ports;
  const { id } = await folders.root(signal);
  const answer = await graph.open(`${places.byPath(id, path, 'content')}?@microsoft.graph.conflictBehavior=replace`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream', 'content-length': '0' },
    signal,
  });
  if (!answer.ok) throw await graphError(answer);
  const item = itemOf(await readJson(answer, 1024 * 1024, service));
  if (mtimeNs === null || item.size !== 0) return item;
  const body = { fileSystemInfo: { lastModifiedDateTime: isoTime(mtimeNs) } };
  return itemOf(await graph.ask(`${places.byId(item.id)}?${fields}`, { method: 'PATCH', body, signal }));
}

export async function writeFile(
  ports: WritePorts,
  path: string,
  content: Content,
  options: WriteOptions,
): Promise<Written> {
  const { places, folders } = ports;
  const { signal } = options;
  const { id, driveType } = await folders.root(signal);
  const personal = driveType === 'personal';
  for (let round = 0; ; round += 1) {
    await folders.make(parentOf(path), signal);
    try {
      if (content.size === 0) {
        const item = await writeEmpty(ports, path, options);
        return await insistSame(ports, item, 0, null, false, signal);
      }
      const { item, hash } = await upload(ports, {
        path,
        content,
        options,
        createAt: places.byPath(id, path, 'createUploadSession'),
        tellSize: personal,
        find: (stop) => folders.find(path, stop),
      });
      const sent = hash ?? (item.hash?.kind === 'quickxor' ? await hashAgain(ports, item, content, signal) : null);
      return await insistSame(ports, item, content.size, sent, !personal && rewritten.test(nameOf(path)), signal);
    } catch (error) {
      // The folder a listing told of was taken away meanwhile: it is made again, once.
      if (!isCode(error, 'not_found') || round === 1) throw error;
      if (parentOf(path) === '') throw folders.rootGone();
      for (let above = parentOf(path); above !== ''; above = parentOf(above)) folders.forget(above);
    }
  }
}
