import type { BigIntStats } from 'node:fs';
import type { Entry } from '../../driver.ts';

/** Another file has another inode, and the same inode with other bytes another time of its last change of any kind. */
export const tagOf = (stat: BigIntStats): string => `${stat.ino}-${stat.ctimeNs}-${stat.size}`;

/** One entry as its folder tells it. */
export function entryOf(path: string, stat: BigIntStats): Entry {
  const nothing = { path, size: 0, mtimeNs: null, hash: null, tag: null, id: null };
  if (stat.isDirectory()) return { ...nothing, kind: 'folder' };
  if (!stat.isFile()) return { ...nothing, kind: 'other' };
  return { ...nothing, kind: 'file', size: Number(stat.size), mtimeNs: stat.mtimeNs, tag: tagOf(stat) };
}
