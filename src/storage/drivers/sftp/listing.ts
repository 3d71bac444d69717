import type { FileEntryWithStats } from 'ssh2';
import type { Entry } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { listedName, pathBelow } from '../../names.ts';
import { isPartName } from '../../part-names.ts';
import type { Attributes, Channel } from './channel.ts';
import { kindOf, look } from './folders.ts';
import { isOwnName, nameBeforeAside } from './own-names.ts';
import type { Turns } from './replace.ts';
import type { Session } from './session.ts';
import type { Times } from './times.ts';

/** Requests for entries under way at a time. */
const pagesAhead = 4;
const mostEmptyPages = 100;
/** An upload nobody went on with for so long is given up. */
const oldPartMs = 7 * 24 * 3_600_000;
const replacement = '\ufffd';

async function readAll(channel: Channel, fullPath: string): Promise<FileEntryWithStats[]> {
  const handle = await channel.openFolder(fullPath);
  try {
    const found: FileEntryWithStats[] = [];
    let [over, empty] = [false, 0];
    const lane = async () => {
      while (!over) {
        const page = await channel.readFolder(handle);
        if (page === null) {
          over = true;
          return;
        }
        empty = page.length === 0 ? empty + 1 : 0;
        if (empty > mostEmptyPages)
          throw new StorageError('protocol', 'The server never ends its listing of a folder.');
        found.push(...page);
      }
    };
    await Promise.all(Array.from({ length: pagesAhead }, lane));
    return found;
  } finally {
    channel.close(handle).catch(() => null);
  }
}

export function entryOf(path: string, attributes: Attributes, times: Times, longname?: string): Entry {
  const kind = kindOf(attributes, longname);
  return {
    path,
    kind,
    size: kind === 'file' ? (attributes.size ?? 0) : 0,
    mtimeNs: times.told(attributes),
    hash: null,
    tag: null, // size and time are all SFTP knows of a content, and both may stay while it changes
    id: null,
  };
}

/**
 * Names arrive as UTF-8; what is none arrives with replacement characters, and no request can name it. Such an entry is
 * told as `other`, under a name nothing else has, so that it is seen and never touched. A name that truly holds the
 * replacement character answers when it is asked for.
 */
async function nameless(session: Session, channel: Channel, path: string, taken: Set<string>): Promise<Entry | null> {
  const found = taken.has(path) ? null : await look(channel, session.fullPath(path));
  if (found !== null) return null;
  let shown = path;
  while (taken.has(shown)) shown += replacement;
  return { path: shown, kind: 'other', size: 0, mtimeNs: null, hash: null, tag: null, id: null };
}

export interface ListingPorts {
  times: Times;
  turns: Turns;
  active: ReadonlySet<string>;
  nowMs(): number;
}

export async function listFolder(
  session: Session,
  channel: Channel,
  ports: ListingPorts,
  folder: string,
): Promise<Entry[]> {
  const found = await readAll(channel, session.fullPath(folder));
  const entries: Entry[] = [];
  const names = new Set<string>();
  const taken = new Set<string>();
  const ours: FileEntryWithStats[] = [];
  for (const one of found) {
    if (one.filename === '.' || one.filename === '..') continue;
    const name = listedName(one.filename);
    if (isOwnName(name)) {
      ours.push(one);
      continue;
    }
    const path = pathBelow(folder, name);
    const foreign = name.includes(replacement) ? await nameless(session, channel, path, taken) : null;
    const entry = foreign ?? entryOf(path, one.attrs, ports.times, one.longname);
    names.add(name);
    taken.add(entry.path);
    entries.push(entry);
  }
  for (const one of ours) {
    const back = await tidy(session, channel, ports, folder, one, names);
    if (back !== null) entries.push(back);
  }
  return entries;
}

/**
 * What earlier runs left under names of ours: parts nobody goes on with are removed, and a file that was laid aside by a
 * run that died before its successor was in place gets its name back. Failures are left to the next time.
 */
async function tidy(
  session: Session,
  channel: Channel,
  ports: ListingPorts,
  folder: string,
  { filename, attrs, longname }: FileEntryWithStats,
  names: ReadonlySet<string>,
): Promise<Entry | null> {
  const full = session.fullPath(pathBelow(folder, filename));
  if (kindOf(attrs, longname) !== 'file') return null;
  if (isPartName(filename)) {
    const lastUsedMs = Math.max(attrs.mtime ?? 0, attrs.atime ?? 0) * 1_000;
    if (!ports.active.has(filename) && lastUsedMs > 0 && ports.nowMs() - lastUsedMs > oldPartMs)
      await channel.remove(full).catch(() => null);
    return null;
  }
  const name = nameBeforeAside(filename);
  if (name === null) return null;
  const path = pathBelow(folder, name);
  if (ports.turns.has(path)) return null; // this process is in the middle of it
  if (names.has(name)) {
    await channel.remove(full).catch(() => null);
    return null;
  }
  return channel.rename(full, session.fullPath(path)).then(
    () => entryOf(path, attrs, ports.times),
    () => null,
  );
}
