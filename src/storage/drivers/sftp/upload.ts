import type { Content, WriteOptions, Written } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { nameOf, parentOf, pathBelow } from '../../names.ts';
import { newPartName } from '../../part-names.ts';
import { type Channel, type Handle, status, statusOf } from './channel.ts';
import { failureOf } from './failure.ts';
import { type Kind, kindOf, look } from './folders.ts';
import { replace, requireReplaceable, type Turns } from './replace.ts';
import { createFlusher, type PartState, takeUp } from './resume.ts';
import { send } from './send.ts';
import type { Session } from './session.ts';
import type { Times } from './times.ts';

export interface UploadPorts {
  times: Times;
  turns: Turns;
  /** Names of part files this process is writing: nobody sweeps them. */
  active: Set<string>;
  /** Full paths of part files that are no use to anybody, and could not be removed with the connection gone. */
  left: Set<string>;
  nowMs(): number;
  /** From this size on an upload can be gone on with. */
  resumeFromBytes: number;
  /** So often what has arrived is flushed at the server and remembered. */
  checkpointBytes: number;
}

/** The file on its way: open, and so far filled up to `start`. */
interface Part {
  channel: Channel;
  handle: Handle;
  /** Below the root. */
  path: string;
  start: number;
}

async function startPart(channel: Channel, session: Session, folder: string): Promise<Part> {
  const path = pathBelow(folder, newPartName());
  const open = () => channel.open(session.fullPath(path), 'wx');
  if ((await session.folders.check(channel, folder)) !== 'there') await session.folders.make(channel, folder);
  let handle: Handle;
  try {
    handle = await open();
  } catch (error) {
    if (statusOf(error) !== status.noSuchFile) throw error;
    session.folders.forget(); // it was there a moment ago, or it is the root that is missing
    await session.folders.make(channel, folder);
    handle = await open();
  }
  return { channel, handle, path, start: 0 };
}

const kindAt = async (channel: Channel, fullPath: string): Promise<Kind | null> => {
  const found = await look(channel, fullPath);
  return found && kindOf(found);
};

/**
 * Gives a part file a name that nothing has, in one step at servers that know posix-rename@openssh.com: their other
 * rename is refused where something is. False when it was.
 */
async function takeFreeName(channel: Channel, from: string, to: string): Promise<boolean> {
  try {
    await channel.rename(from, to);
    return true;
  } catch (error) {
    if (statusOf(error) === null) throw error;
    return false;
  }
}

/**
 * Writes a part file beside the target, proves it, and gives it the name. Answers only after the server has stored all
 * bytes (each write is acknowledged, the size compared, and where it can the file flushed to its disk).
 */
export async function upload(
  session: Session,
  ports: UploadPorts,
  path: string,
  content: Content,
  options: WriteOptions,
): Promise<Written> {
  const { signal } = options;
  const folder = parentOf(path);
  const resume = content.size >= ports.resumeFromBytes ? options.resume : undefined;
  const channel = await session.channel();
  let arrived = 0;
  let part: Part | null = null;
  try {
    const takesFreeName = options.isNew === true && channel.can.posixRename;
    const occupied = takesFreeName ? null : kindAt(channel, session.fullPath(path));
    occupied?.catch(() => null); // heard below
    const kept = await takeUp(session, channel, folder, content, options.resume, signal);
    part = kept ?? (await startPart(channel, session, folder));
    ports.active.add(nameOf(part.path));
    requireReplaceable(await occupied, path);
    arrived = part.start;
    if (arrived > 0) options.onProgress?.(arrived);
    const written = await fill(session, ports, part, content, { ...options, resume }, (end) => {
      arrived = end;
    });
    signal.throwIfAborted();
    if (takesFreeName && (await takeFreeName(channel, session.fullPath(part.path), session.fullPath(path)))) {
      options.resume?.clear();
      return written;
    }
    if (takesFreeName) requireReplaceable(await kindAt(channel, session.fullPath(path)), path);
    await replace(channel, session, ports.turns, session.fullPath(part.path), path, 'be written');
    options.resume?.clear();
    return written;
  } catch (error) {
    const problem = await failureOf(error, channel, {
      doing: 'be written',
      path,
      folder: session.fullPath(folder),
      needs: content.size - arrived,
    });
    if (part !== null) await giveUp(session, ports, part, resume === undefined || !worthKeeping(problem), options);
    throw problem;
  } finally {
    if (part !== null) ports.active.delete(nameOf(part.path));
  }
}

/** What arrived of an upload is of use to the next try, unless the file itself is the problem. */
const worthKeeping = (problem: unknown): boolean =>
  !(problem instanceof StorageError && ['integrity', 'source', 'exists', 'name', 'quota'].includes(problem.code));

/**
 * Without `resume` the part is no use to anybody. A lost connection leaves it to the next one, or else to the sweep
 * (`listing.ts`).
 */
async function giveUp(
  session: Session,
  ports: UploadPorts,
  part: Part,
  remove: boolean,
  options: WriteOptions,
): Promise<void> {
  await part.channel.close(part.handle).catch(() => null);
  if (!remove) return;
  options.resume?.clear();
  const path = session.fullPath(part.path);
  await part.channel.remove(path).catch((error: unknown) => {
    if (statusOf(error) !== status.noSuchFile) ports.left.add(path);
  });
}

async function fill(
  session: Session,
  ports: UploadPorts,
  part: Part,
  content: Content,
  options: WriteOptions,
  onArrived: (end: number) => void,
): Promise<Written> {
  const { channel, handle } = part;
  const fullPath = session.fullPath(part.path);
  const state: PartState = { part: nameOf(part.path), flushed: part.start };
  options.resume?.save(state);
  const flusher = createFlusher(session, fullPath, state, options.resume, ports.checkpointBytes);
  let last = part.start;
  const heard = (end: number): void => {
    session.moved(end - last);
    last = end;
    onArrived(end);
    options.onProgress?.(end);
    flusher.arrived(end);
  };
  const sideBySide = () => ports.active.size;
  const { arrived } = await send(channel, handle, content, part.start, options.signal, heard, sideBySide);
  // All of these are on their way before the first answer comes: a small file costs three round trips in all.
  const mtimeNs = options.mtimeNs;
  const timed = mtimeNs === null ? null : ports.times.set(channel, handle, fullPath, mtimeNs, ports.nowMs());
  const [sent, timeSet, shown, flushed, closed] = await Promise.allSettled([
    arrived,
    timed,
    channel.fstat(handle),
    channel.can.flush ? channel.flush(handle) : null,
    channel.close(handle),
  ]);
  await flusher.ended();
  for (const step of [sent, timeSet, shown, flushed, closed]) if (step.status === 'rejected') throw step.reason;
  const attributes = shown.status === 'fulfilled' ? shown.value : {};
  if (attributes.size !== content.size)
    throw new StorageError(
      'integrity',
      `The server says it stored ${attributes.size ?? 'an unknown number of'} bytes of ${content.size}. Nothing was replaced.`,
    );
  if (mtimeNs !== null) ports.times.learn(mtimeNs, attributes);
  return {
    size: content.size,
    mtimeNs: ports.times.told(attributes),
    hash: null,
    tag: null,
    id: null,
    verified: true,
  };
}
