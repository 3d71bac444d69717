import { describe, expect, test } from 'bun:test';
import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { bindMount, loopfs, tmpfs } from '../../../test/harness/filesystems.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { contains, mountOf, overlaps, regionsOf, shows } from './locate.ts';
import { parseMountinfo, readMounts } from './mountinfo.ts';
import { resolveExisting } from './resolve.ts';

/** `id parent device root mountPoint [type]`, one a line. */
const mountsFrom = (text: string) =>
  parseMountinfo(
    text
      .trim()
      .split('\n')
      .map((line) => {
        const [id, parent, device, root, mountPoint, type = 'ext4'] = line.trim().split(' ');
        return `${id} ${parent} ${device} ${root} ${mountPoint} rw - ${type} /dev/x rw`;
      })
      .join('\n'),
  );

describe('a folder contains', () => {
  test('itself and what is below it, not its neighbours with a longer name', () => {
    expect(contains('/a', '/a')).toBe(true);
    expect(contains('/a', '/a/b/c')).toBe(true);
    expect(contains('/', '/a')).toBe(true);
    expect(contains('/a', '/ab')).toBe(false);
    expect(contains('/a/b', '/a')).toBe(false);
  });
});

describe('the mount a path is on', () => {
  const mounts = mountsFrom(`
    1 0 8:1 / /
    2 1 8:2 / /mnt
    3 2 8:3 / /mnt/usb
    4 1 8:4 / /mnt-other`);
  const idOf = (path: string, list = mounts) => mountOf(path, list).id;

  test('is the nearest one above it', () => {
    expect(
      ['/', '/home', '/mnt', '/mnt/x', '/mnt/usb', '/mnt/usb/a/b', '/mnt/usbx', '/mnt-other', '/mnt-o'].map((path) =>
        idOf(path),
      ),
    ).toEqual([1, 1, 2, 2, 3, 3, 2, 4, 1]);
  });

  test('is the last of several on one folder', () => {
    expect(idOf('/mnt/usb/a', [...mounts, ...mountsFrom('5 3 8:5 / /mnt/usb')])).toBe(5);
  });

  test('is the one that covers, not one that is covered by a later mount further up', () => {
    const covered = [...mounts, ...mountsFrom('5 2 8:5 / /mnt')];
    expect(idOf('/mnt/usb/a', covered)).toBe(5);
    expect(idOf('/mnt/usb/a', [...covered, ...mountsFrom('6 5 8:6 / /mnt/usb')])).toBe(6);
  });

  test('does not depend on the order of the list, and may be the only one', () => {
    expect(idOf('/mnt/usb/a', mounts.toReversed())).toBe(3);
    expect(idOf('/a', mountsFrom('7 6 0:1 / /'))).toBe(7);
  });

  test('is an error when nothing is mounted there at all', () => {
    expect(() => mountOf('/a', [])).toThrow('No mounted filesystem holds /a');
  });
});

describe('the parts of filesystems below a path', () => {
  test('are its own and those of the mounts below, as their filesystems name them', () => {
    const mounts = mountsFrom(`
      1 0 8:1 / /
      2 1 8:2 /@home /home btrfs
      3 2 8:3 / /home/u/usb
      4 2 8:1 /srv/data /home/u/data
      5 1 8:3 /photos /photos`);
    expect(regionsOf('/home/u', mounts)).toEqual([
      { device: '8:2', path: '/@home/u' },
      { device: '8:3', path: '/' },
      { device: '8:1', path: '/srv/data' },
    ]);
    expect(regionsOf('/photos/2026', mounts)).toEqual([{ device: '8:3', path: '/photos/2026' }]);
    expect(regionsOf('/home/u/data', mounts)).toEqual([{ device: '8:1', path: '/srv/data' }]);
  });

  test('leave out what is covered, and what only shows the kernel', () => {
    const mounts = mountsFrom(`
      1 0 8:1 / /
      2 1 8:2 / /a/b
      3 1 0:5 / /a/proc proc
      4 1 8:4 / /a`);
    expect(regionsOf('/a', mounts)).toEqual([{ device: '8:4', path: '/' }]);
    expect(regionsOf('/', mounts)).toEqual([
      { device: '8:1', path: '/' },
      { device: '8:4', path: '/' },
    ]);
  });
});

describe('two trees that have nothing to do with each other', () => {
  test('do not overlap, however alike their names are', () => {
    const dir = tempDir('apart');
    for (const name of ['a', 'ab', 'A', 'a b']) mkdirSync(join(dir, name));
    const mounts = readMounts();
    for (const other of ['ab', 'A', 'a b', 'new', 'a.new']) {
      expect(overlaps(join(dir, 'a'), join(dir, other), mounts)).toBe(false);
    }
  });

  test('do not overlap for lying at the same place of two filesystems', () => {
    const [one, two] = [tmpfs({ size: '1m' }), tmpfs({ size: '1m' })];
    expect(overlaps(one.path, two.path, readMounts())).toBe(false);
    expect(overlaps(join(one.path, 'a'), join(two.path, 'a/b'), readMounts())).toBe(false);
  });

  test('do not overlap because each has /proc mounted in it', () => {
    const dir = tempDir('chroots');
    for (const name of ['a', 'b']) bindMount('/proc', join(dir, name, 'proc'));
    expect(overlaps(join(dir, 'a'), join(dir, 'b'), readMounts())).toBe(false);
  });
});

describe('two trees overlap', () => {
  const dir = tempDir('overlap');
  for (const path of ['src/sub/deep', 'dst/backup', 'views']) mkdirSync(join(dir, path), { recursive: true });
  const [src, dst, views] = [join(dir, 'src'), join(dir, 'dst'), join(dir, 'views')];
  /** Looked at from both sides, links resolved as callers do. */
  const overlap = (a: string, b: string): boolean => {
    const mounts = readMounts();
    const [realA, realB] = [resolveExisting(a), resolveExisting(b)];
    const found = overlaps(realA, realB, mounts);
    expect(overlaps(realB, realA, mounts)).toBe(found);
    return found;
  };

  test('when they are one, or one lies in the other, there already or not', () => {
    expect(overlap(src, src)).toBe(true);
    expect(overlap(src, join(src, 'sub/deep'))).toBe(true);
    expect(overlap(src, join(src, 'to/be/made'))).toBe(true);
    expect(overlap('/', dst)).toBe(true);
    expect(overlap(src, dst)).toBe(false);
  });

  test('by "..": said elsewhere, meant inside', () => {
    expect(overlap(src, `${dst}/../src/sub`)).toBe(true);
    expect(overlap(src, `${dst}/new/../../src/new`)).toBe(true);
    expect(overlap(src, `${src}/../dst`)).toBe(false);
  });

  test('by a link, also to a folder that is still to be made', () => {
    symlinkSync(join(src, 'sub'), join(views, 'link'));
    symlinkSync('../src/later', join(views, 'dangling'));
    expect(overlap(src, join(views, 'link/new'))).toBe(true);
    expect(overlap(src, join(views, 'dangling/new'))).toBe(true);
    expect(overlap(join(src, 'sub/deep'), join(views, 'link'))).toBe(true);
  });

  test('by a bind mount that shows the one somewhere else', () => {
    const end = bindMount(src, join(views, 'all'));
    expect(overlap(src, join(views, 'all'))).toBe(true);
    expect(overlap(src, join(views, 'all/new/folder'))).toBe(true);
    expect(overlap(join(views, 'all/sub'), join(src, 'sub/deep'))).toBe(true);
    expect(overlap(join(views, 'all/sub'), join(src, 'other'))).toBe(false);
    end();
    expect(overlap(src, join(views, 'all'))).toBe(false);
  });

  test('one shows the other, from outside in, under whatever name that has', () => {
    const end = bindMount(join(src, 'sub'), join(views, 'shown'));
    const seen = (outer: string, inner: string) => shows(outer, inner, readMounts());
    expect([seen(src, join(src, 'sub')), seen(src, join(views, 'shown/deep')), seen(src, src)]).toEqual([
      true,
      true,
      true,
    ]);
    expect([seen(join(views, 'shown'), src), seen(join(src, 'sub/deep'), join(views, 'shown'))]).toEqual([
      false,
      false,
    ]);
    expect(seen(views, join(src, 'sub/deep'))).toBe(true);
    end();
    expect([seen(src, join(views, 'shown')), seen(views, join(src, 'sub'))]).toEqual([false, false]);
  });

  test('by a bind mount of a part, or of a bind mount', () => {
    bindMount(join(src, 'sub'), join(views, 'part'));
    bindMount(join(views, 'part', 'deep'), join(views, 'part-of-part'));
    expect(overlap(src, join(views, 'part'))).toBe(true);
    expect(overlap(src, join(views, 'part-of-part'))).toBe(true);
    expect(overlap(dst, join(views, 'part'))).toBe(false);
  });

  test('by a bind mount inside the source that shows the destination, a part of it, or what it lies in', () => {
    for (const shown of [dst, join(dst, 'backup'), dir]) {
      const end = bindMount(shown, join(src, 'seen'));
      expect(overlap(src, join(dst, 'backup'))).toBe(true);
      end();
      expect(overlap(src, join(dst, 'backup'))).toBe(false);
    }
  });

  test('by a drive mounted in the source and somewhere else', () => {
    const drive = loopfs({ sizeMiB: 16, type: 'ext4' });
    mkdirSync(join(drive.path, 'photos'));
    const end = bindMount(join(drive.path, 'photos'), join(src, 'photos'));
    expect(overlap(src, join(drive.path, 'photos/new'))).toBe(true);
    expect(overlap(src, drive.path)).toBe(true);
    expect(overlap(src, join(drive.path, 'music'))).toBe(false);
    end();
    expect(overlap(src, drive.path)).toBe(false);
  });

  test('by a subvolume, which is the same filesystem under another root', () => {
    const drive = loopfs({ sizeMiB: 128, type: 'btrfs' });
    const made = Bun.spawnSync(['btrfs', 'subvolume', 'create', join(drive.path, 'vol')]);
    expect(made.exitCode).toBe(0);
    const end = bindMount(join(drive.path, 'vol'), join(views, 'vol'));
    expect(overlap(join(drive.path, 'vol'), join(views, 'vol/new'))).toBe(true);
    expect(overlap(drive.path, join(views, 'vol'))).toBe(true);
    expect(overlap(join(drive.path, 'else'), join(views, 'vol'))).toBe(false);
    end();
  });

  test('by another spelling, where the filesystem takes it for the same', () => {
    const drive = loopfs({ sizeMiB: 16, type: 'exfat' });
    mkdirSync(join(drive.path, 'Photos/2026'), { recursive: true });
    mkdirSync(join(drive.path, 'Music'));
    expect(overlap(join(drive.path, 'Photos'), join(drive.path, 'photos'))).toBe(true);
    expect(overlap(join(drive.path, 'Photos'), join(drive.path, 'PHOTOS/2026/new'))).toBe(true);
    expect(overlap(join(drive.path, 'Photos'), join(drive.path, 'music'))).toBe(false);
  });

  test('no longer, when another filesystem covers the place', () => {
    const end = bindMount(src, join(views, 'covered'));
    expect(overlap(src, join(views, 'covered'))).toBe(true);
    const cover = tmpfs({ size: '1m' });
    cover.mount(join(views, 'covered'));
    expect(overlap(src, join(views, 'covered'))).toBe(false);
    cover.unmount();
    end();
  });
});

test('the mount found for a real path is the one the kernel names', async () => {
  const drive = loopfs({ sizeMiB: 16, type: 'ext4' });
  for (const path of ['/', '/proc', '/dev', realpathSync(drive.path), import.meta.dir]) {
    const said = Bun.spawnSync(['findmnt', '-n', '-o', 'TARGET', '-T', path]).stdout.toString().trim();
    expect(mountOf(realpathSync(path), readMounts()).mountPoint).toBe(said);
  }
});
