import { describe, expect, test } from 'bun:test';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { tmpfs } from '../../../test/harness/filesystems.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { buildTree, pathIn } from '../../../test/harness/trees.ts';
import { tryLock } from '../../lib/flock.ts';
import { type LitterInput, sweepLitter } from './litter.ts';

/** A destination with one landing, `photos`, after an attempt that broke off. */
function place(source: Record<string, string>, there: Record<string, string> = source) {
  const dir = tempDir('litter');
  const [real, root] = [join(dir, 'photos'), join(dir, 'dst')];
  const landing = join(root, 'photos');
  mkdirSync(join(root, '.dynamight'), { recursive: true });
  buildTree(real, source);
  const before = new Date(Date.now() - 86_400_000);
  buildTree(landing, there);
  for (const name of Object.keys(there)) utimesSync(join(landing, name), before, before);
  const sweep = (over: Partial<LitterInput> = {}) =>
    sweepLitter({
      root,
      lockFile: '.dynamight/lock',
      sources: [{ real, landing: 'photos' }],
      filesystem: 'unix',
      since: Date.now() - 60_000,
      signal: new AbortController().signal,
      ...over,
    });
  /** As rsync leaves a file it was writing. */
  const litter = (name: string | Buffer, folder = landing) =>
    writeFileSync(pathIn(folder, name), 'half', { mode: 0o600 });
  return { dir, real, root, landing, sweep, litter };
}

describe('what an attempt that broke off left', () => {
  test('is removed: temporary files of what the source has, or what was here before', async () => {
    const long = 'l'.repeat(252);
    const { landing, sweep, litter } = place(
      { 'a.jpg': '1', '.rc': '2', 'sub/deep/b': '3', [long]: '4' },
      { 'a.jpg': 'old', 'gone from the source': 'old', 'sub/deep/b': 'old' },
    );
    writeFileSync(pathIn(landing, Buffer.from([0xff, 0x61])), '');
    const names = [
      '.a.jpg.x3Fq9Z',
      '.a.jpg.AAAAAA',
      '.rc.x3Fq9Z',
      '.gone from the source.000000',
      `.${long.slice(0, 247)}.x3Fq9Z`,
    ];
    for (const name of names) litter(name);
    litter(Buffer.from([0x2e, 0xff, 0x61, ...Buffer.from('.x3Fq9Z')]));
    litter('sub/deep/.b.x3Fq9Z');
    expect(await sweep()).toBe(names.length + 2);
    expect(readdirSync(landing, { recursive: true }).filter((name) => String(name).includes('x3Fq9Z'))).toEqual([]);
    expect(readdirSync(join(landing, 'sub/deep'))).toEqual(['b']);
    expect(await sweep()).toBe(0);
  });

  const stays: [why: string, make: (at: ReturnType<typeof place>, path: string) => void][] = [
    ['the source has a file of that very name', ({ real }) => writeFileSync(join(real, '.a.backup'), '')],
    [
      'it was finished: it carries its source’s time',
      (_, path) => utimesSync(path, new Date(2020, 1), new Date(2020, 1)),
    ],
    ['its time lies elsewhere than its last change', (_, path) => utimesSync(path, 4e9, 4e9)],
    ['others may read it', (_, path) => chmodSync(path, 0o644)],
    ['it belongs to somebody else', (_, path) => chownSync(path, 12_345, 12_345)],
    ['it has two names', (_, path) => linkSync(path, `${path}.second`)],
  ];
  for (const [why, make] of stays)
    test(`is not taken for it: ".a.backup" where ${why}`, async () => {
      const at = place({ a: '1' });
      at.litter('.a.backup');
      make(at, join(at.landing, '.a.backup'));
      expect(await at.sweep()).toBe(0);
      expect(existsSync(join(at.landing, '.a.backup'))).toBe(true);
    });

  test('is not taken for it: other names, folders, links, and what lies beside nothing', async () => {
    const { root, landing, sweep, litter } = place({ a: '1', rc: '2', bashrc: '3' });
    for (const name of [
      '.nothing.AbCdEf',
      '.a.AbCdEfG',
      '.a.AbCdE',
      '.a.AbC-Ef',
      'a.AbCdEf',
      '.bashrc',
      '..AbCdEf',
      '.a',
    ])
      litter(name);
    mkdirSync(join(landing, '.a.Folder'));
    symlinkSync('a', join(landing, '.a.LinkAb'));
    litter('.photos.AbCdEf', root);
    const before = readdirSync(landing).sort();
    expect(await sweep()).toBe(0);
    expect(readdirSync(landing).sort()).toEqual(before);
    expect(existsSync(join(root, '.photos.AbCdEf'))).toBe(true);
  });

  test('is not looked for behind a link or on another filesystem', async () => {
    const { dir, landing, sweep, litter } = place({ a: '1', 'link/a': '1', 'mounted/a': '1' }, { a: '1' });
    const victim = join(dir, 'victim');
    buildTree(victim, { a: '1' });
    symlinkSync(victim, join(landing, 'link'));
    const other = tmpfs({ size: '1m' });
    other.mount(join(landing, 'mounted'));
    for (const folder of [victim, other.path]) litter('.a.AbCdEf', folder);
    expect(await sweep()).toBe(0);
    for (const folder of [victim, other.path]) expect(existsSync(join(folder, '.a.AbCdEf'))).toBe(true);
  });

  test('is not looked for through a landing that became a link, or that is gone', async () => {
    const { dir, root, real, sweep, litter } = place({ a: '1' });
    const victim = join(dir, 'victim');
    buildTree(victim, { a: '1' });
    litter('.a.AbCdEf', victim);
    symlinkSync(victim, join(root, 'linked'));
    const sources = ['linked', 'gone', 'photos/../linked'].map((landing) => ({ real, landing }));
    expect(await sweep({ sources: sources.slice(0, 2) })).toBe(0);
    expect(await sweep({ sources: sources.slice(2) })).toBe(0);
    expect(existsSync(join(victim, '.a.AbCdEf'))).toBe(true);
  });

  test('stays while somebody writes at the destination', async () => {
    const { root, landing, sweep, litter } = place({ a: '1' });
    litter('.a.AbCdEf');
    const lock = tryLock(join(root, '.dynamight/lock'));
    const swept = sweep();
    await Bun.sleep(300);
    expect(existsSync(join(landing, '.a.AbCdEf'))).toBe(true);
    lock?.release();
    expect(await swept).toBe(1);
  });

  test('is left to the next run when this one is cancelled', async () => {
    const { landing, sweep, litter } = place({ a: '1' });
    litter('.a.AbCdEf');
    const controller = new AbortController();
    controller.abort(new Error('cancelled'));
    expect(sweep({ signal: controller.signal })).rejects.toThrow('cancelled');
    expect(existsSync(join(landing, '.a.AbCdEf'))).toBe(true);
  });

  test('is known on FAT by its name, its time and what it is the beginning of', async () => {
    const { landing, sweep, litter } = place({ a: 'half of it', b: 'half', c: 'something else' });
    for (const name of ['.a.AbCdEf', '.a.older1', '.b.AbCdEf', '.c.AbCdEf']) litter(name);
    writeFileSync(join(landing, '.c.empty1'), '');
    chmodSync(join(landing, '.a.AbCdEf'), 0o755); // FAT gives every file the same
    utimesSync(join(landing, '.a.older1'), new Date(2020, 1), new Date(2020, 1));
    expect(await sweep({ filesystem: 'fat' })).toBe(2);
    // Too old, as long as the file itself, and of another beginning: somebody's own.
    expect(readdirSync(landing).sort()).toEqual(['.a.older1', '.b.AbCdEf', '.c.AbCdEf', 'a', 'b', 'c']);
  });
});
