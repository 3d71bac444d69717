import { statfs } from 'node:fs';
import type { DirHandle } from './dirfd.ts';

/** Filesystems of disks of this machine, by the number statfs(2) tells; of all others a look may wait for somebody. */
const localFilesystems = new Set([
  0xef53, // ext2, ext3, ext4
  0x9123683e, // btrfs
  0x58465342, // xfs
  0xf2f52010, // f2fs
  0xca451a4e, // bcachefs
  0x2fc12fc1, // zfs
  0x4d44, // vfat
  0x2011bab0, // exfat
  0x7366746e, // ntfs3
  0x73717368, // squashfs
  0x794c7630, // overlayfs
  0x01021994, // tmpfs
]);

/** Calls on what lies in it may be made without another thread: they wait for a disk at most, never for a server. */
export const isLocalFolder = (dir: DirHandle): Promise<boolean> =>
  new Promise((resolve) => {
    statfs(dir.path, (error, stats) => resolve(error === null && localFilesystems.has(stats.type)));
  });
