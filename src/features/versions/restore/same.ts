import { type BigIntStats, readlink } from 'node:fs';
import { promisify } from 'node:util';
import { type DirHandle, entryPath } from '../../../lib/dirfd.ts';
import type { VersionEntry } from '../manifest.ts';
import { hashOf } from './content.ts';
import type { Context } from './context.ts';
import { folderFiles } from './old-bytes.ts';
import { nameBytes } from './paths.ts';

const readTarget = promisify(readlink) as (path: Buffer, options: { encoding: 'buffer' }) => Promise<Buffer>;

/** Where a link leads, as bytes in latin1. */
export const targetOf = async (dir: DirHandle, name: string): Promise<string> =>
  (await readTarget(entryPath(dir, nameBytes(name)), { encoding: 'buffer' })).toString('latin1');

const sameTime = (a: bigint, b: bigint, precisionNs: bigint): boolean => (a < b ? b - a : a - b) < precisionNs;

/**
 * Whether what lies at a name is what the version had. Files are only read where size and time agree, and count by their
 * hash where the version knows it: so a restore that goes on copies nothing twice.
 */
export async function isAlready(
  { precisionNs, stops, hashThreads }: Pick<Context, 'precisionNs' | 'stops' | 'hashThreads'>,
  dir: DirHandle,
  name: string,
  stat: BigIntStats,
  entry: VersionEntry,
): Promise<boolean> {
  if (entry.type === 'link') return stat.isSymbolicLink() && (await targetOf(dir, name)) === entry.target;
  if (entry.type !== 'file' || !stat.isFile() || Number(stat.size) !== entry.size) return false;
  if (entry.mtimeNs === null || !sameTime(stat.mtimeNs, entry.mtimeNs, precisionNs)) return false;
  if (entry.sha256 === null) return true;
  const files = folderFiles(dir);
  const bytes = await files.open(name, stops.signal);
  try {
    return bytes !== null && (await hashOf(bytes, entry.size, hashThreads, stops.signal)) === entry.sha256;
  } finally {
    await bytes?.close();
    await files.close();
  }
}
