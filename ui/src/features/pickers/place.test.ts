import { describe, expect, test } from 'bun:test';
import {
  bestOffer,
  changesOf,
  cleanSubdir,
  configOfDrive,
  configOfFolder,
  type DriveOffer,
  offersOf,
  pathOf,
  sharingDisk,
  sizeBytes,
} from './place.ts';

const drive = (label: string, mountpoint: string | null, uuid = `${label}-ID`) => ({
  name: 'sdb1',
  label,
  uuid,
  fstype: 'exfat',
  size: '500G',
  mountpoint,
});
const mount = (mountpoint: string, options = 'rw,nosuid') => ({
  device: '/dev/sdb1',
  mountpoint,
  fstype: 'ext4',
  options,
});
const nothing = { drives: [], mounts: [], allowed: ['/mnt', '/home'], sources: [], config: {} };
const offers = (more: Partial<Parameters<typeof offersOf>[0]>) => offersOf({ ...nothing, ...more });
const first = (list: DriveOffer[]): DriveOffer => {
  const [one] = list;
  if (!one) throw new Error('no offer');
  return one;
};

describe('drives to choose from', () => {
  test('a drive that can be written comes first', () => {
    const seen = offers({
      drives: [
        drive('NEW', null),
        drive('ELSE', '/srv/else'),
        drive('LOCKED', '/mnt/locked'),
        drive('GOOD', '/mnt/good'),
      ],
      mounts: [mount('/mnt/locked', 'ro,nosuid'), mount('/mnt/good')],
    });
    expect(seen.map(({ label, state }) => [label, state])).toEqual([
      ['GOOD', 'ready'],
      ['NEW', 'notMounted'],
      ['ELSE', 'notAllowed'],
      ['LOCKED', 'readOnly'],
    ]);
  });

  test('the drive the source lies on is never proposed', () => {
    const seen = offers({
      drives: [drive('PHOTOS', '/mnt/photos'), drive('BACKUP', '/mnt/backup')],
      sources: ['/mnt/photos/2026'],
    });
    expect(seen.map(({ label }) => label)).toEqual(['BACKUP', 'PHOTOS']);
    expect(bestOffer(seen)?.label).toBe('BACKUP');
    expect(bestOffer(seen.slice(1))).toBeUndefined();
  });

  test('the drive of a saved backup stays in the list while it is unplugged', () => {
    const config = { mount_point: '/mnt/usb', backup_subdir: 'Backup', usb_uuid: '1234-ABCD' };
    expect(offers({ config })).toMatchObject([{ uuid: '1234-abcd', state: 'away', mountPoint: '/mnt/usb' }]);
    expect(offers({ config, drives: [drive('USB', '/mnt/usb', '1234-ABCD')] })).toHaveLength(1);
  });

  test('coming and going is noticed', () => {
    const before = offers({ drives: [drive('A', '/mnt/a')] });
    const after = offers({ drives: [drive('B', null)] });
    const { came, went } = changesOf(before, after);
    expect([came.map((one) => one.label), went.map((one) => one.label)]).toEqual([['B'], ['A']]);
  });
});

describe('the destination written down', () => {
  test('follows the drive, and keeps what else was set', () => {
    const offer = first(offers({ drives: [drive('USB', '/mnt/usb', '12-AB')] }));
    const config = configOfDrive({ mount_point: '/home/x', backup_subdir: '', auto_unmount: true }, offer, 'Backup');
    expect(config).toEqual({ mount_point: '/mnt/usb', backup_subdir: 'Backup', usb_uuid: '12-ab', auto_unmount: true });
    expect(pathOf(config)).toBe('/mnt/usb/Backup');
  });

  test('keeps the drives that take turns only as long as it is the same drive', () => {
    const rotating = { mount_point: '/mnt/usb', backup_subdir: '', usb_uuid: '12-ab', usb_uuids: ['12-ab', '34-cd'] };
    const [same, other] = [drive('A', '/mnt/usb', '12-AB'), drive('B', '/mnt/b', '99-FF')].map((one) =>
      first(offers({ drives: [one] })),
    ) as [DriveOffer, DriveOffer];
    expect(configOfDrive(rotating, same, 'x')['usb_uuids']).toEqual(['12-ab', '34-cd']);
    expect(configOfDrive(rotating, other, 'x')['usb_uuids']).toBeUndefined();
  });

  test('a folder on a drive is tied to the drive, so that an empty mount point is never filled', () => {
    const seen = { ...nothing, drives: [drive('USB', '/mnt/usb', '12-AB')], mounts: [mount('/'), mount('/mnt/usb')] };
    expect(configOfFolder({}, '/mnt/usb/a/b', seen)).toEqual({
      mount_point: '/mnt/usb',
      backup_subdir: 'a/b',
      usb_uuid: '12-ab',
    });
  });

  test('a folder on a built-in disk names the disk apart, one on the system disk only itself', () => {
    const seen = { ...nothing, mounts: [mount('/'), mount('/mnt/data'), mount('/opt')] };
    expect(configOfFolder({ usb_uuid: '12-ab', run_on_plug: true }, '/mnt/data/x', seen)).toEqual({
      mount_point: '/mnt/data',
      backup_subdir: 'x',
    });
    expect(configOfFolder({}, '/home/anna/copy', seen)).toEqual({ mount_point: '/home/anna/copy', backup_subdir: '' });
  });

  test.each([
    ['Backup', 'Backup'],
    [' a//b/ ', 'a/b'],
    ['', ''],
    ['/abs', null],
    ['../x', null],
    ['.dynamight/x', null],
  ])('the folder %p on a drive is %p', (typed, subdir) => {
    expect(cleanSubdir(typed)).toBe(subdir);
  });
});

test('sizes are told as drives are sold', () => {
  expect(sizeBytes('465.8G')).toBeCloseTo(500_148_935_065, -6);
  expect([sizeBytes('64M'), sizeBytes('0B'), sizeBytes('much')]).toEqual([67_108_864, 0, null]);
});

test('a place on the disk of the source is known for it', () => {
  const sources = [
    { path: '/home/anna', space: { disks: ['sda'] } },
    { path: '/mnt/photos', space: { disks: ['sdb'] } },
    { path: '/mnt/gone', space: undefined },
  ];
  expect(sharingDisk({ disks: ['sda'] }, sources)).toEqual(['/home/anna']);
  expect(sharingDisk({ disks: ['sdc'] }, sources)).toEqual([]);
  expect(sharingDisk(undefined, sources)).toEqual([]);
});
