import type { BlockDevice } from '../../system/mounts/lsblk.ts';
import { isReadOnly, type Mount } from '../../system/mounts/mountinfo.ts';

/** Has a UUID, but no files of its own: swap, and what other devices are made of. */
const noFilesystem = /^(swap|crypto_LUKS|LVM2_member|linux_raid_member|zfs_member|bcache)$/;
const systemPaths = /^\/($|boot($|\/)|efi($|\/)|usr$|var$)/;

/** A device and everything it is a part of, the disk last. */
function lineage(device: BlockDevice, byName: Map<string, BlockDevice>): BlockDevice[] {
  const line = [device];
  for (let at = device; at.parent !== null; ) {
    const parent = byName.get(at.parent);
    if (!parent || line.includes(parent)) break;
    line.push(parent);
    at = parent;
  }
  return line;
}

/**
 * Filesystems a person may plug in and take away: removable, USB, or loop devices where those are allowed. Nothing on a
 * disk the running system lives on, not even its unused partitions: what is offered here may be formatted one day.
 */
export function selectDrives(devices: readonly BlockDevice[], allowLoop: boolean): BlockDevice[] {
  const byName = new Map(devices.map((device) => [device.name, device]));
  const lines = new Map(devices.map((device) => [device, lineage(device, byName)]));
  const systemDisks = new Set(
    devices
      .filter((device) => device.mountPoints.some((path) => systemPaths.test(path)))
      .map((device) => lines.get(device)?.at(-1)),
  );
  return devices.filter((device) => {
    if (device.uuid === null || device.fsType === null || noFilesystem.test(device.fsType)) return false;
    const line = lines.get(device) ?? [device];
    if (systemDisks.has(line.at(-1)) || line.some((one) => one.type === 'rom')) return false;
    if (line.some((one) => one.type === 'loop')) return allowLoop;
    return line.some((one) => one.removable || one.hotplug || one.transport === 'usb');
  });
}

/** Mounts of filesystems on block devices; a mount that is hidden under a later one at the same place is left out. */
export function selectMounts(mounts: readonly Mount[]): Mount[] {
  // FUSE filesystems without a device of their own call themselves /dev/fuse
  const onDevices = mounts.filter((mount) => mount.source.startsWith('/dev/') && mount.source !== '/dev/fuse');
  const visible = new Map(mounts.map((mount) => [mount.mountPoint, mount]));
  return onDevices.filter((mount) => visible.get(mount.mountPoint) === mount);
}

/** As /proc/mounts tells it: read-only when either the mount or the filesystem is. */
export function optionsOf(mount: Mount): string {
  const rest = mount.options.filter((option) => option !== 'ro' && option !== 'rw');
  return [isReadOnly(mount) ? 'ro' : 'rw', ...rest].join(',');
}
