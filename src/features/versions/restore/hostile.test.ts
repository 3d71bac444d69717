import { describe, expect, test } from 'bun:test';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../../../test/harness/processes.ts';
import { restored, versionOf, wholeVersion } from '../../../../test/harness/restores.ts';
import { scale } from '../../../../test/harness/scale.ts';
import { expectSameTree, snapshotTree } from '../../../../test/harness/snapshot.ts';
import { tempDir } from '../../../../test/harness/temp.ts';
import { buildTree } from '../../../../test/harness/trees.ts';
import { bareEntry, type VersionEntry } from '../manifest.ts';
import type { RestoreEntry } from './model.ts';
import { pathTrouble } from './paths.ts';

/** A target with something beside it that nobody may touch. */
function lab() {
  const dir = tempDir('hostile');
  const [from, root, outside] = ['old', 'new', 'outside'].map((name) => join(dir, name)) as [string, string, string];
  for (const path of [from, root, outside]) mkdirSync(path);
  buildTree(outside, { secret: { content: 'secret', mode: 0o600, mtime: 1000 }, 'folder/deep': 'deep' });
  buildTree(from, { x: 'evil' });
  const before = snapshotTree(outside);
  const [evil] = versionOf(from) as [VersionEntry];
  /** A file that a list puts somewhere; its content is there. */
  const file = (to: string): RestoreEntry => ({ entry: { ...evil, path: 'x' }, to, linkTo: null, scaffold: false });
  const link = (to: string, target: string): RestoreEntry => ({
    entry: { ...bareEntry(to, 'link'), target },
    to,
    linkTo: null,
    scaffold: false,
  });
  const folder = (to: string): RestoreEntry => ({
    entry: { ...bareEntry(to, 'dir'), mode: 0o777, mtimeNs: 1n },
    to,
    linkTo: null,
    scaffold: false,
  });
  return { from, root, outside, file, link, folder, untouched: () => expectSameTree(before, outside) };
}

const badPaths = [
  '../outside/new',
  'a/../../outside/new',
  '..',
  '.',
  './x',
  'a/./b',
  'a//b',
  'a/',
  '/etc/new',
  '/',
  'a\0b',
  'x'.repeat(256),
  'a/'.repeat(2500) + 'b',
];

describe('a list somebody else wrote', () => {
  test.each(badPaths)('cannot name %j', async (path) => {
    expect(pathTrouble(path)).not.toBeNull();
    const { from, root, file, folder, link, untouched } = lab();
    for (const entry of [file(path), folder(path), link(path, 'x')]) {
      const { items, result } = await restored({ from, root, entries: [entry] });
      expect([...items.values()].map(({ action }) => action)).toEqual(['refused']);
      expect(result.stopped).toBeNull();
    }
    expect(readdirSync(root)).toEqual([]);
    untouched();
  });

  test('cannot write through a link it makes, or finds, in any order', async () => {
    for (const policy of ['skip', 'overwrite', 'overwrite_if_older', 'keep_both'] as const) {
      const { from, root, file, link, folder, outside, untouched } = lab();
      const way = '../outside';
      buildTree(root, { found: { symlink: way } });
      await restored({
        from,
        root,
        policy,
        entries: [
          link('a', way),
          file('a/new'),
          file('a/secret'),
          link('b', `${way}/secret`),
          file('found/new'),
          file('found/secret'),
          link('z', outside),
        ],
      });
      await restored({
        from,
        root,
        policy,
        entries: [folder('a'), file('a/new'), file('b'), folder('z'), file('z/new')],
      });
      untouched();
    }
  });

  test('cannot repeat a path or come out of order', async () => {
    const { from, root, file, link } = lab();
    const said: string[] = [];
    const { result } = await restored({
      from,
      root,
      entries: [file('b'), link('b', 'x'), file('a'), file('c')],
      onItem: ({ to, action }) => void said.push(`${action} ${to}`),
    });
    expect(said.sort()).toEqual(['create b', 'create c', 'refused a', 'refused b']);
    expect(result.stopped).toBeNull();
    expect(statSync(join(root, 'b')).isFile()).toBe(true);
  });

  test('cannot link to a file outside, or to a link that leads there', async () => {
    const { from, root, file, untouched } = lab();
    buildTree(root, { 'link out': { symlink: '../outside/secret' }, 'folder out': { symlink: '../outside' } });
    const second = (to: string, linkTo: string): RestoreEntry => ({ ...file(to), linkTo });
    const { items } = await restored({
      from,
      root,
      entries: [second('m', 'link out'), second('n', 'folder out/secret'), second('o', '../outside/secret')],
    });
    for (const path of ['m', 'n', 'o']) {
      expect(items.get(path)?.action).toBe('create');
      expect(readFileSync(join(root, path), 'utf8')).toBe('evil');
    }
    untouched();
  });

  test('cannot make a link without a target, or one that claims to be the folder itself', async () => {
    const { from, root, link, file } = lab();
    const { actions } = await restored({ from, root, entries: [file(''), link('a', ''), link('b', 'x\0y')] });
    expect(actions).toEqual({ '': 'refused', a: 'refused', b: 'refused' });
    expect(readdirSync(root)).toEqual([]);
  });

  test('keeps the folder it is restored into when the list says what it is', async () => {
    const { from, root, folder } = lab();
    const { actions } = await restored({ from, root, entries: [folder('')], policy: 'skip' });
    expect(actions).toEqual({ '': 'unchanged' });
    expect(statSync(root).mode & 0o777).toBe(0o755);
    await restored({ from, root, entries: [folder('')], policy: 'overwrite' });
    expect(statSync(root).mode & 0o777).toBe(0o777);
  });

  test('may hold links that lead anywhere: they come back as they were', async () => {
    const { from, root, link } = lab();
    await restored({ from, root, entries: [link('a', '/etc/passwd'), link('b', '\xff')] });
    expect(readlinkSync(join(root, 'a'))).toBe('/etc/passwd');
    expect(readlinkSync(Buffer.from(join(root, 'b')), { encoding: 'buffer' })).toEqual(Buffer.of(0xff));
  });
});

test('somebody who swaps folders for links while we restore gets nothing written elsewhere', async () => {
  const { from, root, outside, untouched } = lab();
  const entries = wholeVersion(versionOf(from));
  const [evil] = entries as [RestoreEntry];
  buildTree(root, { 'swapped/sub/': null });
  const swapper = Bun.spawn(
    [
      'python3',
      '-c',
      `import os,sys
os.chdir(sys.argv[1])
n=0
while True:
  try:
    os.rename('swapped','aside'); os.symlink(sys.argv[2],'swapped')
    n+=1
    if n==20: print('swapping',flush=True)
    os.unlink('swapped'); os.rename('aside','swapped')
  except OSError: pass`,
      root,
      outside,
    ],
    { stdout: 'pipe' },
  );
  try {
    let swapping = false;
    void swapper.stdout
      .getReader()
      .read()
      .then(() => {
        swapping = true;
      });
    await eventually('it swaps', () => swapping);
    const dir = (to: string): RestoreEntry => ({ ...evil, entry: { ...bareEntry(to, 'dir'), mode: 0o700 }, to });
    for (let round = 0; round < scale.raceRounds / 10; round += 1)
      await restored({
        from,
        root,
        sync: async () => {},
        entries: [
          dir('swapped'),
          dir('swapped/folder'),
          { ...evil, to: 'swapped/folder/deep' },
          { ...evil, to: 'swapped/secret' },
        ],
      });
  } finally {
    swapper.kill('SIGKILL');
    await swapper.exited;
  }
  untouched();
  expect(readdirSync(outside).sort()).toEqual(['folder', 'secret']);
});

test('a file that looks like a temporary one of ours and is not in the journal stays', async () => {
  const { from, root } = lab();
  const name = '.dynamight-0123456789abcdef.part';
  writeFileSync(join(root, name), 'somebody else is writing this');
  await restored({ from, root });
  expect(readdirSync(root).sort()).toEqual([name, 'x']);
});
