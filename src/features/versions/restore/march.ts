import type { DirHandle } from '../../../lib/dirfd.ts';
import { openBelow } from '../../../lib/dirfd.ts';
import type { Capabilities } from '../../../storage/driver.ts';
import { folderOf, foldOf, inFolder, nameOf, textOf } from '../../../sync/names.ts';
import { createPool } from '../../../sync/pool.ts';
import { weightOf } from './content.ts';
import type { Context } from './context.ts';
import { restoreFile, tellTrouble } from './files.ts';
import { blockedFrame, enterFolder, untold } from './folders.ts';
import { createFrames, type Frame, release } from './frames.ts';
import type { createHardLinks } from './hard-links.ts';
import { restoreLink } from './links.ts';
import type { RestoreEntry } from './model.ts';
import { pathTrouble } from './paths.ts';

/** Files on their way, and the memory they may take together. */
const sideBySide = 16;
const memoryBytes = 32 * 1024 * 1024;

export interface MarchPorts {
  hardLinks: ReturnType<typeof createHardLinks>;
  /** Second names that could not be links and wait to be copied. Filled while batches are placed. */
  copies: { frame: Frame; one: RestoreEntry }[];
  habits: Pick<Capabilities, 'caseSensitive' | 'pathProblem'>;
  rootIsNew: boolean;
}

/** Walks through the entries, folders one after the other, what lies in them side by side. */
export async function march(
  context: Context,
  root: DirHandle,
  entries: () => AsyncIterable<readonly RestoreEntry[]>,
  { hardLinks, copies, habits, rootIsNew }: MarchPorts,
): Promise<void> {
  const { stops, tally, batches, policy, dryRun } = context;
  const pool = createPool(sideBySide, memoryBytes, stops.failed);
  const fold = habits.caseSensitive ? null : foldOf({ caseSensitive: false, normalisesNames: true } as Capabilities);
  const top: Frame = {
    key: '',
    real: '',
    dir: await openBelow(root, []),
    fresh: false,
    blocked: null,
    one: null,
    action: 'unchanged',
    as: null,
    dress: false,
    told: false,
    names: fold && new Set(),
    users: 1,
  };
  const frames = createFrames(top);
  let last: string | null = null;

  /** Why this name cannot go into this folder; null when it can. */
  function nameTrouble(frame: Frame, one: RestoreEntry): string | null {
    const name = nameOf(one.to);
    const problem = habits.pathProblem(textOf(name) ?? name);
    if (problem !== null) return `This disk cannot hold it: it ${problem}.`;
    if (fold === null || frame.names === null) return null;
    const folded = Number(BigInt(Bun.hash(fold(name))) & 0x1f_ffff_ffff_ffffn);
    if (frame.names.has(folded)) return 'This disk cannot tell it from another name that was restored before it.';
    frame.names.add(folded);
    return null;
  }

  async function enter(above: Frame, one: RestoreEntry): Promise<Frame> {
    const { blocked } = above;
    const trouble = blocked ? null : nameTrouble(above, one);
    let frame: Frame;
    if (blocked) frame = blockedFrame(above, one, blocked.action, blocked.message);
    else if (trouble !== null) frame = blockedFrame(above, one, 'unsupported', trouble);
    else
      try {
        frame = await enterFolder(context, above, one);
      } catch (error) {
        await tellTrouble(context, one, error);
        frame = { ...blockedFrame(above, one, 'failed', 'The folder it lies in could not be made.'), told: true };
      }
    if (frame.fresh && above.dir && !dryRun) batches.touched(above);
    if (frame.as !== null) hardLinks.renamed(frame.key, frame.real);
    frames.enter(frame);
    return frame;
  }

  /** The folder a path lies in, with those above it that the list does not tell of. */
  async function folderFor(path: string): Promise<Frame> {
    const folder = folderOf(path);
    let at = frames.nearest(folder);
    while (at.key !== folder) {
      const rest = folder.slice(at.key === '' ? 0 : at.key.length + 1);
      const next = inFolder(at.key, rest.split('/')[0] as string);
      at = await enter(at, untold(next));
    }
    return at;
  }

  async function begin(frame: Frame, one: RestoreEntry): Promise<void> {
    tally.begun(one.to);
    const { type, size } = one.entry;
    if (frame.blocked) return tally.done(one, frame.blocked.action, { message: frame.blocked.message });
    const trouble = nameTrouble(frame, one);
    if (trouble !== null) return tally.done(one, 'unsupported', { message: trouble });
    if (type === 'other')
      return tally.done(one, 'special', { message: 'Pipes, sockets and devices are not restored.' });
    if (type === 'file' && !dryRun && hardLinks.mayLink(one)) {
      const batch = await batches.join(0);
      frame.users += 1;
      return hardLinks.add(frame, one, batch);
    }
    const isCopy = one.linkTo !== null && type === 'file';
    if (isCopy) tally.more(size);
    // Joined before anything waits: a folder is left in the batch of the last of its files, or a later one.
    const batch = await batches.join(size);
    frame.users += 1;
    await pool.start(weightOf(size), async () => {
      if (type === 'link') await restoreLink(context, frame, one, batch);
      else await restoreFile(context, frame, one, batch, isCopy && !dryRun ? ['hard_link'] : []);
    });
  }

  async function copyWaiting(): Promise<void> {
    for (let next = copies.shift(); next; next = copies.shift()) {
      const { frame, one } = next;
      tally.more(one.entry.size);
      const batch = await batches.join(one.entry.size);
      frame.users += 1;
      await pool.start(weightOf(one.entry.size), () => restoreFile(context, frame, one, batch, ['hard_link']));
      await batches.leave(frame); // its time of change is another one now
    }
  }

  async function take(one: RestoreEntry): Promise<void> {
    const trouble = pathTrouble(one.to) ?? (last !== null && one.to <= last ? 'does not come in its order' : null);
    if (trouble !== null) return tally.done(one, 'refused', { message: `The path ${trouble}. It was left out.` });
    last = one.to;
    for (const frame of frames.leaveFor(one.to)) await batches.leave(frame);
    if (one.to === '') {
      if (one.entry.type !== 'dir') return tally.done(one, 'refused', { message: 'A folder cannot become this.' });
      top.one = one;
      top.dress = rootIsNew || (policy === 'overwrite' && !one.scaffold);
      if (rootIsNew) top.action = 'create';
      return;
    }
    const above = await folderFor(one.to);
    if (one.entry.type === 'dir') await enter(above, one);
    else await begin(above, one);
  }

  try {
    for await (const some of entries()) {
      for (const one of some) {
        if (stops.signal.aborted) return;
        await take(one);
        if (copies.length > 0) await copyWaiting();
      }
    }
  } catch (error) {
    stops.failed(error);
  } finally {
    // Also when it stopped: what was made is left in order.
    await pool.idle();
    for (const frame of frames.leaveAll()) await batches.leave(frame);
    await batches.flush();
    while (copies.length > 0 && !stops.signal.aborted) {
      await copyWaiting();
      await batches.flush();
    }
    for (const { frame } of copies.splice(0)) await release(frame);
  }
}
