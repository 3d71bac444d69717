import { errnoOf } from '../../../core/errors.ts';
import { type DirHandle, entryPath, openBelow } from '../../../lib/dirfd.ts';
import { folderOf, inFolder, nameOf } from '../../../sync/names.ts';
import type { Batch } from './batches.ts';
import type { Context } from './context.ts';
import { aimOf, asOf, newTempName, placeAt, tellTrouble, toldWithoutWriting } from './files.ts';
import type { Frame } from './frames.ts';
import type { RestoreEntry } from './model.ts';
import { nameBytes, namesOf } from './paths.ts';
import { linkEntry, lookAt, removeQuietly } from './place.ts';
import { isAlready } from './same.ts';

/** The filesystem has no hard links, or gives us none. */
const never = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EXDEV']);
/** Not to this file. */
const notHere = new Set(['ENOENT', 'EMLINK', 'EACCES']);

/**
 * Second names of files. They are made after the first name is in place; where that is not possible, `copy` is asked for
 * the content (it takes over a hold of the frame).
 */
export function createHardLinks(context: Context, root: DirHandle, copy: (frame: Frame, one: RestoreEntry) => void) {
  /** First names that may lead to something else than the version's content. As hashes: two alike cost one reading. */
  const doubtful = new Set<number>();
  /** Folders that got another name → what they are called. */
  const renamed = new Map<string, string>();
  let possible = true;

  /** What a folder is called below the root. */
  function realOf(folder: string): string {
    for (let at = folder; at !== ''; at = folderOf(at)) {
      const real = renamed.get(at);
      if (real !== undefined) return `${real}${folder.slice(at.length)}`;
    }
    return folder;
  }

  async function withFirst<T>(first: string, work: (dir: DirHandle, name: string) => Promise<T>): Promise<T | false> {
    const folder = await openBelow(root, namesOf(realOf(folderOf(first)))).catch(() => null);
    if (folder === null) return false;
    try {
      return await work(folder, nameOf(first));
    } finally {
      await folder.close();
    }
  }

  /** Links to the first name; false where there is nothing fit to be linked to. */
  const link = (dir: DirHandle, { entry, linkTo }: RestoreEntry, temp: string): Promise<boolean> =>
    withFirst(linkTo as string, async (folder, first) => {
      try {
        await linkEntry(entryPath(folder, nameBytes(first)), entryPath(dir, nameBytes(temp)));
      } catch (error) {
        const code = errnoOf(error) ?? '';
        if (never.has(code)) possible = false;
        if (never.has(code) || notHere.has(code)) return false;
        throw error;
      }
      // Looked at by its new name: what the first name led to cannot be swapped any more.
      const stat = await lookAt(dir, temp);
      const expected = doubtful.has(Bun.hash.xxHash32(linkTo as string)) ? entry : { ...entry, sha256: null };
      if (stat !== null && (await isAlready(context, dir, temp, stat, expected))) return true;
      await removeQuietly(dir, temp);
      return false;
    });

  /** It is the same file as its first name already. */
  const isLinked = (dir: DirHandle, { linkTo }: RestoreEntry, name: string): Promise<boolean> =>
    withFirst(linkTo as string, async (folder, first) => {
      const [one, other] = [await lookAt(folder, first), await lookAt(dir, name)];
      return one !== null && other !== null && one.ino === other.ino && one.dev === other.dev;
    });

  async function make(frame: Frame, one: RestoreEntry, batch: Batch): Promise<void> {
    const { tally } = context;
    const dir = frame.dir as DirHandle;
    const aim = await aimOf(context, frame, one);
    const isThere = aim.action === 'unchanged';
    if (isThere ? await isLinked(dir, one, aim.name) : await toldWithoutWriting(context, frame, one, aim)) {
      if (isThere) await tally.done(one, 'unchanged', { as: asOf(aim, one) });
      return;
    }
    const temp = newTempName();
    batch.note(inFolder(frame.real, temp));
    try {
      if (possible && (await link(dir, one, temp))) {
        const placed = await placeAt(context, frame, one, temp, isThere ? { ...aim, action: 'replace' } : aim);
        context.step('placed');
        await tally.done(one, placed.action, { as: asOf(placed, one) });
      } else if (isThere) await tally.done(one, 'unchanged', { as: asOf(aim, one), lost: ['hard_link'] });
      else copy(frame, one);
    } finally {
      // A rename between two names of one file does nothing, and leaves both.
      await removeQuietly(dir, temp);
    }
  }

  return {
    mayLink: ({ linkTo }: RestoreEntry): boolean => possible && linkTo !== null,
    doubt: (to: string): void => void doubtful.add(Bun.hash.xxHash32(to)),
    renamed: (folder: string, real: string): void => void renamed.set(folder, real),
    /** Takes over a hold of the frame. */
    add(frame: Frame, one: RestoreEntry, batch: Batch): void {
      batch.afterwards({
        frame,
        place: () => make(frame, one, batch).catch((error: unknown) => tellTrouble(context, one, error)),
        async drop() {},
      });
      batch.done();
    },
  };
}
