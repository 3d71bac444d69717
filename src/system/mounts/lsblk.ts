import { readFileSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { runCommand } from '../process/run.ts';
import type { ToolMissingError } from '../process/tools.ts';
import { type Mount, readMounts } from './mountinfo.ts';
import { probeSuperblock } from './probe.ts';

/** A disk, partition or what is made of them, as lsblk shows it. */
export interface BlockDevice {
  /** `sda1` */
  name: string;
  /** `/dev/sda1` */
  path: string;
  label: string | null;
  uuid: string | null;
  fsType: string | null;
  /** lsblk's short form: `500G`, `7.5G`. */
  size: string;
  sizeBytes: number;
  mountPoints: string[];
  removable: boolean;
  hotplug: boolean;
  /** `usb`, `sata`, `nvme`, `mmc` … */
  transport: string | null;
  /** `disk`, `part`, `crypt`, `loop`, `rom` … */
  type: string;
  readOnly: boolean;
  model: string | null;
  serial: string | null;
  /** Name of the device this one is a part of. */
  parent: string | null;
}

export interface BlockDevices {
  devices: BlockDevice[];
  /** Why the list is empty; null when it is what the machine has. */
  problem: ToolMissingError | Error | null;
}

const columns = 'NAME,KNAME,PATH,LABEL,UUID,FSTYPE,SIZE,RM,HOTPLUG,TRAN,TYPE,RO,MODEL,SERIAL,PKNAME,MAJ:MIN';
const timeoutMs = 15_000;

/** All block devices that have a size, parents before their parts. Never rejects: `problem` says what went wrong. */
export async function listBlockDevices(): Promise<BlockDevices> {
  try {
    // in the C locale lsblk writes \x escapes for every letter beyond ASCII
    const said = await runCommand(['lsblk', '--json', '--list', '--output', columns], {
      timeoutMs,
      maxBytes: 16 * 1024 * 1024,
      env: { LC_ALL: 'C.UTF-8' },
    });
    if (said.code !== 0) throw new Error(`lsblk failed: ${said.stderr.trim()}`);
    const devices = parseLsblk(said.stdout, readMounts());
    return { devices: await withoutUdev(devices), problem: null };
  } catch (error) {
    return { devices: [], problem: error instanceof Error ? error : new Error(String(error)) };
  }
}

type Row = Record<string, unknown>;

/** From `lsblk --json --list`; older ones write booleans as "0" and "1". Mount points come from the kernel's own list. */
export function parseLsblk(json: string, mounts: readonly Mount[]): BlockDevice[] {
  const rows = (JSON.parse(json) as { blockdevices?: Row[] }).blockdevices ?? [];
  const seen = new Set<string>();
  return rows.flatMap((row) => {
    const text = (column: string) => {
      const value = row[column];
      return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
    };
    const yes = (column: string) => row[column] === true || row[column] === '1';
    const name = text('name');
    const path = text('path');
    // a device with two parents (RAID, LVM) is listed once for each
    if (name === null || path === null || seen.has(name)) return [];
    seen.add(name);
    return {
      name,
      path,
      label: text('label'),
      uuid: text('uuid'),
      fsType: text('fstype'),
      size: text('size') ?? '0B',
      sizeBytes: sectorsOf(text('kname') ?? name) * 512,
      mountPoints: mounts
        .filter((mount) => mount.device === text('maj:min') || mount.source === path)
        .map((mount) => mount.mountPoint),
      removable: yes('rm'),
      hotplug: yes('hotplug'),
      transport: text('tran'),
      type: text('type') ?? 'disk',
      readOnly: yes('ro'),
      model: text('model'),
      serial: text('serial'),
      parent: text('pkname'),
    };
  });
}

/** sysfs counts in units of 512 bytes whatever the device's own sectors are. */
function sectorsOf(kernelName: string): number {
  try {
    return Number(readFileSync(`/sys/class/block/${kernelName.replaceAll('/', '!')}/size`, 'latin1'));
  } catch {
    return 0;
  }
}

/** lsblk knows filesystems from udev's notes. Where udev does not run, blkid reads the devices themselves. */
async function withoutUdev(devices: BlockDevice[]): Promise<BlockDevice[]> {
  if (
    await access('/run/udev/data').then(
      () => true,
      () => false,
    )
  )
    return devices;
  return await Promise.all(devices.map(probed));
}

async function probed(device: BlockDevice): Promise<BlockDevice> {
  if (device.fsType !== null || device.sizeBytes === 0) return device;
  const { type, uuid, label } = await probeSuperblock(device.path);
  return { ...device, fsType: type, uuid, label };
}
