import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createLocalDriver } from '../../src/storage/drivers/local/driver.ts';
import { localConfig } from '../../src/storage/drivers/local/schema.ts';
import { loopfs } from '../harness/filesystems.ts';
import { tempDir } from '../harness/temp.ts';
import { conformance } from './storage.ts';

const mount = tempDir('local-storage');
const driverOf = (folder: string) => {
  const config = { mount_point: mount, backup_subdir: folder };
  return createLocalDriver(localConfig.parse(config, 'destination_config'));
};

mkdirSync(join(mount, 'a/b'), { recursive: true });
await conformance('local', {
  open: async () => driverOf('a/b'),
  openMissing: async () => driverOf('not/there'),
  boundaries: [256 * 1024, 1024 * 1024],
  largeBytes: 3 * 1024 * 1024 + 17,
  partBytes: 1024 * 1024,
  folderEntries: 500,
});

const stick = loopfs({ sizeMiB: 64, type: 'exfat' });
stick.mount();
await conformance('local on exFAT', {
  open: async () => createLocalDriver(localConfig.parse({ mount_point: stick.path }, 'destination_config')),
  folderEntries: 100,
  stop: async () => stick.unmount(),
});
