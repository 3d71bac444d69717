import type { Entry } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { isCode, service } from './errors.ts';
import type { Folders } from './folders.ts';
import type { Graph } from './graph.ts';
import { entryOf, fields, itemOf } from './items.ts';
import type { Places } from './places.ts';

/** The most a page may hold. */
const pageEntries = 999;

const missing = (folder: string) =>
  new StorageError('not_found', `There is no folder ${JSON.stringify(folder)} in ${service}.`);

/** All that lies in a folder, or an error: a page that does not come, or leads in a circle, ends everything. */
export async function listFolder(
  { graph, places, folders }: { graph: Graph; places: Places; folders: Folders },
  folder: string,
  signal: AbortSignal,
): Promise<Entry[]> {
  const { id } = await folders.root(signal).catch((error: unknown) => {
    // In a folder that is still to be made there is none.
    throw folder !== '' && isCode(error, 'no_root') ? missing(folder) : error;
  });
  const entries: Entry[] = [];
  const seen = new Set<string>();
  let page: string | null = `${places.byPath(id, folder, 'children')}?$top=${pageEntries}&${fields}`;
  while (page !== null) {
    if (seen.has(page)) throw new StorageError('protocol', `${service} sends us round in circles in a listing.`);
    seen.add(page);
    const answer: Record<string, unknown> = await graph.ask(page, { signal }).catch((error: unknown) => {
      if (!isCode(error, 'not_found')) throw error;
      folders.forget(folder);
      if (folder === '') throw folders.rootGone();
      throw missing(folder);
    });
    const { value } = answer;
    if (!Array.isArray(value)) throw new StorageError('protocol', `${service} answered no listing.`);
    for (const one of value) entries.push(entryOf(itemOf(one), folder));
    const next = answer['@odata.nextLink'];
    page = next === undefined || next === null ? null : graph.pathOf(next);
  }
  // A file is said to have no children, too.
  if (entries.length === 0 && (await folders.find(folder, signal))?.kind !== 'folder') throw missing(folder);
  if (folder !== '') folders.learn(folder);
  for (const entry of entries) if (entry.kind === 'folder') folders.learn(entry.path);
  return entries;
}
