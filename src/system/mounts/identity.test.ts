import { describe, expect, test } from 'bun:test';
import { closeSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bindMount, loopfs, tmpfs } from '../../../test/harness/filesystems.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { filesystemOf } from './identity.ts';
import { deviceNumber } from './mountinfo.ts';

describe('a filesystem on a drive', () => {
  for (const type of ['ext4', 'exfat', 'btrfs'] as const) {
    test(`is known by its UUID (${type})`, async () => {
      const drive = loopfs({ sizeMiB: type === 'btrfs' ? 128 : 16, type });
      mkdirSync(join(drive.path, 'a/b'), { recursive: true });
      const uuid = drive.uuid as string;
      expect(uuid).not.toBeEmpty();
      expect(await filesystemOf(drive.path)).toMatchObject({
        id: uuid,
        uuid,
        fsType: type,
        source: drive.device,
        readOnly: false,
      });
      expect((await filesystemOf(join(drive.path, 'a/b'))).id).toBe(uuid);
    });
  }

  test('keeps its identity when it comes back elsewhere under another device name', async () => {
    const drive = loopfs({ sizeMiB: 16, type: 'ext4' });
    const before = await filesystemOf(drive.path);
    const held = openSync(drive.path, 'r');
    drive.unmount();
    drive.mount(join(tempDir('elsewhere'), 'mnt'));
    const after = await filesystemOf(drive.path);
    closeSync(held);
    expect(after.device).not.toBe(before.device);
    expect(after.source).not.toBe(before.source);
    expect(after.id).toBe(before.id);
  });

  test('is told from another one at the same place', async () => {
    const [one, two] = [loopfs({ sizeMiB: 16, type: 'ext4' }), loopfs({ sizeMiB: 16, type: 'ext4' })];
    const { path } = one;
    const first = await filesystemOf(path);
    one.unmount();
    const beneath = await filesystemOf(path);
    two.mount(path);
    const second = await filesystemOf(path);
    expect(new Set([first.id, beneath.id, second.id]).size).toBe(3);
    expect(beneath.id).toBe((await filesystemOf('/tmp')).id);
  });

  test('is the same through a bind mount, a link, a subvolume, a file', async () => {
    const drive = loopfs({ sizeMiB: 128, type: 'btrfs' });
    expect(Bun.spawnSync(['btrfs', 'subvolume', 'create', join(drive.path, 'vol')]).exitCode).toBe(0);
    const dir = tempDir('views');
    bindMount(join(drive.path, 'vol'), join(dir, 'bound'));
    symlinkSync(join(drive.path, 'vol'), join(dir, 'link'));
    writeFileSync(join(drive.path, 'vol/file'), 'x');
    for (const path of [join(drive.path, 'vol'), join(dir, 'bound'), join(dir, 'link'), join(dir, 'link/file')]) {
      expect(await filesystemOf(path)).toMatchObject({
        id: drive.uuid as string,
        fsType: 'btrfs',
        source: drive.device,
      });
    }
  });

  test('says when it can only be read, as a whole or through one mount', async () => {
    const drive = loopfs({ sizeMiB: 16, type: 'ext4' });
    mkdirSync(join(drive.path, 'a'));
    drive.remount('ro');
    expect((await filesystemOf(drive.path)).readOnly).toBe(true);
    drive.remount('rw');
    const dir = join(tempDir('views'), 'ro');
    bindMount(join(drive.path, 'a'), dir);
    expect(Bun.spawnSync(['mount', '-o', 'remount,bind,ro', dir]).exitCode).toBe(0);
    expect((await filesystemOf(dir)).readOnly).toBe(true);
    expect((await filesystemOf(drive.path)).readOnly).toBe(false);
  });
});

describe('an open handle', () => {
  test('names the filesystem it holds, not what covers the path by now', async () => {
    const drive = loopfs({ sizeMiB: 16, type: 'ext4' });
    const handle = openSync(drive.path, 'r');
    const cover = tmpfs({ size: '1m' });
    cover.mount(drive.path);
    expect((await filesystemOf(drive.path)).fsType).toBe('tmpfs');
    expect((await filesystemOf(`/proc/self/fd/${handle}`)).id).toBe(drive.uuid as string);
    cover.unmount();
    closeSync(handle);
  });

  test('on a drive that was unmounted under it is an error, not another filesystem', async () => {
    const drive = loopfs({ sizeMiB: 16, type: 'ext4' });
    const handle = openSync(drive.path, 'r');
    drive.unmount();
    expect(filesystemOf(`/proc/self/fd/${handle}`)).rejects.toThrow('is not mounted any more');
    closeSync(handle);
  });
});

describe('a filesystem without a UUID', () => {
  test('is known by its number, and told from its like', async () => {
    const [one, two] = [tmpfs({ size: '1m' }), tmpfs({ size: '1m' })];
    const first = await filesystemOf(one.path);
    expect(first).toMatchObject({ uuid: null, fsType: 'tmpfs', source: 'tmpfs' });
    expect(first.id).toMatch(/^fsid:[0-9a-f]+$/);
    expect((await filesystemOf(two.path)).id).not.toBe(first.id);
    expect((await filesystemOf(one.path)).id).toBe(first.id);
  });

  test('and without a number is known by what is mounted', async () => {
    const zero = Bun.spawnSync(['stat', '-f', '-c', '%i', '/sys/fs/cgroup']).stdout.toString().trim();
    const { id } = await filesystemOf('/sys/fs/cgroup');
    expect(id).toBe(/^0+$/.test(zero) ? 'mount:tmpfs:tmpfs' : `fsid:${zero}`);
  });
});

describe('asking where nothing is', () => {
  test('is the system’s error', () => {
    expect(filesystemOf('/no/such/path')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('starts nothing: a pipe is not waited for', async () => {
    const pipe = join(tempDir('pipe'), 'fifo');
    expect(Bun.spawnSync(['mkfifo', pipe]).exitCode).toBe(0);
    expect((await filesystemOf(pipe)).id).toBe((await filesystemOf('/tmp')).id);
  });
});

test('a device number is written as the kernel writes it, also beyond 255', () => {
  // makedev(3): minor's upper bits lie above major
  expect(deviceNumber({ rdev: 0x0801 })).toBe('8:1');
  expect(deviceNumber({ rdev: 0x1001_0303 })).toBe('259:65539');
  expect(deviceNumber({ rdev: 0xfff00 })).toBe('4095:0');
});
