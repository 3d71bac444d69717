import { type DirHandle, openBelow } from '../../../lib/dirfd.ts';
import { folderOf, nameOf } from '../../../sync/names.ts';
import { isTempName } from './files.ts';
import type { RestoreJournal } from './journal.ts';
import { namesOf, pathTrouble } from './paths.ts';
import { removeQuietly } from './place.ts';

/** Removes what an earlier process of this restore left under temporary names, and nothing else. */
export async function sweepTemps(root: DirHandle, journal: RestoreJournal): Promise<void> {
  for (const { kind, path } of journal.left) {
    if (kind !== 'temp') continue;
    if (pathTrouble(path) === null && isTempName(nameOf(path))) {
      const folder = await openBelow(root, namesOf(folderOf(path))).catch(() => null);
      if (folder) {
        await removeQuietly(folder, nameOf(path));
        await folder.close();
      }
    }
    journal.end('temp', path);
  }
}
