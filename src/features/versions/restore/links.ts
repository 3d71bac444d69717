import { symlink } from 'node:fs';
import { promisify } from 'node:util';
import { errnoOf } from '../../../core/errors.ts';
import { type DirHandle, entryPath } from '../../../lib/dirfd.ts';
import { inFolder } from '../../../sync/names.ts';
import { setLinkAttributes } from './attributes.ts';
import type { Batch } from './batches.ts';
import type { Context } from './context.ts';
import { aimOf, handOver, newTempName, tellTrouble, toldWithoutWriting } from './files.ts';
import { type Frame, release } from './frames.ts';
import type { RestoreEntry } from './model.ts';
import { nameBytes } from './paths.ts';
import { removeQuietly } from './place.ts';

const makeLink = promisify(symlink) as (target: Buffer, path: Buffer) => Promise<void>;
const noLinksHere = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP']);

/** Restores a symbolic link as a link: nothing is ever written or read through it. Takes over a hold of the frame. */
export async function restoreLink(context: Context, frame: Frame, one: RestoreEntry, batch: Batch): Promise<void> {
  const { tally, step } = context;
  let given = false;
  try {
    if (one.entry.target === null || one.entry.target === '' || one.entry.target.includes('\0')) {
      await tally.done(one, 'refused', { message: 'The version does not say where this link leads.' });
      return;
    }
    const aim = await aimOf(context, frame, one);
    if (await toldWithoutWriting(context, frame, one, aim)) return;
    const dir = frame.dir as DirHandle;
    const temp = newTempName();
    const path = entryPath(dir, nameBytes(temp));
    batch.note(inFolder(frame.real, temp));
    try {
      await makeLink(nameBytes(one.entry.target), path);
      step('temp_made');
      const lost = setLinkAttributes(path, one.entry, context.owners);
      handOver(context, batch, frame, one, { temp, aim, lost, unproven: false });
      given = true;
    } catch (error) {
      await removeQuietly(dir, temp);
      if (!noLinksHere.has(errnoOf(error) ?? '')) throw error;
      await tally.done(one, 'unsupported', { message: 'This disk cannot hold links.' });
    }
  } catch (error) {
    await tellTrouble(context, one, error);
  } finally {
    batch.done();
    if (!given) await release(frame);
  }
}
