import { chmodSync, chownSync, lchownSync } from 'node:fs';
import { errnoOf } from '../../../core/errors.ts';
import { setModified, setXattr } from '../../../lib/attributes.ts';
import type { VersionEntry } from '../manifest.ts';
import type { LostAttribute } from './model.ts';
import type { Owners } from './owners.ts';

/** Trouble of one attribute, not of the disk. */
const cannotHold = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EINVAL',
  'ERANGE',
  'E2BIG',
  'ENODATA',
  'EACCES',
  'EOVERFLOW',
]);

/** What people and programs set. The rest (capabilities, labels, what only the kernel means) is not ours to give. */
const isOurs = (name: string): boolean => name.startsWith('user.') || /^system\.posix_acl_(access|default)$/.test(name);

/** Tries one attribute after the other, and remembers what could not be kept. */
function attempts() {
  const lost = new Set<LostAttribute>();
  return {
    lost,
    tried(what: LostAttribute, work: () => void): boolean {
      try {
        work();
        return true;
      } catch (error) {
        const code = errnoOf(error) ?? '';
        // A disk that is not full has no room for an attribute larger than a block either.
        if (!cannotHold.has(code) && !(what === 'xattr' && code === 'ENOSPC')) throw error;
        lost.add(what);
        return false;
      }
    },
  };
}

const isMine = ({ uid, gid }: VersionEntry): boolean => uid === process.geteuid?.() && gid === process.getegid?.();

/**
 * Sets what a version knows of a file or a folder, on an open handle of it (`path` is its way below /proc/self/fd): owner
 * first, because that takes setuid away, and the time last, because everything else could change it. Answers what could
 * not be kept.
 *
 * On our own thread: each of these changes some bytes of an inode that is in memory, and handing one to another thread
 * takes ten times as long as doing it.
 */
export function setAttributes(path: string, entry: VersionEntry, owners: Owners): LostAttribute[] {
  const { lost, tried } = attempts();
  const owner = owners(entry);
  const owned = owner !== null && tried('owner', () => chownSync(path, owner.uid, owner.gid));
  if (owner === null && entry.uid !== null && !isMine(entry)) lost.add('owner');
  for (const [name, value] of Object.entries(entry.xattr ?? {})) {
    if (isOurs(name)) tried('xattr', () => setXattr(path, name, Buffer.from(value, 'base64')));
    else lost.add('xattr');
  }
  const { mode, mtimeNs } = entry;
  // setuid for somebody else than it was made for would be a present to him
  const special = owned || isMine(entry) ? 0o7777 : 0o1777;
  if (mode !== null) tried('mode', () => chmodSync(path, mode & special));
  if (mtimeNs !== null) tried('mtime', () => setModified(path, mtimeNs));
  return [...lost];
}

/** The same of a link itself, which has an owner and a time only. `path` leads to it by its folder's handle. */
export function setLinkAttributes(path: Buffer, entry: VersionEntry, owners: Owners): LostAttribute[] {
  const { lost, tried } = attempts();
  const owner = owners(entry);
  if (owner !== null) tried('owner', () => lchownSync(path, owner.uid, owner.gid));
  else if (entry.uid !== null && !isMine(entry)) lost.add('owner');
  const { mtimeNs } = entry;
  if (mtimeNs !== null) tried('mtime', () => setModified(path, mtimeNs, { isLink: true }));
  return [...lost];
}
