import { describe, expect, test } from 'bun:test';
import type { BlockDevice } from '../../system/mounts/lsblk.ts';
import { parseMountinfo } from '../../system/mounts/mountinfo.ts';
import { optionsOf, selectDrives, selectMounts } from './select.ts';

const device = (name: string, more: Partial<BlockDevice> = {}): BlockDevice => ({
  name,
  path: `/dev/${name}`,
  label: null,
  uuid: null,
  fsType: null,
  size: '500G',
  sizeBytes: 5e11,
  mountPoints: [],
  removable: false,
  hotplug: false,
  transport: null,
  type: 'disk',
  readOnly: false,
  model: null,
  serial: null,
  parent: null,
  ...more,
});
const part = (name: string, parent: string, more: Partial<BlockDevice> = {}) =>
  device(name, { type: 'part', parent, uuid: `UUID-${name}`, fsType: 'ext4', ...more });
const shown = (devices: BlockDevice[], allowLoop = false) => selectDrives(devices, allowLoop).map((one) => one.name);

describe('drives', () => {
  test('are the filesystems on USB and removable disks', () => {
    const usb = device('sdb', { transport: 'usb' });
    const reader = device('sdc', { removable: true });
    expect(shown([usb, part('sdb1', 'sdb'), part('sdb2', 'sdb'), reader, part('sdc1', 'sdc')])).toEqual([
      'sdb1',
      'sdb2',
      'sdc1',
    ]);
  });

  test('may be a whole disk without partitions, or lie in an opened encrypted partition', () => {
    const stick = device('sdb', { removable: true, uuid: '1234-5678', fsType: 'vfat' });
    const disk = device('sdc', { transport: 'usb' });
    const locked = part('sdc1', 'sdc', { fsType: 'crypto_LUKS' });
    const opened = device('luks-1', { type: 'crypt', parent: 'sdc1', uuid: 'x', fsType: 'ext4' });
    expect(shown([stick, disk, locked, opened])).toEqual(['sdb', 'luks-1']);
  });

  test('have a filesystem of their own with a UUID', () => {
    const usb = device('sdb', { transport: 'usb' });
    const useless = ['swap', 'crypto_LUKS', 'LVM2_member', 'linux_raid_member'].map((fsType, at) =>
      part(`sdb${at + 1}`, 'sdb', { fsType }),
    );
    expect(
      shown([usb, ...useless, part('sdb8', 'sdb', { uuid: null }), part('sdb9', 'sdb', { fsType: null })]),
    ).toEqual([]);
  });

  test('are never internal disks, optical discs or loop devices', () => {
    const nvme = device('nvme0n1', { transport: 'nvme' });
    const disc = device('sr0', { type: 'rom', removable: true, uuid: 'x', fsType: 'iso9660' });
    const loop = device('loop0', { type: 'loop', uuid: 'x', fsType: 'ext4' });
    expect(shown([nvme, part('nvme0n1p1', 'nvme0n1'), disc, loop])).toEqual([]);
    expect(shown([loop], true)).toEqual(['loop0']);
  });

  for (const mountPoint of ['/', '/boot', '/boot/firmware', '/usr'])
    test(`are never on the disk the system runs from (${mountPoint} on a USB stick)`, () => {
      const stick = device('sda', { transport: 'usb', removable: true });
      const system = part('sda2', 'sda', { mountPoints: [mountPoint] });
      const backup = device('sdb', { transport: 'usb' });
      expect(shown([stick, part('sda1', 'sda'), system, part('sda3', 'sda'), backup, part('sdb1', 'sdb')])).toEqual([
        'sdb1',
      ]);
    });

  test('mounted at a place of their own stay drives', () => {
    const usb = device('sdb', { transport: 'usb' });
    expect(shown([usb, part('sdb1', 'sdb', { mountPoints: ['/media/boot'] })])).toEqual(['sdb1']);
  });
});

describe('mounts', () => {
  const mounts = parseMountinfo(
    [
      '22 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw,errors=remount-ro',
      '23 22 0:21 / /proc rw - proc proc rw',
      '24 22 8:33 / /mnt/photos rw,nosuid,nodev - exfat /dev/sdc1 rw',
      '25 22 0:50 / /mnt/cloud rw - fuse.rclone /dev/fuse rw',
      '26 22 0:51 / /mnt/nas rw - nfs4 nas:/export rw',
      '27 22 8:49 / /mnt/old rw - ext4 /dev/sdd1 rw',
      '28 22 8:65 / /mnt/old rw,nosuid - ext4 /dev/sde1 ro',
      '29 22 8:81 / /mnt/a\\040b rw - ext4 /dev/sdf1 rw',
    ].join('\n'),
  );

  test('are the visible filesystems on block devices', () => {
    expect(selectMounts(mounts).map((mount) => [mount.source, mount.mountPoint])).toEqual([
      ['/dev/sda2', '/'],
      ['/dev/sdc1', '/mnt/photos'],
      ['/dev/sde1', '/mnt/old'],
      ['/dev/sdf1', '/mnt/a b'],
    ]);
  });

  test('say read-only when the filesystem is, whatever the mount says', () => {
    const [, , photos, , , , old] = mounts;
    expect(photos && optionsOf(photos)).toBe('rw,nosuid,nodev');
    expect(old && optionsOf(old)).toBe('ro,nosuid');
  });
});
