import { describe, expect, test } from 'bun:test';
import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expectSameTree, snapshotTree } from './snapshot.ts';
import { tempDir } from './temp.ts';
import { buildTree, findCounts, hostileNames, manySmallFiles, pathIn, type SpecialEntry } from './trees.ts';

describe('a tree', () => {
  test('is built as it is written down', () => {
    const dir = join(tempDir('tree'), 'new/folder');
    buildTree(dir, {
      'a.txt': 'hello',
      bytes: new Uint8Array([0, 255]),
      'sub/deep/file': 'x',
      'empty/': null,
      'closed/': { mode: 0o500, mtime: 1_700_000_000 },
      'closed/in': { content: 'in', mode: 0o4640, mtime: 1_600_000_000.5 },
      link: { symlink: 'a.txt', mtime: 1_500_000_000 },
      hard: { hardlink: 'a.txt' },
      fifo: { fifo: true },
      sparse: { sparse: 10_000_000 },
    });
    expect(readFileSync(join(dir, 'a.txt'), 'utf8')).toBe('hello');
    expect([...readFileSync(join(dir, 'bytes'))]).toEqual([0, 255]);
    expect(readFileSync(join(dir, 'sub/deep/file'), 'utf8')).toBe('x');
    expect(readdirSync(join(dir, 'empty'))).toEqual([]);
    expect(statSync(join(dir, 'closed')).mode & 0o7777).toBe(0o500);
    expect(statSync(join(dir, 'closed')).mtimeMs).toBe(1_700_000_000_000);
    expect(statSync(join(dir, 'closed/in')).mode & 0o7777).toBe(0o4640);
    expect(statSync(join(dir, 'closed/in')).mtimeMs).toBe(1_600_000_000_500);
    expect(readlinkSync(join(dir, 'link'))).toBe('a.txt');
    expect(lstatSync(join(dir, 'link')).mtimeMs).toBe(1_500_000_000_000);
    expect(statSync(join(dir, 'a.txt')).mtimeMs).not.toBe(1_500_000_000_000);
    expect(statSync(join(dir, 'hard')).ino).toBe(statSync(join(dir, 'a.txt')).ino);
    expect(lstatSync(join(dir, 'fifo')).isFIFO()).toBe(true);
    expect(statSync(join(dir, 'sparse'))).toMatchObject({ size: 10_000_000, blocks: 0 });
  });

  test('keeps names that are no text', () => {
    const dir = tempDir('bytes');
    const name = Buffer.from([0xff, 0x2f, 0xc3, 0x28]);
    buildTree(dir, [
      [name, 'x'],
      ['link', { symlink: Buffer.from([0xfe]) }],
      [Buffer.from([0xfd]), { fifo: true }],
    ]);
    expect([...snapshotTree(dir).keys()]).toEqual(['link', '\xfd', '\xff', '\xff/\xc3\x28']);
    expect(readFileSync(pathIn(dir, name), 'utf8')).toBe('x');
    expect(snapshotTree(dir).get('link')?.target).toBe('\xfe');
  });

  test('of many files holds as many, no two alike', () => {
    const dir = tempDir('many');
    manySmallFiles(dir, 600, 64);
    expect(findCounts(dir)).toEqual({ files: 600, bytes: 600 * 64, dirs: 3, others: 0 });
    expect(new Set([...snapshotTree(dir).values()].map((node) => node.sha256)).size).toBe(601);
  });
});

test('every hostile name can lie in one folder, and is counted once by find', () => {
  const dir = tempDir('hostile');
  const names = hostileNames();
  buildTree(
    dir,
    names.map((name) => [name, name]),
  );
  expect(new Set(names.map((name) => name.toString('latin1'))).size).toBe(names.length);
  expect(findCounts(dir).files).toBe(names.length);
  expect(snapshotTree(dir).size).toBe(names.length);
  expect(names.some((name) => name.includes(0x0a)) && names.some((name) => name.length === 255)).toBe(true);
});

test('find counts names of files, folders, and the rest', () => {
  const dir = tempDir('counts');
  buildTree(dir, {
    'a\nf 999': 'xyz',
    'sub/empty/': null,
    hard: { hardlink: 'a\nf 999' },
    link: { symlink: 'a' },
    fifo: { fifo: true },
  });
  expect(findCounts(dir)).toEqual({ files: 2, bytes: 6, dirs: 2, others: 2 });
});

describe('two trees', () => {
  const spec = {
    a: { content: 'same', mtime: 1000 },
    b: { hardlink: 'a' },
    'dir/': { mtime: 2000 },
    'dir/c': { content: 'c', mtime: 3000 },
    link: { symlink: 'a', mtime: 4000 },
    fifo: { fifo: true, mtime: 5000 } as const,
  };
  const twins = () => {
    const [one, two] = [tempDir('one'), tempDir('two')];
    buildTree(one, spec);
    buildTree(two, spec);
    return { one, two };
  };
  const differences = (one: string, two: string, options = {}): string => {
    try {
      expectSameTree(one, two, options);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };

  test('built alike are the same', () => {
    const { one, two } = twins();
    expectSameTree(one, two);
    expectSameTree(snapshotTree(one), two);
  });

  const changes: [what: string, change: SpecialEntry, said: RegExp][] = [
    [
      'content of the same size and time',
      { content: 'SAME', mtime: 1000 },
      /^\S.*\n  differs {2}"a": sha256 \w+ → \w+$/,
    ],
    ['a time', { content: 'same', mtime: 1000.25 }, /mtimeNs 1000000000000 → 1000250000000/],
    ['a mode', { content: 'same', mtime: 1000, mode: 0o600 }, /mode 0644 → 0600/],
    ['a kind', { symlink: 'same' }, /type file → link/],
  ];
  for (const [what, change, said] of changes) {
    test(`that differ by ${what} are not the same, and it is said how`, () => {
      const [one, two] = [tempDir('one'), tempDir('two')];
      buildTree(one, { a: { content: 'same', mtime: 1000, mode: 0o644 } });
      buildTree(two, { a: { mode: 0o644, ...change } });
      expect(differences(one, two)).toMatch(said);
    });
  }

  test('name what is missing, what is extra, and what lost its second name', () => {
    const { one, two } = twins();
    buildTree(two, { 'new\nname': 'x', 'dir/': { mtime: 2000 } });
    Bun.spawnSync(['sh', '-c', 'rm dir/c fifo b && cp -p a b'], { cwd: two });
    const said = differences(one, two, { ignore: ['mtimeNs'] });
    expect(said).toContain('missing  "dir/c" (file)');
    expect(said).toContain('missing  "fifo" (other)');
    expect(said).toContain('extra    "new\\nname" (file)');
    expect(said).toContain('differs  "b": hardlinkOf a → null');
    expect(said).not.toContain('"a"');
  });

  test('may differ where they are allowed to', () => {
    const { one, two } = twins();
    buildTree(two, { '.dynamight/marker': 'x', a: { content: 'same', mtime: 7, mode: 0o600 } });
    expect(differences(one, two)).not.toBe('');
    expectSameTree(one, two, { ignore: ['mtimeNs', 'mode'], skip: (path) => path === '.dynamight' });
  });

  test('with thousands of differences are told in a page', () => {
    const dir = tempDir('long');
    manySmallFiles(dir, 300, 4);
    expect(differences(dir, tempDir('empty')).split('\n').length).toBeLessThan(50);
    expect(differences(dir, tempDir('empty'))).toContain('… and 262 more');
  });
});
