import type { DriveView, MountView, SpaceView } from '../../api/places.ts';
import { below, cleanPath, contains } from './paths.ts';

/** The configuration of a destination on this box, as jobs keep it. */
export type LocalConfig = Record<string, unknown>;

/** `465.8G`, as lsblk tells a size, in bytes; null for what it never tells. */
export function sizeBytes(size: string): number | null {
  const [, number, unit] = /^([\d.]+)([BKMGTPE])$/.exec(size) ?? [];
  return number === undefined || unit === undefined ? null : Number(number) * 1024 ** 'BKMGTPE'.indexOf(unit);
}

/** Why a drive cannot be chosen; `ready` when it can. */
export type DriveState = 'ready' | 'notMounted' | 'notAllowed' | 'readOnly' | 'away';

/** A drive as somebody may choose it. */
export interface DriveOffer {
  /** Of its filesystem, in small letters. */
  uuid: string;
  label: string | null;
  /** `500G`; null while it is away. */
  size: string | null;
  filesystem: string | null;
  /** Where it is mounted now, or was meant to be. */
  mountPoint: string | null;
  state: DriveState;
  holdsSource: boolean;
}

const text = (config: LocalConfig, name: string): string => {
  const value = config[name];
  return typeof value === 'string' ? value : '';
};
const sameId = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

export const uuidOf = (config: LocalConfig): string | null => text(config, 'usb_uuid').toLowerCase() || null;
export const mountPointOf = (config: LocalConfig): string => text(config, 'mount_point');
export const subdirOf = (config: LocalConfig): string => text(config, 'backup_subdir');

/** The folder a destination names: `mount_point/backup_subdir`; empty when it names none. */
export function pathOf(config: LocalConfig): string {
  const subdir = subdirOf(config);
  const base = mountPointOf(config);
  return subdir === '' ? base : `${base.replace(/\/$/, '')}/${subdir}`;
}

/** Everything a person may be told about the drives, those to choose first; the drive of `config` is always there. */
export function offersOf(seen: {
  drives: readonly DriveView[];
  mounts: readonly MountView[];
  allowed: readonly string[];
  sources: readonly string[];
  config: LocalConfig;
}): DriveOffer[] {
  const { drives, mounts, allowed, sources, config } = seen;
  const stateOf = (drive: DriveView): DriveState => {
    const at = drive.mountpoint;
    if (at === null) return 'notMounted';
    if (!allowed.some((root) => contains(root, at))) return 'notAllowed';
    const options = mounts.find((mount) => mount.mountpoint === at)?.options.split(',') ?? [];
    return options.includes('ro') ? 'readOnly' : 'ready';
  };
  const offers = drives.map((drive): DriveOffer => {
    const at = drive.mountpoint;
    return {
      uuid: drive.uuid.toLowerCase(),
      label: drive.label,
      size: drive.size,
      filesystem: drive.fstype,
      mountPoint: at,
      state: stateOf(drive),
      holdsSource: at !== null && sources.some((source) => contains(at, source)),
    };
  });
  const wanted = uuidOf(config);
  if (wanted !== null && !offers.some((offer) => offer.uuid === wanted))
    offers.push({
      uuid: wanted,
      label: null,
      size: null,
      filesystem: null,
      mountPoint: mountPointOf(config) || null,
      state: 'away',
      holdsSource: false,
    });
  const rank = (offer: DriveOffer) => (offer.state === 'ready' ? (offer.holdsSource ? 1 : 0) : 2);
  return offers.sort((a, b) => rank(a) - rank(b));
}

/** The drive to propose to somebody who chose nothing: one that can be written and holds nothing of the source. */
export const bestOffer = (offers: readonly DriveOffer[]): DriveOffer | undefined =>
  offers.find((offer) => offer.state === 'ready' && !offer.holdsSource);

/** Says what belongs to one place; all that a person set besides stays. */
const onlyOptions = (config: LocalConfig): LocalConfig => without(config, ['usb_uuid', 'usb_uuids']);

export function configOfDrive(config: LocalConfig, offer: DriveOffer, subdir: string): LocalConfig {
  const mount_point = offer.mountPoint ?? mountPointOf(config);
  const kept = uuidOf(config) === offer.uuid ? config : onlyOptions(config);
  return { ...kept, mount_point, backup_subdir: subdir, usb_uuid: offer.uuid };
}

/**
 * A folder by its path. On a drive or another mounted disk the mount point is named apart, so that nothing is ever
 * written to the empty folder an unmounted disk leaves behind.
 */
export function configOfFolder(
  config: LocalConfig,
  path: string,
  seen: { drives: readonly DriveView[]; mounts: readonly MountView[]; allowed: readonly string[] },
): LocalConfig {
  const rest = onlyOptions(config);
  const mount = seen.mounts
    .filter(({ mountpoint: at }) => contains(at, path) && seen.allowed.some((root) => contains(root, at)))
    .sort((a, b) => b.mountpoint.length - a.mountpoint.length)[0];
  if (!mount || mount.mountpoint === '/') return { ...withoutPlug(rest), mount_point: path, backup_subdir: '' };
  const drive = seen.drives.find((one) => one.mountpoint === mount.mountpoint);
  return {
    ...(drive ? rest : withoutPlug(rest)),
    mount_point: mount.mountpoint,
    backup_subdir: below(mount.mountpoint, path),
    ...(drive ? { usb_uuid: drive.uuid.toLowerCase() } : {}),
  };
}

/** What is done when a drive comes and goes makes no sense for a folder. */
const withoutPlug = (config: LocalConfig): LocalConfig =>
  without(config, ['auto_mount', 'auto_unmount', 'run_on_plug']);

const without = (config: LocalConfig, names: readonly string[]): LocalConfig =>
  Object.fromEntries(Object.entries(config).filter(([name]) => !names.includes(name)));

/** A folder on the drive as typed; null when it leads elsewhere. */
export function cleanSubdir(typed: string): string | null {
  if (typed.trim().startsWith('/')) return null;
  const path = cleanPath(`/${typed.trim()}`);
  return path === null || path.split('/')[1] === '.dynamight' ? null : path.slice(1);
}

/** Those of the sources that break together with the destination. */
export const sharingDisk = (
  place: Pick<SpaceView, 'disks'> | undefined,
  sources: readonly { path: string; space: Pick<SpaceView, 'disks'> | undefined }[],
): string[] =>
  sources.filter(({ space }) => space?.disks.some((disk) => place?.disks.includes(disk))).map(({ path }) => path);

/** Which drive came or went between two looks; by UUID. */
export function changesOf(before: readonly DriveOffer[], after: readonly DriveOffer[]) {
  const missing = (from: readonly DriveOffer[], offer: DriveOffer) =>
    !from.some((one) => sameId(one.uuid, offer.uuid) && one.state !== 'away');
  return {
    came: after.filter((offer) => offer.state !== 'away' && missing(before, offer)),
    went: before.filter((offer) => offer.state !== 'away' && missing(after, offer)),
  };
}
