import { AppError } from '../../core/errors.ts';
import type { BlockDevices } from '../../system/mounts/lsblk.ts';
import type { Mount } from '../../system/mounts/mountinfo.ts';
import type { DriveView, MountView } from './schema.ts';
import { optionsOf, selectDrives, selectMounts } from './select.ts';

export interface DrivesService {
  /** Throws unavailable when the machine's devices cannot be listed. */
  list(): Promise<DriveView[]>;
  mounts(): MountView[];
}

export interface DrivesDeps {
  listBlockDevices(): Promise<BlockDevices>;
  readMounts(): Mount[];
  /** Loop devices count as drives (tests, images). */
  allowLoop: boolean;
}

export function createDrivesService({ listBlockDevices, readMounts, allowLoop }: DrivesDeps): DrivesService {
  return {
    async list() {
      const { devices, problem } = await listBlockDevices();
      if (problem instanceof AppError) throw problem; // a missing tool says itself how to get it
      if (problem)
        throw new AppError('unavailable', `The drives of this machine cannot be listed: ${problem.message}`, {
          cause: problem,
        });
      return selectDrives(devices, allowLoop).map((device) => ({
        name: device.name,
        label: device.label,
        uuid: device.uuid ?? '',
        fstype: device.fsType ?? '',
        size: device.size,
        mountpoint: device.mountPoints[0] ?? null,
      }));
    },
    mounts: () =>
      selectMounts(readMounts()).map((mount) => ({
        device: mount.source,
        mountpoint: mount.mountPoint,
        fstype: mount.fsType,
        options: optionsOf(mount),
      })),
  };
}
