import { scale } from '../harness/scale.ts';
import { startPlainSftp } from '../servers/plain-sftp.ts';
import { sftpDriver } from '../servers/sftp-driver.ts';
import { startSshd } from '../servers/sshd.ts';
import { conformance } from './storage.ts';

/** Around one write, one read, and what is in flight; an upload that goes on reads back what was not flushed, or 1 MiB. */
const sizes = {
  boundaries: [30_976, 128 * 1024, 255 * 1024, 1024 * 1024, 2 * 1024 * 1024],
  largeBytes: 4 * 1024 * 1024 + 17,
  partBytes: 3 * 1024 * 1024,
};

const openSsh = await startSshd();
await conformance('OpenSSH', {
  ...sizes,
  folderEntries: 3 * scale.cloudFiles, // it tells 100 at a time
  open: async () => sftpDriver(openSsh),
  openMissing: async () => sftpDriver(openSsh, { config: { remote_path: `${openSsh.folder}/missing/deeper` } }),
  stop: () => openSsh.stop(),
});

// Neither replaces in one step nor flushes, takes 32 KiB at a time, and answers reads in pieces.
const plain = await startPlainSftp();
await conformance('plain SFTP', {
  ...sizes,
  folderEntries: scale.cloudFiles,
  open: async () => sftpDriver(plain),
  stop: () => plain.stop(),
});
