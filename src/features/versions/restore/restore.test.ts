import { describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { loopfs, tmpfs } from '../../../../test/harness/filesystems.ts';
import { fillUp } from '../../../../test/harness/full-disk.ts';
import { restored, versionOf, wholeVersion } from '../../../../test/harness/restores.ts';
import { scale } from '../../../../test/harness/scale.ts';
import { expectSameTree, snapshotTree } from '../../../../test/harness/snapshot.ts';
import { tempDir } from '../../../../test/harness/temp.ts';
import { buildTree, hostileNames, manySmallFiles } from '../../../../test/harness/trees.ts';
import { setModified } from '../../../lib/attributes.ts';
import type { RestoreProgress } from './model.ts';

const mebibyte = 1024 * 1024;

/** A source as people have them, and an empty folder to restore into. */
function lab() {
  const dir = tempDir('restore');
  const [from, root] = [join(dir, 'old'), join(dir, 'new')] as [string, string];
  for (const path of [from, root]) mkdirSync(path);
  return { from, root };
}

/** Nothing of ours is left under a name of its own. */
const leftovers = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((path) => path.includes('.part'));

describe('what is restored', () => {
  test('is what it was: content, owner, permissions, times to the nanosecond, links, empty folders, any name', async () => {
    const { from, root } = lab();
    buildTree(from, {
      'a.txt': 'a',
      empty: '',
      'large/big': Buffer.alloc(3 * mebibyte + 17, 'xyz'),
      'folder/sub/deep': 'deep',
      'folder!/between': 'sorts between folder and what is in it',
      'empty folder/': { mode: 0o1770 },
      'closed/': { mode: 0o500 },
      'closed/inside': { content: 'i', mode: 0o400 },
      program: { content: '#!/bin/sh', mode: 0o6755 },
      link: { symlink: 'folder/sub' },
      dangling: { symlink: '../../nowhere' },
    });
    buildTree(
      join(from, 'names'),
      hostileNames().map((name) => [name, 'x']),
    );
    linkSync(join(from, 'a.txt'), join(from, 'folder/second name'));
    linkSync(join(from, 'a.txt'), join(from, 'z'));
    chownSync(join(from, 'a.txt'), 1234, 4321);
    chownSync(join(from, 'program'), 1234, 4321);
    chmodSync(join(from, 'program'), 0o6755);
    lchownSync(join(from, 'link'), 1234, 4321);
    chownSync(join(from, 'folder'), 1234, 4321);
    setModified(join(from, 'link'), 1_000_000_000_123_456_789n, { isLink: true });
    setModified(join(from, 'a.txt'), -1_500_000_001n);
    for (const folder of ['folder/sub', 'folder', 'closed', 'names', 'empty folder'])
      setModified(join(from, folder), 1_700_000_000_987_654_321n);
    const { result, actions } = await restored({ from, root, policy: 'skip' });
    expect(result).toMatchObject({ stopped: null, unproven: 0, lost: { owner: 0, mode: 0, mtime: 0 } });
    expect(new Set(Object.values(actions))).toEqual(new Set(['create']));
    expectSameTree(from, root);
  });

  test('keeps extended attributes and access lists of files and folders', async () => {
    const { from, root } = lab();
    buildTree(from, { file: 'x', 'folder/': null });
    const value = Buffer.from([0, 255, 10]);
    const acl = Buffer.from(
      '02000000010006ffffffff02000600e803000004000400ffffffff10000600ffffffff20000400ffffffff'.replace(
        '010006',
        '01000600',
      ),
      'hex',
    );
    const version = versionOf(from).map((entry) => ({
      ...entry,
      mode: entry.type === 'dir' ? 0o755 : 0o664,
      xattr: {
        'user.note': value.toString('base64'),
        'user.empty': '',
        ...(entry.type === 'file' ? { 'system.posix_acl_access': acl.toString('base64') } : {}),
      },
    }));
    const { result } = await restored({ from, root, entries: wholeVersion(version) });
    expect(result.lost.xattr).toBe(0);
    const shown = (path: string) =>
      spawnSync('getfattr', ['-d', '-e', 'hex', '--absolute-names', join(root, path)], { encoding: 'utf8' }).stdout;
    for (const path of ['file', 'folder']) {
      expect(shown(path)).toContain('user.note=0x00ff0a');
      expect(shown(path)).toContain('user.empty');
    }
    expect(spawnSync('getfacl', ['-c', join(root, 'file')], { encoding: 'utf8' }).stdout).toContain('rw-');
    expect(statSync(join(root, 'file')).mode & 0o777).toBe(0o664);
  });

  test('is what it was on btrfs too', async () => {
    const { from } = lab();
    const { path: root } = loopfs({ sizeMiB: 128, type: 'btrfs' });
    buildTree(from, {
      'folder/a': { content: Buffer.alloc(100_000, 'a'), mode: 0o4750, mtime: 1000 },
      'folder/b': { hardlink: 'folder/a' },
      'folder/link': { symlink: 'a', mtime: 2000 },
      'empty/': { mode: 0o1777, mtime: 3000 },
      sparse: { sparse: 10 * mebibyte, mtime: 4000 },
    });
    expect((await restored({ from, root })).result).toMatchObject({ stopped: null, lost: { owner: 0, mode: 0 } });
    expectSameTree(from, root);
  });

  test('an attribute this disk has no room for, or that is not ours to give, is named; the file is there', async () => {
    const { from, root } = lab();
    buildTree(from, { large: 'x', foreign: 'x' });
    const xattr = (path: string): Record<string, string> =>
      path === 'large'
        ? { 'user.large': Buffer.alloc(60_000, 'x').toString('base64') }
        : { 'security.capability': 'AQAAAgAgAAAAAAAAAAAAAAAAAAA=', 'trusted.x': '' };
    const version = versionOf(from).map((entry) => ({ ...entry, xattr: xattr(entry.path) }));
    const { items, result } = await restored({ from, root, entries: wholeVersion(version) });
    expect(result).toMatchObject({ stopped: null, actions: { create: 2 } });
    for (const path of ['large', 'foreign']) expect(items.get(path)?.lost).toEqual(['xattr']);
    expectSameTree(from, root);
  });

  test('takes no room for what is zeros', async () => {
    const { from, root } = lab();
    const islands = Buffer.alloc(4 * mebibyte);
    islands.write('first', 0);
    islands.write('last', 3 * mebibyte + 5);
    buildTree(from, { sparse: { sparse: 64 * mebibyte }, islands, 'short zeros': Buffer.alloc(100) });
    const { result } = await restored({ from, root });
    expect(result.stopped).toBeNull();
    expectSameTree(from, root);
    expect(statSync(join(root, 'sparse')).blocks).toBe(0);
    expect(statSync(join(root, 'islands')).blocks * 512).toBeLessThanOrEqual(2 * 4096);
  });

  test('many small files and one large one, with progress that only grows', async () => {
    const { from, root } = lab();
    manySmallFiles(from, scale.smallFiles, 700);
    writeFileSync(join(from, 'big'), Buffer.alloc(9 * mebibyte, 'b'));
    const seen: RestoreProgress[] = [];
    const { result } = await restored({ from, root, onProgress: (one) => seen.push(one) });
    expect(result).toMatchObject({ stopped: null, bytes: scale.smallFiles * 700 + 9 * mebibyte });
    expectSameTree(from, root);
    expect(seen.map(({ doneBytes }) => doneBytes)).toEqual(
      seen.map(({ doneBytes }) => doneBytes).sort((a, b) => a - b),
    );
    expect(seen.at(-1)).toMatchObject({ doneItems: versionOf(from).length, totalItems: versionOf(from).length });
    expect(seen.at(-1)?.doneBytes).toBe(seen.at(-1)?.totalBytes as number);
  });

  test('without being root loses only the owner, says so, and gives nobody a program that runs as somebody else', async () => {
    const { from, root } = lab();
    buildTree(from, { program: { content: 'x', mode: 0o6755 } });
    chownSync(join(from, 'program'), 1234, 4321);
    chmodSync(join(from, 'program'), 0o6755);
    const { items } = await restored({ from, root, owners: () => null });
    expect(items.get('program')).toMatchObject({ action: 'create', lost: ['owner'] });
    expect(statSync(join(root, 'program')).mode & 0o7777).toBe(0o755);
  });

  test('special files are named and left out', async () => {
    const { from, root } = lab();
    buildTree(from, { pipe: { fifo: true }, file: 'x' });
    const { actions } = await restored({ from, root });
    expect(actions).toEqual({ pipe: 'special', file: 'create' });
    expect(existsSync(join(root, 'pipe'))).toBe(false);
  });
});

describe('where something lies already', () => {
  /** Older, newer and same files, another kind in the way, and a user's own files. */
  function taken() {
    const at = lab();
    buildTree(at.from, {
      same: { content: 'same', mtime: 1000 },
      older: { content: 'version', mtime: 2000 },
      newer: { content: 'version', mtime: 2000 },
      'folder here/inside': 'i',
      'file here': 'version',
      'both/': { mode: 0o750, mtime: 3000 },
      'both/x.tar.gz': { content: 'version', mtime: 2000 },
      link: { symlink: 'same' },
      'link here': 'version',
    });
    buildTree(at.root, {
      same: { content: 'same', mtime: 1000 },
      older: { content: 'mine', mtime: 1000 },
      newer: { content: 'mine', mtime: 3000 },
      'folder here': 'a file of mine',
      'file here/mine': 'm',
      'both/': { mode: 0o700, mtime: 5000 },
      'both/x.tar.gz': { content: 'mine', mtime: 3000 },
      'both/mine': 'm',
      link: { symlink: 'elsewhere' },
      'link here': { symlink: 'outside' },
    });
    writeFileSync(join(at.root, '../outside'), 'outside');
    return at;
  }
  const untouched = ['both/mine', 'file here/mine'];

  test.each([
    [
      'skip',
      {
        same: 'skip',
        older: 'skip',
        newer: 'skip',
        'both/x.tar.gz': 'skip',
        link: 'skip',
        'link here': 'skip',
        'file here': 'conflict',
        'folder here': 'conflict',
        'folder here/inside': 'conflict',
        both: 'unchanged',
      },
    ],
    [
      'overwrite',
      {
        same: 'unchanged',
        older: 'replace',
        newer: 'replace',
        'both/x.tar.gz': 'replace',
        link: 'replace',
        'link here': 'replace',
        'file here': 'conflict',
        'folder here': 'replace',
        'folder here/inside': 'create',
        both: 'unchanged',
      },
    ],
    [
      'overwrite_if_older',
      {
        same: 'skip',
        older: 'replace',
        newer: 'skip',
        'both/x.tar.gz': 'skip',
        link: 'skip',
        'link here': 'skip',
        'file here': 'conflict',
        'folder here': 'conflict',
        'folder here/inside': 'conflict',
        both: 'unchanged',
      },
    ],
  ] as const)('%s does to each what its list said before', async (policy, expected) => {
    const { from, root } = taken();
    const before = snapshotTree(root);
    const dry = await restored({ from, root, policy, dryRun: true });
    expectSameTree(before, root);
    const { actions, items, names } = await restored({ from, root, policy });
    expect(actions).toEqual(expected);
    expect(names).toEqual(dry.names);
    expect(leftovers(root)).toEqual([]);
    for (const path of untouched) expect(readFileSync(join(root, path), 'utf8')).toBe('m');
    for (const [path, { action, type }] of items) {
      if (type !== 'file' || (action !== 'skip' && action !== 'replace')) continue;
      if (lstatSync(join(root, path)).isFile())
        expect([path, readFileSync(join(root, path), 'utf8')]).toEqual([
          path,
          action === 'replace' ? 'version' : path === 'same' ? 'same' : 'mine',
        ]);
    }
    const both = statSync(join(root, 'both'));
    expect(both.mode & 0o777).toBe(policy === 'overwrite' ? 0o750 : 0o700);
  });

  test('keep_both puts it beside under a name of its own, and doing it again adds nothing', async () => {
    const { from, root } = taken();
    writeFileSync(join(root, 'older (restored 2026-01-05 02.00)'), 'somebody has this name too');
    const before = snapshotTree(root);
    const dry = await restored({ from, root, policy: 'keep_both', dryRun: true });
    expectSameTree(before, root);
    const { names, result } = await restored({ from, root, policy: 'keep_both' });
    const stamp = '(restored 2026-01-05 02.00)';
    expect(names).toEqual(dry.names);
    expect(names).toEqual([
      'unchanged both',
      `keep_both both/x.tar.gz → x.tar ${stamp}.gz`,
      `keep_both file here → file here ${stamp}`,
      `keep_both folder here → folder here ${stamp}`,
      'create folder here/inside',
      `keep_both link here → link here ${stamp}`,
      `keep_both link → link ${stamp}`,
      `keep_both newer → newer ${stamp}`,
      `keep_both older → older ${stamp} 2`,
      'unchanged same',
    ]);
    expect(result.actions.keep_both).toBe(7);
    for (const [path, node] of before) if (node.type === 'file') expect(snapshotTree(root).get(path)).toEqual(node);
    expect(readFileSync(join(root, `older ${stamp} 2`), 'utf8')).toBe('version');
    expect(readFileSync(join(root, `folder here ${stamp}/inside`), 'utf8')).toBe('i');
    const after = snapshotTree(root);
    await restored({ from, root, policy: 'keep_both' });
    expect([...snapshotTree(root).keys()]).toEqual([...after.keys()]);
  });

  test('a file with several names in the target is replaced, never written through', async () => {
    const { from, root } = lab();
    buildTree(from, { a: 'version' });
    buildTree(root, { a: 'mine', 'other name': { hardlink: 'a' } });
    await restored({ from, root });
    expect(readFileSync(join(root, 'other name'), 'utf8')).toBe('mine');
    expect(readFileSync(join(root, 'a'), 'utf8')).toBe('version');
  });

  test('owner and permissions of unchanged files are put right', async () => {
    const { from, root } = lab();
    buildTree(from, { a: { content: 'x', mode: 0o640, mtime: 1000 } });
    buildTree(root, { a: { content: 'x', mode: 0o777, mtime: 1000 } });
    chownSync(join(root, 'a'), 1234, 4321);
    const { actions } = await restored({ from, root });
    expect(actions).toEqual({ a: 'unchanged' });
    expectSameTree(from, root);
  });

  test('a second name is linked only to what was restored, never to what was left there', async () => {
    const { from, root } = lab();
    buildTree(from, { a: { content: 'version', mtime: 1000 }, b: { hardlink: 'a' } });
    buildTree(root, { a: { content: 'mine!!!', mtime: 1000 } });
    const { items } = await restored({ from, root, policy: 'skip' });
    expect(items.get('b')).toMatchObject({ action: 'create', lost: ['hard_link'] });
    expect(readFileSync(join(root, 'b'), 'utf8')).toBe('version');
  });
});

describe('old content that is not what it was', () => {
  test('is reported and never put under the name, whether it was changed, cut, or is gone', async () => {
    const { from, root } = lab();
    buildTree(from, { good: 'g', flipped: 'abc', shorter: 'abc', longer: 'abc', gone: 'abc', 'is a folder': 'abc' });
    const entries = wholeVersion(versionOf(from));
    writeFileSync(join(from, 'flipped'), 'abd');
    writeFileSync(join(from, 'shorter'), 'ab');
    writeFileSync(join(from, 'longer'), 'abcd');
    rmSync(join(from, 'gone'));
    rmSync(join(from, 'is a folder'));
    mkdirSync(join(from, 'is a folder'));
    buildTree(root, { flipped: 'mine' });
    const { actions, result } = await restored({ from, root, entries });
    expect(actions).toEqual({
      good: 'create',
      flipped: 'corrupt',
      shorter: 'corrupt',
      longer: 'corrupt',
      gone: 'missing',
      'is a folder': 'missing',
    });
    expect(result.stopped).toBeNull();
    expect([...snapshotTree(root).keys()]).toEqual(['flipped', 'good']);
    expect(readFileSync(join(root, 'flipped'), 'utf8')).toBe('mine');
  });

  test('a file whose hash nobody knows is restored and counted as unproven', async () => {
    const { from, root } = lab();
    buildTree(from, { a: 'x' });
    const entries = wholeVersion(versionOf(from).map((entry) => ({ ...entry, sha256: null })));
    const { result } = await restored({ from, root, entries });
    expect(result).toMatchObject({ unproven: 1, actions: { create: 1 } });
  });
});

describe('a target that cannot hold everything', () => {
  test('exFAT: content comes back, what it cannot hold is named, nothing overwrites its twin', async () => {
    const { from } = lab();
    const { path: root } = loopfs({ sizeMiB: 32, type: 'exfat' });
    buildTree(from, {
      'a.txt': { content: 'a', mtime: 1_700_000_001 },
      'folder/b': { content: 'b', mode: 0o600 },
      'Photo.jpg': 'large P',
      'photo.jpg': 'small p',
      'colon: name': 'x',
      link: { symlink: 'a.txt' },
      second: { hardlink: 'a.txt' },
    });
    chownSync(join(from, 'folder/b'), 1234, 4321);
    const { items, actions, result } = await restored({ from, root });
    expect(actions).toEqual({
      'a.txt': 'create',
      folder: 'create',
      'folder/b': 'create',
      'Photo.jpg': 'create',
      'photo.jpg': 'unsupported',
      'colon: name': 'unsupported',
      link: 'unsupported',
      second: 'create',
    });
    expect(result.stopped).toBeNull();
    expect(items.get('second')?.lost).toContain('hard_link');
    expect(items.get('folder/b')?.lost).toContain('owner');
    expect(readFileSync(join(root, 'Photo.jpg'), 'utf8')).toBe('large P');
    expect(readFileSync(join(root, 'second'), 'utf8')).toBe('a');
    expect(Math.floor(statSync(join(root, 'a.txt')).mtimeMs / 1000)).toBe(1_700_000_001);
    const again = await restored({ from, root });
    expect(again.result.actions).toMatchObject({ create: 0, replace: 0 });
  });

  test('too small: says so before anything is written', async () => {
    const { from } = lab();
    const { path: root } = tmpfs({ size: '4m' });
    buildTree(from, { a: 'x', big: Buffer.alloc(8 * mebibyte, 'x') });
    const { result } = await restored({ from, root });
    expect(result.stopped).toMatchObject({ reason: 'no_space' });
    expect(result.stopped?.message).toContain('8.0 MiB are to be restored');
    expect(readdirSync(root)).toEqual([]);
  });

  test('full while restoring: what is whole stays, nothing half is there, and it goes on when there is room', async () => {
    const { from } = lab();
    const { path: root } = loopfs({ sizeMiB: 16, type: 'ext4' });
    buildTree(from, { 'f/1': Buffer.alloc(3 * mebibyte, '1'), 'f/2': Buffer.alloc(3 * mebibyte, '2'), 'f/3': 'small' });
    const hog = join(root, 'hog');
    writeFileSync(hog, '');
    const { result } = await restored({
      from,
      root,
      // Somebody else fills the disk once it was found large enough.
      onProgress: ({ phase }) => {
        if (phase !== 'restoring' || statSync(hog).size > 0) return;
        fillUp(hog);
        truncateSync(hog, statSync(hog).size - 4 * mebibyte);
      },
    });
    expect(result.stopped).toMatchObject({ reason: 'no_space' });
    expect(leftovers(root)).toEqual([]);
    for (const [path, node] of snapshotTree(join(root, 'f')))
      expect([path, node.sha256]).toEqual([path, snapshotTree(join(from, 'f')).get(path)?.sha256 as string]);
    rmSync(hog);
    expect((await restored({ from, root })).result.stopped).toBeNull();
    expectSameTree(join(from, 'f'), join(root, 'f'));
  });
});

describe('a restore that is cancelled', () => {
  test('ends soon, leaves nothing half, and goes on when it is asked again', async () => {
    const { from, root } = lab();
    manySmallFiles(from, 600, 300);
    writeFileSync(join(from, 'big'), Buffer.alloc(8 * mebibyte, 'b'));
    const cancel = new AbortController();
    let count = 0;
    const { result } = await restored({
      from,
      root,
      signal: cancel.signal,
      onItem: () => {
        count += 1;
        if (count === 100) cancel.abort(new Error('enough'));
      },
    });
    expect(result.stopped).toMatchObject({ reason: 'cancelled' });
    expect(leftovers(root)).toEqual([]);
    const version = snapshotTree(from);
    for (const [path, node] of snapshotTree(root))
      if (node.type === 'file') expect([path, node.sha256]).toEqual([path, version.get(path)?.sha256 as string]);
    const again = await restored({ from, root });
    expect(again.result.actions.unchanged).toBeGreaterThan(50);
    expectSameTree(from, root);
  });
});

test('a newer file that comes while we restore is not overwritten by skip', async () => {
  const { from, root } = lab();
  buildTree(from, { 'folder/a': 'version' });
  mkdirSync(join(root, 'folder'));
  const { actions } = await restored({
    from,
    root,
    policy: 'skip',
    onStep: (step) => {
      if (step === 'attributes_set') writeFileSync(join(root, 'folder/a'), 'mine');
    },
  });
  expect(actions['folder/a']).toBe('skip');
  expect(readFileSync(join(root, 'folder/a'), 'utf8')).toBe('mine');
  expect(leftovers(root)).toEqual([]);
});
