import { StorageError } from '../../errors.ts';
import { nameOf, parentOf, pathBelow } from '../../names.ts';
import { type Channel, statusOf } from './channel.ts';
import { failureOf } from './failure.ts';
import { look } from './folders.ts';
import { asideName } from './own-names.ts';
import type { Session } from './session.ts';

/** Files whose names are being given away by this process, one after the other. */
export type Turns = Map<string, Promise<unknown>>;

async function inTurn<T>(turns: Turns, path: string, work: () => Promise<T>): Promise<T> {
  const before = turns.get(path) ?? Promise.resolve();
  const mine = before.then(work, work);
  const settled = mine.catch(() => null);
  turns.set(path, settled);
  try {
    return await mine;
  } finally {
    if (turns.get(path) === settled) turns.delete(path);
  }
}

const removeIfThere = async (channel: Channel, path: string): Promise<void> => {
  await channel.remove(path).catch(() => null);
};

/**
 * The way of servers that cannot replace a file in one step: the old one is laid aside, the new one takes its name, the
 * old one goes. Between the first two there is nothing under the name; a listing finds what a crash left there and puts
 * it back (`listing.ts`), so that the old file is never lost.
 */
async function replaceInSteps(channel: Channel, session: Session, from: string, to: string): Promise<void> {
  const [full, aside] = [session.fullPath(to), session.fullPath(pathBelow(parentOf(to), asideName(nameOf(to))))];
  try {
    await channel.rename(from, full);
    await removeIfThere(channel, aside); // of a run that died after its new file was in place
    return;
  } catch (error) {
    // Refused because of what is there, most likely; with nothing there it is a failure of its own.
    if (statusOf(error) === null || (await look(channel, full)) === null) throw error;
  }
  await removeIfThere(channel, aside);
  await channel.rename(full, aside);
  try {
    await channel.rename(from, full);
  } catch (error) {
    await channel.rename(aside, full).catch(() => null);
    throw error;
  }
  await removeIfThere(channel, aside);
}

/**
 * Gives the file at the full path `from` the name `to` (a path below the root), in the place of a file that has it.
 * The caller has seen that no folder or link has it.
 */
export async function replace(
  channel: Channel,
  session: Session,
  turns: Turns,
  from: string,
  to: string,
  doing: string,
): Promise<void> {
  try {
    if (channel.can.posixRename) await channel.posixRename(from, session.fullPath(to));
    else await inTurn(turns, to, () => replaceInSteps(channel, session, from, to));
  } catch (error) {
    throw await failureOf(error, channel, { doing, path: to, folder: session.fullPath(parentOf(to)) });
  }
}

/** Throws `exists` when something that is no file has the name. */
export function requireReplaceable(kind: 'file' | 'folder' | 'other' | null, path: string): void {
  if (kind === null || kind === 'file') return;
  const what = kind === 'folder' ? 'A folder' : 'A link or special file';
  throw new StorageError(
    'exists',
    `${what} is there under the name ${JSON.stringify(path)}. It is never replaced by a file.`,
  );
}
