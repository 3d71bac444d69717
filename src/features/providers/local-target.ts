import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalConfig } from '../../storage/drivers/local/schema.ts';
import { StorageError } from '../../storage/errors.ts';
import { mountPointOf } from '../../system/mounts/identity.ts';

/** Where a run of such a job would write now: a drive is followed to where it is mounted. Throws `no_root`. */
export async function whereMounted(config: LocalConfig): Promise<LocalConfig> {
  if (config.usb_uuid === null) return config;
  const mountPoint = await mountPointOf(config.usb_uuid);
  if (mountPoint !== null) return { ...config, mount_point: mountPoint };
  throw new StorageError('no_root', `Drive ${config.usb_uuid} is not plugged in, or not mounted.`);
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** The deepest folder of the destination that is there: a run makes those below it, a test makes none. */
export function nearestFolder(config: LocalConfig): LocalConfig {
  const segments = config.backup_subdir.split('/').filter((segment) => segment !== '');
  const at = (count: number) => segments.slice(0, count).join('/');
  let count = 0;
  while (count < segments.length && isThere(join(config.mount_point, at(count + 1)))) count += 1;
  return { ...config, backup_subdir: at(count) };
}
