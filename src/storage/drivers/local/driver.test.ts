import { afterAll, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loopfs } from '../../../../test/harness/filesystems.ts';
import { tempDir } from '../../../../test/harness/temp.ts';
import { buildTree } from '../../../../test/harness/trees.ts';
import { failureOf, get, namesIn, put, sampleContent } from '../../checks/context.ts';
import type { StorageError } from '../../errors.ts';
import { createLocalDriver } from './driver.ts';
import { localConfig } from './schema.ts';

const { signal } = new AbortController();
const driverOn = (mountPoint: string, subfolder = '') =>
  createLocalDriver(localConfig.parse({ mount_point: mountPoint, backup_subdir: subfolder }, 'destination_config'));
const codeOf = async (work: Promise<unknown>) => ((await failureOf(work)) as StorageError | null)?.code ?? null;

describe('a link', () => {
  const outside = tempDir('outside');
  const root = tempDir('links');
  writeFileSync(join(outside, 'secret'), 'secret');
  buildTree(root, { file: 'x', 'to-file': { symlink: join(outside, 'secret') }, 'to-folder': { symlink: outside } });
  const driver = driverOn(root);
  afterAll(() => driver.close());

  test('is told as what it is', async () => {
    const kinds = (await driver.list('', signal)).map(({ path, kind }) => `${path} ${kind}`).sort();
    expect(kinds).toEqual(['file file', 'to-file other', 'to-folder other']);
    expect((await driver.stat('to-folder', signal))?.kind).toBe('other');
    expect(await driver.stat('to-folder/secret', signal)).toBe(null);
  });

  test('is never followed: nothing behind it is read, written, listed, moved or removed', async () => {
    const works = [
      () => driver.read('to-file', {}, signal),
      () => driver.read('to-folder/secret', {}, signal),
      () => driver.list('to-folder', signal),
      () => put({ driver, signal }, 'to-file', 'new'),
      () => put({ driver, signal }, 'to-folder/new', 'new'),
      () => driver.makeFolder('to-folder/new', signal),
      () => driver.move('file', 'to-folder/moved', signal),
      () => driver.move('to-file', 'moved', signal),
    ];
    for (const work of works) expect(await codeOf(work())).not.toBe(null);
    await driver.remove('to-folder/secret', signal);
    expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('secret');
    expect(readdirSync(outside)).toEqual(['secret']);
    expect(readdirSync(root).sort()).toEqual(['file', 'to-file', 'to-folder']);
  });
});

test('a pipe or a device under a name holds nobody up', async () => {
  const root = tempDir('pipes');
  buildTree(root, { pipe: { fifo: true } });
  const driver = driverOn(root);
  expect((await driver.list('', signal)).map(({ kind }) => kind)).toEqual(['other']);
  expect(await codeOf(driver.read('pipe', {}, signal))).toBe('not_found');
  expect(await codeOf(put({ driver, signal }, 'pipe', 'x'))).toBe('exists');
  await driver.close();
});

test('a folder with a name that is no text is refused, and it is said which', async () => {
  const root = tempDir('bytes');
  buildTree(root, [[Buffer.from([0x61, 0xff]), 'x']]);
  const driver = driverOn(root);
  const error = (await failureOf(driver.list('', signal))) as StorageError;
  expect([error.code, error.message]).toEqual(['name', expect.stringContaining('a\\\\xff')]);
  await driver.close();
});

test('what a dead process left on its way is not shown, and keeps no folder', async () => {
  const root = tempDir('litter');
  mkdirSync(join(root, 'folder'));
  writeFileSync(join(root, 'folder/.dynamight-0123456789abcdef.part'), 'half');
  const driver = driverOn(root);
  expect(await namesIn({ driver, signal }, 'folder')).toEqual([]);
  await driver.removeFolder('folder', signal);
  expect(existsSync(join(root, 'folder'))).toBe(false);
  expect(await codeOf(put({ driver, signal }, '.dynamight-0123456789abcdef.part', 'x'))).toBe('name');
  await driver.close();
});

test('the time of change is kept to the nanosecond, before 1970 too', async () => {
  const root = tempDir('times');
  const driver = driverOn(root);
  for (const mtimeNs of [1_767_578_400_123_456_789n, 1n, -1n, -1_500_000_000n]) {
    expect((await put({ driver, signal }, 'file', 'x', { mtimeNs })).mtimeNs).toBe(mtimeNs);
    expect(statSync(join(root, 'file'), { bigint: true }).mtimeNs).toBe(mtimeNs);
  }
  await driver.close();
});

test('the folder on a drive is made when asked for, the mount point never', async () => {
  const root = tempDir('roots');
  const driver = driverOn(root, 'a/b');
  expect(await codeOf(put({ driver, signal }, 'file', 'x'))).toBe('no_root');
  expect(readdirSync(root)).toEqual([]);
  await driver.makeFolder('', signal);
  await put({ driver, signal }, 'file', 'x');
  expect(readFileSync(join(root, 'a/b/file'), 'utf8')).toBe('x');
  await driver.close();
  const missing = driverOn(join(root, 'unplugged'), 'a');
  expect(await codeOf(missing.makeFolder('', signal))).toBe('no_root');
  expect(existsSync(join(root, 'unplugged'))).toBe(false);
});

test('a root that is a link out of the drive is no root', async () => {
  const root = tempDir('escape');
  symlinkSync(tempDir('elsewhere'), join(root, 'backup'));
  const driver = driverOn(root, 'backup');
  expect(await codeOf(driver.list('', signal))).toBe('no_root');
});

test('a full disk keeps the old file and says what is the matter', async () => {
  const disk = loopfs({ sizeMiB: 16, type: 'ext4', mkfs: ['-m', '0'] });
  disk.mount();
  const driver = driverOn(disk.path);
  await put({ driver, signal }, 'file', 'old');
  expect(await codeOf(put({ driver, signal }, 'file', sampleContent(64 * 1024 * 1024)))).toBe('quota');
  expect((await get({ driver, signal }, 'file')).toString()).toBe('old');
  expect(readdirSync(disk.path).sort()).toEqual(['file', 'lost+found']);
  disk.remount('ro');
  expect(await codeOf(put({ driver, signal }, 'file', 'new'))).toBe('read_only');
  await driver.close();
  disk.unmount();
});

test('a drive that is pulled takes what is written with it: nothing reaches the disk beneath', async () => {
  const disk = loopfs({ sizeMiB: 16, type: 'ext4' });
  disk.mount();
  const driver = driverOn(disk.path);
  await put({ driver, signal }, 'before', 'x');
  disk.unmount();
  await put({ driver, signal }, 'after', 'x');
  expect(readdirSync(disk.path)).toEqual([]);
  await driver.close();
  disk.mount();
  expect(readdirSync(disk.path).sort()).toEqual(['after', 'before', 'lost+found']);
  disk.unmount();
});

test('no handle is left open by what failed or was given up', async () => {
  const root = tempDir('handles');
  const driver = driverOn(root);
  await put({ driver, signal }, 'a/file', sampleContent(2_000_000));
  const open = () => readdirSync('/proc/self/fd').length;
  const before = open();
  for (let round = 0; round < 20; round += 1) {
    await (await driver.read('a/file', {}, signal)).cancel();
    const controller = new AbortController();
    const reader = (await driver.read('a/file', {}, controller.signal)).getReader();
    await reader.read();
    controller.abort(new Error('stop'));
    await codeOf(reader.read());
    await codeOf(driver.read('a/missing', {}, signal));
    await codeOf(driver.list('a/file', signal));
    await codeOf(put({ driver, signal }, 'a/file/below', 'x'));
  }
  for (let waited = 0; open() > before && waited < 200; waited += 1) await Bun.sleep(5);
  expect(open()).toBeLessThanOrEqual(before);
  await driver.close();
});
