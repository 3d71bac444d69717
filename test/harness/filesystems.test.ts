import { afterAll, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMounts } from '../../src/system/mounts/mountinfo.ts';
import { bindMount, loopfs, shutdownFs, type TestFilesystem, tmpfs } from './filesystems.ts';
import { eventually } from './processes.ts';
import { tempDir } from './temp.ts';

const mountedAt = (path: string) => readMounts().filter((mount) => mount.mountPoint.startsWith(path));
const attached = (device: string) =>
  Bun.spawnSync(['losetup', '--noheadings', '-O', 'BACK-FILE', device]).stdout.toString();

const leftBehind: TestFilesystem[] = [];
afterAll(async () => {
  // hooks run in the order they were made: at this point the tests' own have run
  for (const fs of leftBehind) expect(mountedAt(fs.path)).toEqual([]);
  await eventually('loop devices are freed', () =>
    leftBehind.every((fs) => !attached(fs.device).includes('dynamight-')),
  );
});

describe('a filesystem made for a test', () => {
  for (const type of ['ext4', 'exfat', 'btrfs'] as const) {
    test(`is a real one (${type}), and is gone after it`, () => {
      const fs = loopfs({ sizeMiB: type === 'btrfs' ? 128 : 16, type });
      leftBehind.push(fs);
      writeFileSync(join(fs.path, 'file'), 'x');
      expect(existsSync(fs.device)).toBe(true);
      expect(mountedAt(fs.path)).toHaveLength(1);
    });
  }

  test('can be pulled and plugged in again, here or elsewhere, with its files', () => {
    const fs = loopfs({ sizeMiB: 16, type: 'ext4' });
    const here = fs.path;
    writeFileSync(join(here, 'file'), 'x');
    fs.unmount();
    fs.unmount();
    expect(existsSync(join(here, 'file'))).toBe(false);
    fs.mount(join(tempDir('elsewhere'), 'mnt'));
    expect(fs.path).not.toBe(here);
    expect(readFileSync(join(fs.path, 'file'), 'utf8')).toBe('x');
  });

  test('can be full, of bytes or of files', () => {
    const small = tmpfs({ size: '1m', nrInodes: 3 });
    expect(() => writeFileSync(join(small.path, 'big'), Buffer.alloc(2_000_000))).toThrow('ENOSPC');
    writeFileSync(join(small.path, 'second'), '');
    expect(() => writeFileSync(join(small.path, 'third'), '')).toThrow('ENOSPC');
  });

  test('can become read-only', () => {
    const fs = loopfs({ sizeMiB: 16, type: 'ext4', options: 'noatime' });
    expect(mountedAt(fs.path)[0]?.options).toContain('noatime');
    fs.remount('ro');
    expect(() => writeFileSync(join(fs.path, 'file'), '')).toThrow('EROFS');
    fs.remount('rw');
    writeFileSync(join(fs.path, 'file'), '');
  });

  test('on exFAT is one that knows no case and no links', () => {
    const fs = loopfs({ sizeMiB: 16, type: 'exfat' });
    writeFileSync(join(fs.path, 'File'), 'x');
    expect(readFileSync(join(fs.path, 'fILE'), 'utf8')).toBe('x');
    expect(Bun.spawnSync(['ln', '-s', 'File', join(fs.path, 'link')]).exitCode).not.toBe(0);
  });
});

describe('a pulled plug', () => {
  test('fails every access from then on, and loses what was not flushed', () => {
    const fs = loopfs({ sizeMiB: 32, type: 'ext4' });
    writeFileSync(join(fs.path, 'file'), 'x'.repeat(100_000));
    shutdownFs(fs.path);
    expect(() => writeFileSync(join(fs.path, 'other'), 'x')).toThrow('EIO');
    fs.unmount();
    fs.mount();
    expect(existsSync(join(fs.path, 'other'))).toBe(false);
    const size = existsSync(join(fs.path, 'file')) ? readFileSync(join(fs.path, 'file')).length : 0;
    expect(size).toBe(0);
  });

  test('is refused for anything not made here', () => {
    expect(() => shutdownFs('/')).toThrow('was not mounted by this test');
    expect(() => shutdownFs(tempDir('plain'))).toThrow('was not mounted by this test');
  });
});

test('what is bound is seen at both places, until it is ended', () => {
  const dir = tempDir('bind');
  mkdirSync(join(dir, 'a'));
  const end = bindMount(join(dir, 'a'), join(dir, 'b'));
  writeFileSync(join(dir, 'b/file'), 'x');
  expect(existsSync(join(dir, 'a/file'))).toBe(true);
  end();
  end();
  expect(existsSync(join(dir, 'b/file'))).toBe(false);
});

test('a temporary folder is removed without what was mounted in it', () => {
  const kept = tempDir('kept');
  writeFileSync(join(kept, 'file'), 'x');
  const script = `
    import { test } from 'bun:test';
    import { mkdirSync } from 'node:fs';
    import { tempDir } from ${JSON.stringify(join(import.meta.dir, 'temp.ts'))};
    const dir = tempDir('outer');
    test('leaves a mount behind', () => {
      mkdirSync(dir + '/mnt');
      Bun.spawnSync(['mount', '--bind', ${JSON.stringify(kept)}, dir + '/mnt']);
      console.log('dir=' + dir);
    });
  `;
  const file = join(tempDir('script'), 'leave.test.ts');
  writeFileSync(file, script);
  const ran = Bun.spawnSync([process.execPath, 'test', file], { cwd: join(file, '..') });
  const dir = /dir=(\S+)/.exec(ran.stdout.toString())?.[1] ?? '';
  expect(dir).not.toBe('');
  expect(existsSync(dir)).toBe(false);
  expect(readFileSync(join(kept, 'file'), 'utf8')).toBe('x');
});
