import { statfs } from 'node:fs/promises';

export interface Space {
  /** What an ordinary user may still write (without the part reserved for root). */
  freeBytes: number;
  totalBytes: number;
  /** New files and folders that still fit; null where the filesystem does not count them (exFAT, btrfs). */
  freeInodes: number | null;
}

/** Space of the filesystem `path` lies on. Rejects with the system's error when the path is not there. */
export async function spaceOf(path: string): Promise<Space> {
  const fs = await statfs(path);
  return {
    freeBytes: fs.bavail * fs.bsize,
    totalBytes: fs.blocks * fs.bsize,
    freeInodes: fs.files === 0 ? null : fs.ffree,
  };
}
