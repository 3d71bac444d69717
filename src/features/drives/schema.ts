import { type Static, t } from 'elysia';

const driveBody = t.Object({
  name: t.String({ description: 'Kernel name, without /dev/' }),
  label: t.Union([t.String(), t.Null()]),
  uuid: t.String({ description: 'Of the filesystem, 4 to 36 characters' }),
  fstype: t.String(),
  size: t.String({ description: 'Short form of lsblk: 500G' }),
  mountpoint: t.Union([t.String(), t.Null()]),
});
export const drivesBody = t.Array(driveBody);

const mountBody = t.Object({
  device: t.String(),
  mountpoint: t.String(),
  fstype: t.String(),
  options: t.String({ description: 'Separated by commas' }),
});
export const mountsBody = t.Array(mountBody);

export type DriveView = Static<typeof driveBody>;
export type MountView = Static<typeof mountBody>;
