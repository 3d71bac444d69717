import { StorageError } from '../../errors.ts';
import { nameOf, parentOf } from '../../names.ts';
import { isCode, service } from './errors.ts';
import type { Folders } from './folders.ts';
import type { Graph } from './graph.ts';
import { fields, type Item, isoTime } from './items.ts';
import type { Places } from './places.ts';

interface ChangePorts {
  graph: Graph;
  places: Places;
  folders: Folders;
}

const quoted = JSON.stringify;

/** Goes to the recycle bin of the account, where the service keeps it for a while: it offers nothing else everywhere. */
async function removeItem(
  { graph, places }: ChangePorts,
  item: Item,
  signal: AbortSignal,
  ifMatch = false,
): Promise<void> {
  const headers = ifMatch && item.etag !== null ? { headers: { 'if-match': item.etag } } : {};
  await graph.ask(places.byId(item.id), { method: 'DELETE', signal, ...headers }).catch((error: unknown) => {
    if (!isCode(error, 'not_found')) throw error;
  });
}

/** By its id, after a look: deleting by path would take a folder and all that is in it. */
export async function removeFile(ports: ChangePorts, path: string, signal: AbortSignal): Promise<void> {
  const item = await ports.folders.find(path, signal);
  if (item === null) return;
  if (item.kind !== 'file')
    throw new StorageError('exists', `${quoted(path)} is no file in ${service}, and is left alone.`);
  await removeItem(ports, item, signal);
}

/**
 * Graph deletes folders with all they hold. So it is looked into first, and deleted only in the state it was seen in:
 * a file that comes between changes the folder's tag.
 */
export async function removeEmptyFolder(ports: ChangePorts, path: string, signal: AbortSignal): Promise<void> {
  const { graph, places, folders } = ports;
  const item = await folders.find(path, signal);
  if (item === null) return folders.forget(path);
  const full = () => new StorageError('exists', `The folder ${quoted(path)} in ${service} is not empty, and stays.`);
  if (item.kind !== 'folder')
    throw new StorageError('exists', `${quoted(path)} is no folder in ${service}, and is left alone.`);
  if (item.childCount !== null && item.childCount > 0) throw full();
  const { value } = await graph.ask(`${places.ofId(item.id, 'children')}?$top=1&$select=id`, { signal });
  if (!Array.isArray(value)) throw new StorageError('protocol', `${service} answered no listing.`);
  if (value.length > 0) throw full();
  folders.forget(path);
  await removeItem(ports, item, signal, true).catch((error: unknown) => {
    throw isCode(error, 'changed') ? full() : error;
  });
}

/** The item gets another name or folder; its time of change is told again, because it would not stay by itself. */
async function rename(
  { graph, places }: ChangePorts,
  item: Item,
  to: { folderId: string; name: string },
  conflict: 'fail' | 'replace',
  signal: AbortSignal,
): Promise<void> {
  const time = item.mtimeNs === null ? {} : { fileSystemInfo: { lastModifiedDateTime: isoTime(item.mtimeNs) } };
  const body = {
    name: to.name,
    parentReference: { id: to.folderId },
    '@microsoft.graph.conflictBehavior': conflict,
    ...time,
  };
  await graph.ask(`${places.byId(item.id)}?${fields}`, { method: 'PATCH', body, signal });
}

export async function moveFile(ports: ChangePorts, from: string, to: string, signal: AbortSignal): Promise<void> {
  const { folders } = ports;
  const [item, there] = await Promise.all([folders.find(from, signal), folders.find(to, signal)]);
  if (item === null) throw new StorageError('not_found', `There is no file ${quoted(from)} in ${service}.`);
  if (item.kind !== 'file')
    throw new StorageError('exists', `${quoted(from)} is no file in ${service}, and is left alone.`);
  if (there !== null && there.kind !== 'file')
    throw new StorageError('exists', `${quoted(to)} is no file in ${service}, and is not replaced.`);
  await folders.make(parentOf(to), signal);
  const folder = await folders.find(parentOf(to), signal);
  if (folder === null) throw new StorageError('changed', `The folder of ${quoted(to)} in ${service} was taken away.`);
  const target = { folderId: folder.id, name: nameOf(to) };
  if (there === null || there.id === item.id) return rename(ports, item, target, 'fail', signal);
  try {
    await rename(ports, item, target, 'replace', signal);
  } catch (error) {
    if (!isCode(error, 'exists')) throw error;
    await moveInTwoSteps(ports, item, there, target, signal);
  }
}

/** Some accounts replace nothing by moving: the old file steps aside, and comes back if the new one cannot come. */
async function moveInTwoSteps(
  ports: ChangePorts,
  item: Item,
  there: Item,
  target: { folderId: string; name: string },
  signal: AbortSignal,
): Promise<void> {
  const aside = { folderId: target.folderId, name: `.dynamight-replaced-${crypto.randomUUID()}` };
  await rename(ports, there, aside, 'fail', signal);
  try {
    await rename(ports, item, target, 'fail', signal);
  } catch (error) {
    await rename(ports, there, target, 'fail', AbortSignal.timeout(30_000)).catch(() => {});
    throw error;
  }
  await removeItem(ports, there, signal);
}
