import { describe, expect, test } from 'bun:test';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loopfs, tmpfs } from '../../../test/harness/filesystems.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { disksOf } from './disks.ts';
import { mountOf } from './locate.ts';
import { readMounts } from './mountinfo.ts';

/** A sysfs of one disk `sda` with two partitions, the second encrypted, and a RAID over `sda1` and `sdb1`. */
function sysfs(): string {
  const root = tempDir('sysfs');
  const devices = join(root, 'devices');
  for (const part of ['sda/sda1', 'sda/sda2', 'sdb/sdb1']) {
    mkdirSync(join(devices, part), { recursive: true });
    writeFileSync(join(devices, part, 'partition'), '1');
  }
  const above = (name: string, ...slaves: string[]) => {
    mkdirSync(join(devices, name, 'slaves'), { recursive: true });
    for (const slave of slaves) symlinkSync(join(devices, slave), join(devices, name, 'slaves', slave.slice(4)));
  };
  above('dm-0', 'sda/sda2');
  above('md0', 'sda/sda1', 'sdb/sdb1');
  mkdirSync(join(root, 'dev/block'), { recursive: true });
  for (const [number, name] of Object.entries({ '8:0': 'sda', '8:1': 'sda/sda1', '8:2': 'sda/sda2', '253:0': 'dm-0' }))
    symlinkSync(join(devices, name), join(root, 'dev/block', number));
  symlinkSync(join(devices, 'md0'), join(root, 'dev/block/9:0'));
  return root;
}

describe('what breaks together', () => {
  const root = sysfs();
  test.each([
    ['a whole disk', '8:0', ['sda']],
    ['a partition', '8:1', ['sda']],
    ['an encrypted partition', '253:0', ['sda']],
    ['a RAID', '9:0', ['sda', 'sdb']],
    ['no disk at all', '0:44', ['server:/export 0:44']],
  ])('%s', (_, device, disks) => {
    expect(disksOf({ device, source: 'server:/export' }, root)).toEqual(disks);
  });

  test('a real drive is not the disk of the system, and memory is no disk', () => {
    const at = (path: string) => disksOf(mountOf(path, readMounts()));
    const drive = loopfs({ sizeMiB: 16, type: 'ext4' });
    expect(at(drive.path)).toEqual([drive.device.slice('/dev/'.length)]);
    expect(at(drive.path)).not.toEqual(at('/'));
    expect(at(tmpfs({ size: '1m' }).path)[0]).toStartWith('tmpfs 0:');
  });
});
