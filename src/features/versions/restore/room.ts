import { statfs } from 'node:fs';
import { promisify } from 'node:util';
import type { DirHandle } from '../../../lib/dirfd.ts';

const spaceOf = promisify(statfs);

/** Bytes this process may still write on the filesystem of a folder; null where it does not say. */
export async function freeBytes(dir: DirHandle): Promise<number | null> {
  const { bavail, bsize, blocks } = await spaceOf(dir.path);
  return blocks === 0 ? null : bavail * bsize;
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `1.5 GiB` */
export function sizeText(bytes: number): string {
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}
