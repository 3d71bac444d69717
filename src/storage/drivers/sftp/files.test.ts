import { afterAll, beforeEach, describe, expect, test } from 'bun:test';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { tmpfs } from '../../../../test/harness/filesystems.ts';
import { fillUp } from '../../../../test/harness/full-disk.ts';
import { startPlainSftp } from '../../../../test/servers/plain-sftp.ts';
import { sftpDriver } from '../../../../test/servers/sftp-driver.ts';
import { startSshd } from '../../../../test/servers/sshd.ts';
import { allOf, sampleContent } from '../../checks/context.ts';
import { bytesContent } from '../../content.ts';
import type { StorageDriver } from '../../driver.ts';
import { StorageError } from '../../errors.ts';

const { signal } = new AbortController();
const openSsh = await startSshd();
const readOnly = await startSshd({ sftp: '-R' });
const restless = await startSshd({ config: ['RekeyLimit 1M'] });
const plain = await startPlainSftp();
const opened = new Set<StorageDriver>();
afterAll(async () => {
  await Promise.all([...opened].map((driver) => driver.close()));
  await Promise.all([openSsh, readOnly, restless, plain].map((server) => server.stop()));
});
beforeEach(() => {
  Object.assign(plain.ways, { times: 'kept', stores: null, readBytes: 20_000, names: null, locked: null });
});

function open(...given: Parameters<typeof sftpDriver>): StorageDriver {
  const driver = sftpDriver(...given);
  opened.add(driver);
  return driver;
}
let places = 0;
/** A driver on a fresh folder, and where that folder lies. */
function place(server: typeof openSsh | typeof plain = openSsh) {
  places += 1;
  const at = join('folder' in server ? server.folder : server.home, `place-${places}`);
  mkdirSync(at);
  return { at, driver: open(server, { config: { remote_path: at } }) };
}
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof StorageError ? error.code : String(error)),
  );
const put = (driver: StorageDriver, path: string, text: string, mtimeNs: bigint | null = null) =>
  driver.write(path, bytesContent(Buffer.from(text)), { signal, mtimeNs });
const textAt = async (driver: StorageDriver, path: string) =>
  (await allOf(await driver.read(path, {}, signal))).toString();
const listed = async (driver: StorageDriver, folder = '') =>
  (await driver.list(folder, signal)).map(({ kind, path }) => `${kind} ${path}`).sort();

describe('links and special files', () => {
  test('are told, and never followed, read, written through or replaced', async () => {
    const { at, driver } = place();
    const outside = join(openSsh.folder, 'outside');
    mkdirSync(outside, { recursive: true });
    writeFileSync(join(outside, 'secret'), 'secret');
    symlinkSync(outside, join(at, 'folder link'));
    symlinkSync(join(outside, 'secret'), join(at, 'file link'));
    expect(await listed(driver)).toEqual(['other file link', 'other folder link']);
    expect(await codeOf(driver.list('folder link', signal))).toBe('not_found');
    expect(await codeOf(driver.read('file link', {}, signal))).toBe('not_found');
    expect(await codeOf(driver.read('folder link/secret', {}, signal))).toBe('not_found');
    expect(await driver.stat('folder link/secret', signal)).toBe(null);
    expect(await codeOf(put(driver, 'folder link/new', 'x'))).toBe('exists');
    expect(await codeOf(put(driver, 'file link', 'x'))).toBe('exists');
    expect(await codeOf(driver.move('file link', 'elsewhere', signal))).toBe('not_found');
    await driver.remove('folder link/secret', signal);
    expect(readlinkSync(join(at, 'file link'))).toBe(join(outside, 'secret'));
    expect(readdirSync(outside)).toEqual(['secret']);
    expect(readdirSync(at).sort()).toEqual(['file link', 'folder link']);
  });

  test.each([
    ['an OpenSSH server', openSsh],
    ['another server', plain],
  ])('what took a name after it was looked at is no less safe, at %s', async (_, server) => {
    const { at, driver } = place(server);
    const putNew = (path: string) =>
      driver.write(path, bytesContent(Buffer.from('new')), { signal, mtimeNs: null, isNew: true });
    writeFileSync(join(at, 'victim'), 'old');
    symlinkSync('victim', join(at, 'link'));
    mkdirSync(join(at, 'folder'));
    for (const path of ['link', 'folder']) expect(await codeOf(putNew(path))).toBe('exists');
    expect(readFileSync(join(at, 'victim'), 'utf8')).toBe('old');
    await putNew('victim');
    await putNew('nothing');
    expect(readFileSync(join(at, 'victim'), 'utf8')).toBe('new');
    expect(readdirSync(at).sort()).toEqual(['folder', 'link', 'nothing', 'victim']);
    expect(readlinkSync(join(at, 'link'))).toBe('victim');
  });

  test('a root that is a link leads where it points', async () => {
    const { at } = place();
    symlinkSync(at, `${at}-link`);
    const driver = open(openSsh, { config: { remote_path: `${at}-link` } });
    await put(driver, 'file', 'x');
    expect(readdirSync(at)).toEqual(['file']);
  });
});

describe('the folder named in the settings', () => {
  test('begins in the home of the account when it is relative', async () => {
    const driver = open(plain, { config: { remote_path: 'backups' } });
    expect(await codeOf(driver.list('', signal))).toBe('no_root');
    expect(existsSync(join(plain.home, 'backups'))).toBe(false);
    await driver.makeFolder('', signal);
    expect(await driver.probe(signal)).toMatchObject({ folder: join(plain.home, 'backups') });
    await put(driver, 'deep/file', 'x');
    expect(readFileSync(join(plain.home, 'backups/deep/file'), 'utf8')).toBe('x');
  });

  test('holds our records for its owner alone, and everything else as the server has it', async () => {
    const { at, driver } = place();
    await put(driver, '.dynamight/history/key/photos/a', 'old');
    await put(driver, 'photos/a', 'new');
    const modeOf = (path: string) => statSync(join(at, path)).mode & 0o777;
    expect([modeOf('.dynamight'), modeOf('photos')]).toEqual([0o700, 0o777 & ~process.umask()]);
  });

  test('is never made by a file; only when it is asked for, where the folder above it is there', async () => {
    const { at } = place();
    const driver = open(openSsh, { config: { remote_path: join(at, 'new') } });
    expect(await codeOf(driver.probe(signal))).toBe('no_root');
    expect(await codeOf(put(driver, 'file', 'x'))).toBe('no_root');
    expect(await codeOf(put(driver, 'deep/file', 'x'))).toBe('no_root');
    expect(readdirSync(at)).toEqual([]);
    await driver.makeFolder('', signal);
    expect(await listed(driver)).toEqual([]);
    const lost = open(openSsh, { config: { remote_path: join(at, 'not/there') } });
    expect(await codeOf(lost.probe(signal))).toBe('no_root');
    expect(await codeOf(put(lost, 'file', 'x'))).toBe('no_root');
    expect(await codeOf(lost.makeFolder('', signal))).toBe('no_root');
    expect(readdirSync(at)).toEqual(['new']);
  });
});

describe('names', () => {
  test('a name that is no UTF-8 is told once, and nothing touches it', async () => {
    const { at, driver } = place();
    const raw = (name: number[]) => Buffer.concat([Buffer.from(`${at}/`), Buffer.from(name)]);
    for (const name of [
      [0x61, 0xff],
      [0x61, 0xfe],
    ])
      writeFileSync(raw(name), 'not yours');
    await put(driver, 'b\ufffd', 'truly so named');
    const told = await driver.list('', signal);
    expect(told.map(({ kind, path }) => `${kind} ${path}`).sort()).toEqual([
      'file b\ufffd',
      'other a\ufffd',
      'other a\ufffd\ufffd',
    ]);
    await driver.remove('a\ufffd', signal);
    expect(await codeOf(driver.read('a\ufffd', {}, signal))).toBe('not_found');
    expect(readFileSync(raw([0x61, 0xff]), 'utf8')).toBe('not yours');
    expect(await textAt(driver, 'b\ufffd')).toBe('truly so named');
  });

  test.each(['../escaped', 'a/b', '', 'x\0y'])('a listing with the name %j is not believed', async (name) => {
    plain.ways.names = ['good', name];
    expect(await codeOf(place(plain).driver.list('', signal))).toBe('protocol');
  });

  test('files on their way are not shown, and their names are nobody else’s', async () => {
    const { at, driver } = place();
    writeFileSync(join(at, '.dynamight-0123456789abcdef.part'), 'young');
    writeFileSync(join(at, '.dynamight-fedcba9876543210.part'), 'old');
    const old = Date.now() / 1_000 - 8 * 86_400;
    utimesSync(join(at, '.dynamight-fedcba9876543210.part'), old, old);
    expect(await listed(driver)).toEqual([]);
    expect(readdirSync(at)).toEqual(['.dynamight-0123456789abcdef.part']); // the old one was swept
    expect(await driver.stat('.dynamight-0123456789abcdef.part', signal)).toBe(null);
    expect(await codeOf(put(driver, '.dynamight-0123456789abcdef.part', 'x'))).toBe('name');
    expect(driver.capabilities.pathProblem('.dynamight-old.x')).not.toBe(null);
    expect(driver.capabilities.pathProblem('.dynamight/marker.json')).toBe(null);
  });

  test('a file that was laid aside by a run that died gets its name back', async () => {
    const { at, driver } = place(plain);
    writeFileSync(join(at, '.dynamight-old.lost.txt'), 'the only copy');
    writeFileSync(join(at, '.dynamight-old.kept.txt'), 'older');
    writeFileSync(join(at, 'kept.txt'), 'newer');
    expect(await listed(driver)).toEqual(['file kept.txt', 'file lost.txt']);
    expect(await textAt(driver, 'lost.txt')).toBe('the only copy');
    expect(await textAt(driver, 'kept.txt')).toBe('newer');
    expect(readdirSync(at).sort()).toEqual(['kept.txt', 'lost.txt']);
  });
});

describe('servers with limits', () => {
  test('a server that allows no changes is told as read-only', async () => {
    writeFileSync(join(readOnly.folder, 'file'), 'x');
    const driver = open(readOnly);
    expect(await textAt(driver, 'file')).toBe('x');
    expect(await codeOf(put(driver, 'new', 'x'))).toBe('read_only');
    expect(await codeOf(put(driver, 'file', 'y'))).toBe('read_only');
    expect(await codeOf(driver.remove('file', signal))).toBe('read_only');
    expect(await codeOf(driver.makeFolder('folder', signal))).toBe('read_only');
    expect(readFileSync(join(readOnly.folder, 'file'), 'utf8')).toBe('x');
  });

  test('one folder without permission is a matter of that folder', async () => {
    const { at, driver } = place(plain);
    mkdirSync(join(at, 'locked'));
    plain.ways.locked = 'locked';
    expect(await codeOf(put(driver, 'locked/file', 'x'))).toBe('permission');
    expect(await codeOf(driver.list('locked', signal))).toBe('permission');
    await put(driver, 'open/file', 'x');
    expect(await listed(driver, 'open')).toEqual(['file open/file']);
  });

  test('a full disk is told as such, and the old file stays', async () => {
    const disk = tmpfs({ size: '2m' });
    const driver = open(openSsh, { config: { remote_path: disk.path } });
    await put(driver, 'file', 'old');
    const { freeBytes, totalBytes } = (await driver.space(signal)) ?? {};
    expect(totalBytes).toBe(2 * 1024 * 1024);
    expect(freeBytes).toBeLessThan(2 * 1024 * 1024);
    const large = driver.write('file', sampleContent(3 * 1024 * 1024), { signal, mtimeNs: null });
    expect(await codeOf(large)).toBe('quota');
    expect(readdirSync(disk.path)).toEqual(['file']);
    fillUp(join(disk.path, 'fill'));
    expect(await codeOf(put(driver, 'file', 'new'))).toBe('quota');
    expect(await textAt(driver, 'file')).toBe('old');
  });

  test('a server that refuses to store, without saying why, is told with what it may be', async () => {
    const { driver } = place(plain);
    plain.ways.stores = { bytes: 10, rest: 'refused' };
    const thrown = await put(driver, 'file', 'more than ten bytes').catch((error: StorageError) => error);
    expect(thrown).toMatchObject({ code: 'unavailable', message: expect.stringContaining('disk may be full') });
    expect(await listed(driver)).toEqual([]);
  });

  test('bytes that were acknowledged and are not there are noticed, and replace nothing', async () => {
    const { at, driver } = place(plain);
    await put(driver, 'file', 'old');
    plain.ways.stores = { bytes: 10, rest: 'acknowledged' };
    expect(await codeOf(put(driver, 'file', 'more than ten bytes'))).toBe('integrity');
    expect(await textAt(driver, 'file')).toBe('old');
    expect(readdirSync(at)).toEqual(['file']);
  });

  test.each(['refused', 'forgotten'] as const)(
    'times of change that are %s are not claimed to be kept',
    async (times) => {
      plain.ways.times = times;
      const { driver } = place(plain);
      const written = await put(driver, 'file', 'x', 1_500_000_000_000_000_000n);
      expect([written.mtimeNs, driver.capabilities.mtimePrecisionNs]).toEqual([null, null]);
      expect((await driver.stat('file', signal))?.mtimeNs).toBe(null);
      expect(await textAt(driver, 'file')).toBe('x');
    },
  );

  test('times before 1970 and after 2106 become the nearest that can be said, and that is answered', async () => {
    const { driver } = place();
    const seconds = async (mtimeNs: bigint) => {
      const written = await put(driver, 'file', 'x', mtimeNs);
      expect((await driver.list('', signal))[0]?.mtimeNs).toBe(written.mtimeNs);
      return (written.mtimeNs ?? 0n) / 1_000_000_000n;
    };
    expect(await seconds(-86_400_000_000_000n)).toBe(0n);
    expect(await seconds(5_000_000_000_000_000_000n)).toBe(4_294_967_295n);
  });

  test('answers in small pieces make the same file', async () => {
    const { driver } = place(plain);
    plain.ways.readBytes = 777;
    await driver.write('file', sampleContent(200_000, 3), { signal, mtimeNs: null });
    const back = await allOf(await driver.read('file', { start: 1_000, end: 199_000 }, signal));
    expect(
      back.equals(
        await sampleContent(198_000, 3)
          .read(0, 0)
          .then(async () => await sampleContent(200_000, 3).read(1_000, 198_000)),
      ),
    ).toBe(true);
  });

  test('a server that wants other keys again and again gets the same files', async () => {
    const { at, driver } = place(restless);
    const sizes = [9_000_001, 5_000_000, 32_768, 4_096];
    await Promise.all(
      sizes.map((size) => driver.write(`${size}`, sampleContent(size), { signal, mtimeNs: null, isNew: true })),
    );
    for (const size of sizes) {
      const wanted = await sampleContent(size).read(0, size);
      expect(Buffer.compare(readFileSync(join(at, `${size}`)), wanted)).toBe(0);
      expect(Buffer.compare(await allOf(await driver.read(`${size}`, {}, signal)), wanted)).toBe(0);
    }
  });

  test('a file that becomes shorter while it is read ends with an error, not as if it were whole', async () => {
    const { at, driver } = place();
    await driver.write('file', sampleContent(8 * 1024 * 1024), { signal, mtimeNs: null });
    const reader = (await driver.read('file', {}, signal)).getReader();
    await reader.read();
    writeFileSync(join(at, 'file'), 'short');
    const drain = async () => {
      while (!(await reader.read()).done);
    };
    expect(await codeOf(drain())).toBe('changed');
    expect(statSync(join(at, 'file')).size).toBe(5);
  });
});
