import { afterEach, describe, expect, test } from 'bun:test';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bindMount, loopfs } from '../../../test/harness/filesystems.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { listBlockDevices, parseLsblk } from './lsblk.ts';
import { parseMountinfo } from './mountinfo.ts';
import { parseUdevFormat } from './probe.ts';

const ourPath = process.env['PATH'];
afterEach(() => {
  process.env['PATH'] = ourPath;
});

describe('the devices of this machine', () => {
  test('hold a drive with its label, UUID, filesystem, size and mount points', async () => {
    const label = 'Fotos für Åsa';
    const drive = loopfs({ sizeMiB: 16, type: 'ext4', mkfs: ['-L', label] });
    const second = join(tempDir('views'), 'second');
    bindMount(drive.path, second);
    const { devices, problem } = await listBlockDevices();
    expect(problem).toBeNull();
    expect(devices.find((device) => device.path === drive.device)).toEqual({
      name: drive.device.replace('/dev/', ''),
      path: drive.device,
      label,
      uuid: drive.uuid,
      fsType: 'ext4',
      size: '16M',
      sizeBytes: 16 * 1024 * 1024,
      mountPoints: [drive.path, second],
      removable: false,
      hotplug: false,
      transport: null,
      type: 'loop',
      readOnly: false,
      model: null,
      serial: null,
      parent: null,
    });
  });

  test('show where a filesystem is mounted whose number is not that of its device', async () => {
    const drive = loopfs({ sizeMiB: 128, type: 'btrfs' });
    const { devices } = await listBlockDevices();
    expect(devices.find((device) => device.path === drive.device)).toMatchObject({
      fsType: 'btrfs',
      uuid: drive.uuid,
      mountPoints: [drive.path],
    });
  });

  test('are none where lsblk fails, and it is said why', async () => {
    const bin = tempDir('bin');
    const lsblk = join(bin, 'lsblk');
    writeFileSync(lsblk, '#!/bin/sh\necho "lsblk: unknown column" >&2\nexit 1\n');
    chmodSync(lsblk, 0o755);
    process.env['PATH'] = bin;
    const failed = await listBlockDevices();
    expect(failed.devices).toEqual([]);
    expect(failed.problem?.message).toBe('lsblk failed: lsblk: unknown column');
    writeFileSync(lsblk, '#!/bin/sh\necho "not json"\n');
    expect((await listBlockDevices()).problem).toBeInstanceOf(Error);
  });

  test('are none where there is no lsblk, and it is said how to get it', async () => {
    const script = `
      import { listBlockDevices } from ${JSON.stringify(join(import.meta.dir, 'lsblk.ts'))};
      const { devices, problem } = await listBlockDevices();
      console.log(devices.length, problem.name, problem.message);
    `;
    // a world of its own, in which the program is covered by something that is none
    const covered = `mount --bind /dev/null "$(command -v lsblk)" && exec "$0" -e "$1"`;
    const child = Bun.spawnSync(['unshare', '-m', 'sh', '-c', covered, process.execPath, script]);
    expect(child.stdout.toString().trim()).toBe(
      '0 ToolMissingError lsblk is not installed. Install it with: apt install util-linux',
    );
  });
});

describe('what lsblk says', () => {
  const disk = {
    name: 'sda',
    kname: 'sda',
    path: '/dev/sda',
    fstype: null,
    size: '465.8G',
    rm: false,
    hotplug: true,
    tran: 'usb',
    type: 'disk',
    ro: false,
    model: 'Portable SSD   ',
    serial: 'S1',
    pkname: null,
    'maj:min': '8:0',
  };
  const stick = {
    name: 'sda1',
    kname: 'sda1',
    path: '/dev/sda1',
    label: 'BACKUP',
    uuid: '1234-5678',
    fstype: 'exfat',
    size: '465.7G',
    rm: true,
    hotplug: true,
    tran: null,
    type: 'part',
    ro: false,
    pkname: 'sda',
    'maj:min': '8:1',
  };
  const mounts = parseMountinfo(
    '5 1 8:1 / /mnt/a\\040b rw - exfat /dev/sda1 rw\n6 1 8:1 /x /srv/x rw - exfat /dev/sda1 rw',
  );
  const parsed = (...rows: object[]) => parseLsblk(JSON.stringify({ blockdevices: rows }), mounts);

  test('becomes a disk and its parts, mount points from the kernel', () => {
    const [whole, part, ...rest] = parsed(disk, stick);
    expect(rest).toEqual([]);
    expect(whole).toMatchObject({ path: '/dev/sda', uuid: null, transport: 'usb', type: 'disk', parent: null });
    expect(whole).toMatchObject({ model: 'Portable SSD', serial: 'S1', hotplug: true, removable: false });
    expect(whole?.mountPoints).toEqual([]);
    expect(part).toMatchObject({ label: 'BACKUP', uuid: '1234-5678', fsType: 'exfat', size: '465.7G', parent: 'sda' });
    expect(part).toMatchObject({ removable: true, transport: null, type: 'part', readOnly: false });
    expect(part?.mountPoints).toEqual(['/mnt/a b', '/srv/x']);
  });

  test('is understood from old versions, which write "0" and "1"', () => {
    const [device] = parsed({ ...stick, rm: '1', hotplug: '0', ro: '1' });
    expect(device).toMatchObject({ removable: true, hotplug: false, readOnly: true });
  });

  test('names a device with two parents once', () => {
    expect(parsed(stick, { ...stick, pkname: 'sdb' })).toHaveLength(1);
  });

  test('may be nothing', () => {
    expect(parseLsblk('{}', [])).toEqual([]);
    expect(parsed({ name: 'x' })).toEqual([]);
  });
});

describe('what blkid says', () => {
  test('is read with every letter, space and quote of a label', () => {
    const text =
      'ID_FS_LABEL=M_ll_x\nID_FS_LABEL_ENC=Müll\\x20"\\x5cx\nID_FS_UUID=12-34\nID_FS_UUID_ENC=12-34\nID_FS_TYPE=vfat\n';
    expect(parseUdevFormat(text)).toEqual({ type: 'vfat', uuid: '12-34', label: 'Müll "\\x' });
    expect(parseUdevFormat('ID_FS_LABEL_ENC=gr\\xc3\\xbcn')).toMatchObject({ label: 'grün' });
  });

  test('may be nothing', () => {
    expect(parseUdevFormat('')).toEqual({ type: null, uuid: null, label: null });
  });
});
