import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { deviceNumber, type Mount } from './mountinfo.ts';

/**
 * What breaks together: names of the physical disks a mounted filesystem lies on, the same for all partitions of one
 * disk, and for what is encrypted or joined on top of it. Without a disk (network, memory) the one name of what is
 * mounted. Good for comparing now; names change when drives are plugged in again.
 */
export function disksOf(mount: Pick<Mount, 'device' | 'source'>, sysfs = '/sys'): string[] {
  // btrfs has a number of its own; the device it was mounted from is right.
  const number = blockNumber(mount.source) ?? mount.device;
  const found = [...new Set(disksBelow(join(sysfs, 'dev/block', number)))].sort();
  return found.length > 0 ? found : [`${mount.source} ${mount.device}`];
}

function disksBelow(link: string): string[] {
  let device: string;
  try {
    device = realpathSync(link);
  } catch {
    return [];
  }
  if (existsSync(join(device, 'partition'))) return [basename(dirname(device))];
  const slaves = join(device, 'slaves');
  const below = existsSync(slaves) ? readdirSync(slaves) : [];
  return below.length > 0 ? below.flatMap((name) => disksBelow(join(slaves, name))) : [basename(device)];
}

function blockNumber(source: string): string | null {
  if (!source.startsWith('/dev/')) return null;
  try {
    const node = statSync(source);
    return node.isBlockDevice() ? deviceNumber(node) : null;
  } catch {
    return null;
  }
}
