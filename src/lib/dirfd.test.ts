import { describe, expect, test } from 'bun:test';
import { readdirSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../../test/harness/temp.ts';
import { buildTree } from '../../test/harness/trees.ts';
import { entryPath, listNames, makeFolder, openBelow, openChild, openRoot, statEntry } from './dirfd.ts';

const names = (...parts: string[]) => parts.map((part) => Buffer.from(part));
const codeOf = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => 'opened',
    (error: { code?: string }) => error.code,
  );
const openHandles = () => readdirSync('/proc/self/fd').length;

describe('a walk by handles', () => {
  const base = tempDir('dirfd');
  buildTree(base, {
    'top/a/b/deep.txt': 'x',
    'top/file': 'x',
    'top/pipe': { fifo: true },
    'top/out': { symlink: '/etc' },
    'top/up': { symlink: '..' },
    'top/self': { symlink: '/proc/self/root' },
    'top/hop': { symlink: 'out' },
    'top/near': { symlink: 'a' },
    'outside/': null,
  });
  symlinkSync(join(base, 'top'), join(base, 'alias'));

  test('reaches a folder below and lists it', async () => {
    const root = await openRoot(join(base, 'top'));
    const dir = await openBelow(root, names('a', 'b'));
    expect((await listNames(dir)).map(String)).toEqual(['deep.txt']);
    expect((await statEntry(dir, Buffer.from('deep.txt'))).size).toBe(1);
    await dir.close();
    await root.close();
  });

  test('may start at a link, and answers a handle of its own for the root itself', async () => {
    const root = await openRoot(join(base, 'alias'));
    const same = await openBelow(root, []);
    await root.close();
    expect((await listNames(same)).map(String)).toContain('a');
    await same.close();
  });

  for (const link of ['out', 'up', 'self', 'hop', 'near'])
    test(`never goes through the link "${link}", neither at the end nor on the way`, async () => {
      const root = await openRoot(join(base, 'top'));
      expect(await codeOf(openBelow(root, names(link)))).toBe('ELOOP');
      expect(await codeOf(openBelow(root, names(link, 'b')))).toBe('ELOOP');
      expect((await statEntry(root, Buffer.from(link))).isSymbolicLink()).toBe(true);
      await root.close();
    });

  test('tells a file, a pipe and nothing apart from a folder, without waiting for the pipe', async () => {
    const root = await openRoot(join(base, 'top'));
    expect(await codeOf(openChild(root, Buffer.from('file')))).toBe('ENOTDIR');
    expect(await codeOf(openChild(root, Buffer.from('pipe')))).toBe('ENOTDIR');
    expect(await codeOf(openChild(root, Buffer.from('nothing')))).toBe('ENOENT');
    await root.close();
  });

  for (const name of ['', '.', '..', 'a/b', '/etc', '../outside', 'a\0b'])
    test(`takes no "${name.replace('\0', '\\0')}" for a name`, async () => {
      const root = await openRoot(join(base, 'top'));
      expect(() => entryPath(root, Buffer.from(name))).toThrow('Not a name');
      expect(await codeOf(openBelow(root, names(name)))).toBe('EINVAL');
      await root.close();
    });

  test('leaves no handle open, whatever went wrong', async () => {
    const before = openHandles();
    const root = await openRoot(join(base, 'top'));
    for (const path of [['a', 'b'], ['a', 'none'], ['out'], ['file', 'x'], ['..']]) {
      const dir = await openBelow(root, names(...path)).catch(() => null);
      await dir?.close();
    }
    await root.close();
    await root.close();
    expect(openHandles()).toBe(before);
  });

  test('stays in the folder it opened when the path is given to another', async () => {
    const root = await openRoot(join(base, 'top'));
    const held = await openBelow(root, names('a'));
    renameSync(join(base, 'top/a'), join(base, 'top/a-moved'));
    symlinkSync(join(base, 'outside'), join(base, 'top/a'));
    await makeFolder(held, Buffer.from('made'), 0o755);
    expect(readdirSync(join(base, 'outside'))).toEqual([]);
    expect(statSync(join(base, 'top/a-moved/made')).isDirectory()).toBe(true);
    await held.close();
    await root.close();
  });

  test('opens names that are no text', async () => {
    const odd = Buffer.from([0x61, 0xff]);
    const root = await openRoot(join(base, 'top'));
    await makeFolder(root, odd, 0o700);
    const dir = await openBelow(root, [odd]);
    expect(await listNames(dir)).toEqual([]);
    expect((await listNames(root)).some((name) => name.equals(odd))).toBe(true);
    await dir.close();
    await root.close();
  });
});
