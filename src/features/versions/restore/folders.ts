import { mkdir } from 'node:fs';
import { promisify } from 'node:util';
import { type DirHandle, entryPath, openChild } from '../../../lib/dirfd.ts';
import { inFolder, nameOf } from '../../../sync/names.ts';
import { bareEntry } from '../manifest.ts';
import { setAttributes } from './attributes.ts';
import type { Context } from './context.ts';
import type { Frame } from './frames.ts';
import { keepBothName } from './keep-both.ts';
import type { LostAttribute, RestoreEntry } from './model.ts';
import { nameBytes } from './paths.ts';
import { lookAt, removeEntry, thereOf } from './place.ts';
import { verdictOf } from './policy.ts';

const makeDir = promisify(mkdir);
/** Until its attributes are set, when all that belongs into it is there. */
const closedMode = 0o700;
/** Of folders no version tells about, such as those above a single chosen file of a damaged list. */
const plainMode = 0o755;

/** A folder nobody asked for that something chosen lies in, where the version has no entry for it. */
export const untold = (to: string): RestoreEntry => ({
  entry: { ...bareEntry(to === '' ? '.' : to, 'dir'), mode: plainMode },
  to,
  linkTo: null,
  scaffold: true,
});

const noFrame = { told: false, fresh: false, dress: false, as: null, names: null, users: 1, blocked: null } as const;

/**
 * Enters one folder of the restore, making it where it is missing. Everything inside is reached through its handle.
 * Throws what the disk throws.
 */
export async function enterFolder(context: Context, above: Frame, one: RestoreEntry): Promise<Frame> {
  const { policy, stamp, dryRun } = context;
  const name = nameOf(one.to);
  const base = { ...noFrame, key: one.to, one };
  const realOf = (as: string) => inFolder(above.real, as);
  const made = async (as: string, action: Frame['action']): Promise<Frame> => {
    const dir = dryRun || above.dir === null ? null : await makeFresh(context, above.dir, realOf(as));
    return {
      ...base,
      real: realOf(as),
      dir,
      fresh: true,
      dress: true,
      action,
      as: as === name ? null : as,
      names: above.names && new Set(),
    };
  };
  const entered = async (dir: DirHandle, as: string, action: Frame['action'], dress: boolean): Promise<Frame> => ({
    ...base,
    real: realOf(as),
    dir: await openChild(dir, nameBytes(as)),
    dress,
    action,
    as: as === name ? null : as,
    names: above.names && new Set(),
  });

  const { dir } = above;
  const stat = above.fresh || dir === null ? null : await lookAt(dir, name);
  if (stat === null || dir === null) return made(name, 'create');
  switch (verdictOf(one.entry, thereOf(stat), policy)) {
    case 'merge': {
      // One that an earlier process made and did not finish is ours, whatever the policy.
      const ours = context.unfinished.has(realOf(name));
      return entered(dir, name, ours ? 'create' : 'unchanged', ours || (policy === 'overwrite' && !one.scaffold));
    }
    case 'replace':
      if (!dryRun) await removeEntry(dir, name);
      return made(name, 'replace');
    case 'keep_both':
      for (let nth = 1; ; nth += 1) {
        const as = keepBothName(name, stamp, nth, true);
        const beside = await lookAt(dir, as);
        if (beside === null) return made(as, 'keep_both');
        // No other restore uses this name: an earlier process of this one made it.
        if (beside.isDirectory()) return entered(dir, as, 'keep_both', true);
      }
    default:
      return blockedFrame(above, one, 'conflict', 'Something that is no folder lies there. It was not removed.');
  }
}

export const blockedFrame = (
  above: Frame,
  one: RestoreEntry,
  action: Frame['action'],
  message: string | null,
): Frame => ({
  ...noFrame,
  key: one.to,
  real: inFolder(above.real, nameOf(one.to)),
  dir: null,
  one,
  action,
  blocked: { action, message },
});

async function makeFresh({ journal, step }: Context, above: DirHandle, real: string): Promise<DirHandle> {
  const name = nameBytes(nameOf(real));
  journal.begin('folder', real);
  try {
    await makeDir(entryPath(above, name), closedMode);
  } catch (error) {
    journal.end('folder', real);
    throw error;
  }
  step('folder_made');
  return openChild(above, name);
}

/**
 * Sets a folder's attributes when everything in it is in place, and tells of it. Answers whether it was one of those
 * noted as not finished.
 */
export async function dressFolder(context: Context, frame: Frame): Promise<boolean> {
  const { one, dir, action, as, blocked } = frame;
  const { dryRun, owners, tally, step, stops } = context;
  if (one === null) return false;
  let lost: LostAttribute[] = [];
  const isDue = frame.dress && dir !== null && !dryRun;
  if (isDue)
    try {
      lost = setAttributes(dir.path, one.entry, owners);
      step('folder_dressed');
    } catch (error) {
      if (!stops.isOwnTrouble(error)) return false;
      const message = 'It was made, but its owner, permissions and time could not be set.';
      if (!frame.told) await tally.done(one, 'failed', { as, message });
      frame.told = true;
      return false;
    }
  if (!frame.told) await tally.done(one, action, { as, lost, message: blocked?.message ?? null });
  frame.told = true;
  return isDue;
}
