import { describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { bindMount, tmpfs } from '../../../test/harness/filesystems.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { isReadOnly, parseMountinfo, readMounts } from './mountinfo.ts';

const stick = '36 35 98:0 /photos /mnt/stick rw,noatime master:1 shared:7 - ext3 /dev/root rw,errors=continue\n';

describe('a line of mountinfo', () => {
  test('gives every field, whatever optional ones stand between', () => {
    const expected = {
      id: 36,
      parentId: 35,
      device: '98:0',
      root: '/photos',
      mountPoint: '/mnt/stick',
      options: ['rw', 'noatime'],
      fsType: 'ext3',
      source: '/dev/root',
      superOptions: ['rw', 'errors=continue'],
    };
    expect(parseMountinfo(stick)).toEqual([expected]);
    expect(parseMountinfo(stick.replace(' master:1 shared:7', ''))).toEqual([expected]);
    expect(parseMountinfo(stick.replace('shared:7', 'shared:7 propagate_from:2 unbindable'))).toEqual([expected]);
  });

  test('says spaces, tabs, line ends and backslashes in names as octal numbers', () => {
    const [mount] = parseMountinfo('1 0 8:1 / /mnt/a\\040b\\011c\\012d\\134e rw - cifs //nas/my\\040share rw');
    expect(mount?.mountPoint).toBe('/mnt/a b\tc\nd\\e');
    expect(mount?.source).toBe('//nas/my share');
  });

  test('holds other letters as they are, and as octal numbers byte by byte', () => {
    expect(parseMountinfo('1 0 8:1 / /mnt/grün rw - vfat /dev/sda1 rw')[0]?.mountPoint).toBe('/mnt/grün');
    expect(parseMountinfo('1 0 8:1 / /mnt/gr\\303\\274n rw - vfat /dev/sda1 rw')[0]?.mountPoint).toBe('/mnt/grün');
    const bytes = Buffer.from('1 0 8:1 / /mnt/\xff rw - vfat /dev/sda1 rw', 'latin1');
    expect(parseMountinfo(bytes)[0]?.mountPoint).toBe('/mnt/\ufffd');
  });

  test('that is none is left out', () => {
    expect(parseMountinfo(`\nnonsense\n${stick}1 2 3\n - \n`)).toHaveLength(1);
    expect(parseMountinfo('')).toEqual([]);
  });
});

describe('read-only', () => {
  const withOptions = (own: string, filesystem: string) =>
    parseMountinfo(`1 0 8:1 / /mnt ${own} - ext4 /dev/sda1 ${filesystem}`).map(isReadOnly);

  test('is what either the mount or the filesystem says, also after an error', () => {
    expect(withOptions('rw,noatime', 'rw,errors=remount-ro')).toEqual([false]);
    expect(withOptions('ro', 'rw')).toEqual([true]);
    expect(withOptions('rw', 'ro')).toEqual([true]);
    expect(withOptions('rw', 'rw,emergency_ro')).toEqual([true]);
  });
});

describe('what is mounted now', () => {
  test('holds the root', () => {
    expect(readMounts().map((mount) => mount.mountPoint)).toContain('/');
  });

  test('holds a filesystem from the moment it is mounted to the moment it is not', () => {
    const fs = tmpfs({ size: '1m' });
    const here = () => readMounts().find((mount) => mount.mountPoint === fs.path);
    expect(here()).toMatchObject({ fsType: 'tmpfs', source: 'tmpfs', root: '/' });
    expect(here() && isReadOnly(here() as never)).toBe(false);
    fs.remount('ro');
    expect(here() && isReadOnly(here() as never)).toBe(true);
    fs.unmount();
    expect(here()).toBeUndefined();
  });

  test('is found under any name', () => {
    const strange = join(tempDir('names'), 'a b\tc\nd\\e 🗂 \\040');
    mkdirSync(strange);
    const fs = tmpfs({ size: '1m' });
    fs.mount(strange);
    expect(readMounts().map((mount) => mount.mountPoint)).toContain(strange);
  });
});

describe('inside a plain folder taken for the root', () => {
  /** Runs TypeScript in a bare chroot: what it stands on is in no line of mountinfo there. */
  const inChroot = (script: string): string => {
    const dir = tempDir('chroot');
    const house = join(import.meta.dir, '../../..');
    const shown = ['/usr', '/lib', '/lib64', '/proc', '/dev', house].filter((path) => existsSync(path));
    for (const path of shown) {
      bindMount(realpathSync(path), join(dir, path));
      if (path !== '/proc') spawnSync('mount', ['-o', 'remount,bind,ro', '--', join(dir, path)]);
    }
    for (const name of ['tmp', 'data/deep', 'usb']) mkdirSync(join(dir, name), { recursive: true });
    tmpfs({ size: '1m' }).mount(join(dir, 'usb'));
    const ran = spawnSync('chroot', [dir, process.execPath, '-e', script], { encoding: 'utf8' });
    expect(ran.stderr).toBe('');
    return ran.stdout.trim();
  };

  test('folders are told apart, and know their filesystem, all the same', () => {
    const said = inChroot(`
      const { readMounts } = await import('${import.meta.dir}/mountinfo.ts');
      const { overlaps, mountOf } = await import('${import.meta.dir}/locate.ts');
      const { filesystemOf } = await import('${import.meta.dir}/identity.ts');
      const mounts = readMounts();
      console.log(JSON.stringify({
        apart: overlaps('/data', '/usb', mounts),
        nested: overlaps('/data', '/data/deep', mounts),
        root: mountOf('/data', mounts).mountPoint,
        stick: mountOf('/usb', mounts).mountPoint,
        known: (await filesystemOf('/data')).id !== '',
        same: (await filesystemOf('/data')).id === (await filesystemOf('/tmp')).id,
        other: (await filesystemOf('/data')).id === (await filesystemOf('/usb')).id,
      }));`);
    expect(JSON.parse(said)).toEqual({
      apart: false,
      nested: true,
      root: '/',
      stick: '/usb',
      known: true,
      same: true,
      other: false,
    });
  });
});
