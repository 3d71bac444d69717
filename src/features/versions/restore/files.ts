import { randomBytes } from 'node:crypto';
import { close, constants, open } from 'node:fs';
import { promisify } from 'node:util';
import { errnoOf } from '../../../core/errors.ts';
import { type DirHandle, entryPath } from '../../../lib/dirfd.ts';
import { inFolder, nameOf } from '../../../sync/names.ts';
import { setAttributes } from './attributes.ts';
import type { Batch } from './batches.ts';
import { copyContent } from './content.ts';
import type { Context } from './context.ts';
import { type Frame, release } from './frames.ts';
import { keepBothName } from './keep-both.ts';
import type { LostAttribute, RestoreAction, RestoreEntry } from './model.ts';
import { nameBytes } from './paths.ts';
import { lookAt, placeNew, removeQuietly, renameEntry, thereOf } from './place.ts';
import { verdictOf } from './policy.ts';
import { isAlready } from './same.ts';

const openFile = promisify(open);
const closeFile = promisify(close);
const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** Listings of ours leave such names out. */
export const newTempName = (): string => `.dynamight-${randomBytes(8).toString('hex')}.part`;
export const isTempName = (name: string): boolean => /^\.dynamight-[0-9a-f]{16}\.part$/.test(name);

/** What is to be done under which name. */
export interface Aim {
  action: Extract<RestoreAction, 'create' | 'replace' | 'keep_both' | 'unchanged' | 'skip' | 'conflict'>;
  name: string;
  /** Of the names tried where both are kept. */
  nth: number;
}

/** The first free name, or the one that an earlier try of this restore gave to the very same thing. */
async function aimBeside(context: Context, dir: DirHandle, one: RestoreEntry, from: number): Promise<Aim> {
  for (let nth = from; ; nth += 1) {
    const name = keepBothName(nameOf(one.to), context.stamp, nth, false);
    const stat = await lookAt(dir, name);
    if (stat === null) return { action: 'keep_both', name, nth };
    if (await isAlready(context, dir, name, stat, one.entry)) return { action: 'unchanged', name, nth };
  }
}

/** Decides by what lies there now. */
export async function aimOf(context: Context, frame: Frame, one: RestoreEntry): Promise<Aim> {
  const name = nameOf(one.to);
  const { dir } = frame;
  const stat = frame.fresh || dir === null ? null : await lookAt(dir, name);
  if (stat === null || dir === null) return { action: 'create', name, nth: 0 };
  const verdict = verdictOf(one.entry, thereOf(stat), context.policy);
  if (verdict === 'merge') throw new Error('a file cannot be merged');
  if (verdict === 'skip' || verdict === 'conflict') return { action: verdict, name, nth: 0 };
  if (await isAlready(context, dir, name, stat, one.entry)) return { action: 'unchanged', name, nth: 0 };
  return verdict === 'replace' ? { action: 'replace', name, nth: 0 } : aimBeside(context, dir, one, 1);
}

/** What the person is told besides the action. */
export const asOf = (aim: Aim, one: RestoreEntry): string | null => (aim.name === nameOf(one.to) ? null : aim.name);

/** Tells what was decided where nothing is to be written. Answers whether it was so. */
export async function toldWithoutWriting(
  context: Context,
  frame: Frame,
  one: RestoreEntry,
  aim: Aim,
): Promise<boolean> {
  const { tally, dryRun } = context;
  const writes = aim.action === 'create' || aim.action === 'replace' || aim.action === 'keep_both';
  if (writes && !dryRun && frame.dir !== null) return false;
  const lost =
    aim.action === 'unchanged' && !dryRun && context.policy === 'overwrite'
      ? await dressAgain(context, frame, one)
      : [];
  const message = aim.action === 'conflict' ? 'Something of another kind lies there. It was not removed.' : null;
  await tally.done(one, aim.action, { as: asOf(aim, one), message, lost });
  return true;
}

/**
 * Puts something whole that lies under a temporary name where it belongs, however the folder looks by now: what came
 * there meanwhile is dealt with by the same policy.
 */
export async function placeAt(context: Context, frame: Frame, one: RestoreEntry, temp: string, aim: Aim): Promise<Aim> {
  const dir = frame.dir as DirHandle;
  const rename = () => renameEntry(entryPath(dir, nameBytes(temp)), entryPath(dir, nameBytes(aim.name)));
  if (frame.fresh || aim.action === 'replace') {
    await rename();
    return aim;
  }
  if (await placeNew(dir, temp, aim.name)) return aim;
  const next =
    aim.action === 'keep_both' ? await aimBeside(context, dir, one, aim.nth + 1) : await aimOf(context, frame, one);
  if (next.action === 'create' || next.action === 'replace' || next.action === 'keep_both')
    return placeAt(context, frame, one, temp, next);
  await removeQuietly(dir, temp);
  return next;
}

/** Hands something whole to the batch. The frame's hold goes with it. */
export function handOver(
  context: Context,
  batch: Batch,
  frame: Frame,
  one: RestoreEntry,
  made: { temp: string; aim: Aim; lost: readonly LostAttribute[]; unproven: boolean },
): void {
  const { stops, tally, step } = context;
  const dir = frame.dir as DirHandle;
  batch.add({
    frame,
    async place() {
      try {
        const aim = await placeAt(context, frame, one, made.temp, made.aim);
        step('placed');
        stops.succeeded();
        await tally.done(one, aim.action, { as: asOf(aim, one), lost: made.lost, unproven: made.unproven });
      } catch (error) {
        await removeQuietly(dir, made.temp);
        await tellTrouble(context, one, error);
      }
    },
    async drop() {
      await removeQuietly(dir, made.temp);
    },
  });
}

const words: Record<string, string> = {
  ELOOP: 'A link is in the way, and links are not followed.',
  ENOTDIR: 'A file lies where a folder should be.',
  EISDIR: 'A folder has this name.',
  EACCES: 'The permissions of the folder forbid it.',
  EPERM: 'The disk forbids it.',
  EFBIG: 'It is larger than this disk allows.',
  EIO: 'The disk reports an error. It may be failing.',
  ENOENT: 'The folder was changed by somebody else meanwhile.',
};
const cannotHold = new Set(['ENAMETOOLONG', 'EILSEQ', 'EINVAL']);

/** Names the trouble of one path, or ends everything. */
export async function tellTrouble(context: Context, one: RestoreEntry, error: unknown): Promise<void> {
  if (!context.stops.isOwnTrouble(error)) return;
  const code = errnoOf(error) ?? '';
  if (cannotHold.has(code))
    return context.tally.done(one, 'unsupported', { message: 'This disk cannot hold a file of this name.' });
  const message = words[code] ?? (error instanceof Error ? error.message : String(error));
  await context.tally.done(one, 'failed', { message });
}

/** Restores the content of one file. Takes over a hold of the frame. */
export async function restoreFile(
  context: Context,
  frame: Frame,
  one: RestoreEntry,
  batch: Batch,
  lost: readonly LostAttribute[] = [],
): Promise<void> {
  let given = false;
  try {
    const aim = await aimOf(context, frame, one);
    if (await toldWithoutWriting(context, frame, one, aim)) return;
    const made = await makeFile(context, frame, one, batch);
    if (made === null) return;
    handOver(context, batch, frame, one, {
      temp: made.temp,
      aim,
      lost: [...lost, ...made.lost],
      unproven: one.entry.sha256 === null,
    });
    given = true;
  } catch (error) {
    await tellTrouble(context, one, error);
  } finally {
    batch.done();
    if (!given) await release(frame);
  }
}

/** The whole file with its attributes under a temporary name; null: it could not be had, and that was told. */
async function makeFile(context: Context, frame: Frame, one: RestoreEntry, batch: Batch) {
  const dir = frame.dir as DirHandle;
  const { stops, tally, step } = context;
  const { entry } = one;
  const old = await context.open(one, stops.signal);
  if (old === null) {
    await tally.done(one, 'missing', { message: 'The old content is not at the destination any more.' });
    return null;
  }
  const temp = newTempName();
  let moved = 0;
  try {
    batch.note(inFolder(frame.real, temp));
    const fd = await openFile(entryPath(dir, nameBytes(temp)), newFile, 0o600);
    let isOpen = true;
    try {
      step('temp_made');
      const wrong = await copyContent(old, fd, entry, context.hashThreads, stops.signal, (count) => {
        moved += count;
        tally.moved(count);
      });
      if (wrong !== null) {
        await undo();
        await tally.done(one, 'corrupt', {
          message: `The old content is not what was backed up: ${wrong} Nothing was restored under this name.`,
        });
        return null;
      }
      step('content_written');
      if (context.timesAfterClose) {
        isOpen = false;
        await closeFile(fd);
        return { temp, lost: await dressClosed(context, dir, temp, one) };
      }
      const lost = setAttributes(`/proc/self/fd/${fd}`, entry, context.owners);
      step('attributes_set');
      return { temp, lost };
    } finally {
      if (isOpen) await closeFile(fd);
    }
  } catch (error) {
    await undo();
    throw error;
  } finally {
    await old.close();
  }

  async function undo(): Promise<void> {
    tally.takeBack(moved);
    moved = 0;
    await removeQuietly(dir, temp);
  }
}

/** The content is what it was: owner, permissions and the rest shall be too. */
async function dressAgain(context: Context, frame: Frame, one: RestoreEntry): Promise<LostAttribute[]> {
  if (one.entry.type !== 'file') return [];
  return dressClosed(context, frame.dir as DirHandle, nameOf(one.to), one);
}

async function dressClosed(context: Context, dir: DirHandle, temp: string, { entry }: RestoreEntry) {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const fd = await openFile(entryPath(dir, nameBytes(temp)), flags, 0);
  try {
    const lost = setAttributes(`/proc/self/fd/${fd}`, entry, context.owners);
    context.step('attributes_set');
    return lost;
  } finally {
    await closeFile(fd);
  }
}
