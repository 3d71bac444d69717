import { createWebdavDriver } from '../../src/storage/drivers/webdav/driver.ts';
import type { Tuning } from '../../src/storage/port.ts';
import { scale } from '../harness/scale.ts';
import { startApache } from '../servers/apache.ts';
import { startNextcloud } from '../servers/nextcloud.ts';
import { startRcloneWebdav } from '../servers/rclone-webdav.ts';
import { conformance } from './storage.ts';

interface Server {
  url: string;
  user: string;
  password: string;
  certificate?: { fingerprint: string } | null;
}

/** A driver that has met its server, so that its capabilities are what the server can do. */
async function openOn(server: Server, remotePath: string, tuning: Tuning = {}) {
  const driver = createWebdavDriver(
    { url: server.url, remote_path: remotePath, certificate_sha256: server.certificate?.fingerprint ?? null },
    { username: server.user, password: server.password, token: null },
    { tuning },
  );
  const { signal } = new AbortController();
  await driver.space(signal).catch(() => null);
  return driver;
}

/** A folder of many entries is listed by a test of the driver; here each of them is a file to be sent. */
const folderEntries = scale.long ? scale.cloudFolder : 300;
/** Sent from memory, as a stream, and looked at afterwards: sizes at which the driver changes its ways. */
const boundaries = [64 * 1024, 1024 * 1024];

const apache = await startApache();
await conformance('Apache', {
  open: () => openOn(apache, ''),
  openMissing: () => openOn(apache, 'not/there'),
  stop: () => apache.stop(),
  boundaries,
  folderEntries,
  largeBytes: 3 * 1024 * 1024 + 17,
});

const rclone = await startRcloneWebdav();
await conformance('a plain WebDAV server', {
  open: () => openOn(rclone, ''),
  openMissing: () => openOn(rclone, 'not/there'),
  stop: () => rclone.stop(),
  excuses: {
    'whoever reads while a file is replaced gets the old one or the new one':
      'its listings wait for whoever writes into the folder, and break off after five seconds',
  },
  boundaries,
  folderEntries,
  largeBytes: 3 * 1024 * 1024 + 17,
});

const nextcloud = await startNextcloud({ minPartBytes: 256 * 1024 });
const parts = { multipartFromBytes: 2 * 1024 * 1024, partBytes: 512 * 1024 };
nextcloud.files.set('backups', 'folder');
await conformance('Nextcloud', {
  open: () => openOn(nextcloud, 'backups', parts),
  openMissing: () => openOn(nextcloud, 'not/there'),
  stop: () => nextcloud.stop(),
  boundaries: [...boundaries, parts.multipartFromBytes],
  partBytes: parts.partBytes,
  folderEntries,
  largeBytes: 3 * 1024 * 1024 + 17,
});
