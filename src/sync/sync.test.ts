import { describe, expect, test } from 'bun:test';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf, filesThere, syncOnce } from '../../test/harness/sync.ts';
import { tempDir } from '../../test/harness/temp.ts';
import { buildTree, type TreeSpec } from '../../test/harness/trees.ts';
import type { StorageDriver } from '../storage/driver.ts';
import { createFaultyDriver } from '../storage/drivers/faulty/driver.ts';
import { createMemoryDriver } from '../storage/drivers/memory/driver.ts';
import { createMemoryStore, type MemoryStore } from '../storage/drivers/memory/store.ts';
import { createMemoryJournal } from './journal-memory.ts';

/** Real folders, and a list of all files besides. */
function flatDriver(store: MemoryStore): StorageDriver {
  const driver = createMemoryDriver({ store });
  const flat = createMemoryDriver({ store, folders: 'implied', pageEntries: 3 });
  const listBelow = (folder: string, signal: AbortSignal) => flat.listBelow?.(folder, signal) ?? [];
  return { ...driver, capabilities: { ...driver.capabilities, flat: true }, listBelow } as StorageDriver;
}

/** A source, an empty destination and what is noted of it. */
function place(folders: 'real' | 'implied' | 'real, but unlisted', spec: TreeSpec) {
  const dir = tempDir('sync');
  const root = join(dir, 'source');
  buildTree(root, spec);
  const store = createMemoryStore();
  const driver = createFaultyDriver(
    folders === 'real, but unlisted' ? flatDriver(store) : createMemoryDriver({ store, folders }),
  );
  return { root, store, driver, journal: createMemoryJournal(), spoolDir: join(dir, 'spool') };
}

const put = async (driver: StorageDriver, path: string, text: string, mtimeNs: bigint | null = null) => {
  const bytes = Buffer.from(text);
  const content = { size: bytes.length, read: async (at: number, length: number) => bytes.slice(at, at + length) };
  await driver.write(path, content, { signal: new AbortController().signal, mtimeNs });
};

const tree: TreeSpec = {
  'a.txt': 'one',
  'sub/b.txt': 'two',
  'sub/deep/c.txt': 'three',
  'sub-x/d.txt': 'four',
  'sub.txt': '',
  'empty/': null,
  'sub/link': { symlink: 'b.txt' },
  'ümlaut/日.txt': 'five',
};

describe.each(['real', 'implied', 'real, but unlisted'] as const)('with %s folders', (folders) => {
  test('the destination equals the source, and a second run sends nothing and asks for no single file', async () => {
    const here = place(folders, tree);
    const first = await syncOnce(here);
    expect(filesThere(here.store)).toEqual(filesOf(here.root));
    expect(first.result).toMatchObject({ transferred: 6, unchanged: 0, failed: 0, failure: null });
    expect(first.totals).toMatchObject({ files: 6, transferFiles: 6, deletions: 0, filesThere: 0 });
    expect(first.progress).toEqual({ bytes: first.totals.bytes, files: 6 });
    expect(first.items.find(({ path }) => path === 'sub/link')).toMatchObject({ kind: 'link' });
    if (folders !== 'implied') expect(here.store.folders.has('in/empty')).toBe(true);
    here.driver.setFaults();
    const before = here.driver.calls.length;
    const second = await syncOnce(here);
    expect(second.told).toEqual([]);
    expect(second.result).toMatchObject({ transferred: 0, unchanged: 6, failed: 0 });
    const calls = new Set(here.driver.calls.slice(before).map(({ call }) => call));
    if (folders === 'real') expect([...calls]).toEqual(['list']);
    else if (folders === 'implied') expect([...calls]).toEqual(['listBelow']);
    // A folder without files is in no list of files.
    else expect([...calls]).toEqual(['listBelow', 'makeFolder']);
    expect(readdirSync(here.spoolDir)).toEqual([]);
  });

  test('changed, new, touched and removed files are each told for what they are', async () => {
    const here = place(folders, tree);
    await syncOnce(here);
    writeFileSync(join(here.root, 'a.txt'), 'one and more');
    writeFileSync(join(here.root, 'sub/new'), 'new');
    utimesSync(join(here.root, 'sub-x/d.txt'), 1, 1);
    rmSync(join(here.root, 'sub/deep'), { recursive: true });
    const { told, result, deletions } = await syncOnce(here);
    expect(told).toEqual(['attributes sub-x/d.txt', 'changed a.txt', 'deleted sub/deep/c.txt', 'new sub/new']);
    expect(deletions).toEqual(['sub/deep/c.txt']);
    expect(result).toMatchObject({ transferred: 2, deletedFiles: 1, failure: null });
    expect(filesThere(here.store)).toEqual(filesOf(here.root));
    expect(here.store.folders.has('in/sub/deep')).toBe(false);
    expect((await syncOnce(here)).told).toEqual([]);
  });

  test('without deleting, nothing at the destination goes', async () => {
    const here = place(folders, tree);
    await syncOnce(here);
    rmSync(join(here.root, 'sub'), { recursive: true });
    const { told } = await syncOnce({ ...here, options: { deleteExtraneous: false } });
    expect(told).toEqual([]);
    expect(here.store.files.has('in/sub/b.txt')).toBe(true);
  });

  test('a lost journal costs comparing: nothing is deleted, and nothing sent that is there', async () => {
    const here = place(folders, tree);
    await syncOnce(here);
    const { told, result } = await syncOnce({ ...here, journal: createMemoryJournal() });
    expect(told).toEqual([]);
    expect(result).toMatchObject({ transferred: 0, unchanged: 6 });
  });

  test('a file found there with the same size but another time and content is never taken for the same', async () => {
    const here = place(folders, { 'a.txt': 'one' });
    await put(here.driver, 'in/a.txt', 'two', 5n);
    expect((await syncOnce(here)).told).toEqual(['changed a.txt']);
    expect(filesThere(here.store)).toEqual(filesOf(here.root));
  });

  test('what somebody changed or removed at the destination is sent again, and said', async () => {
    const here = place(folders, tree);
    await syncOnce(here);
    await put(here.driver, 'in/a.txt', 'bad');
    here.store.files.delete('in/sub/b.txt');
    const { told, problems } = await syncOnce(here);
    expect(told).toEqual(['changed a.txt', 'new sub/b.txt']);
    expect(problems.map(({ path, level }) => `${level} ${path}`).sort()).toEqual([
      'warning a.txt',
      'warning sub/b.txt',
    ]);
    expect(filesThere(here.store)).toEqual(filesOf(here.root));
  });

  test('excluded files are not sent, and those at the destination are left alone', async () => {
    const here = place(folders, { ...tree, 'x.tmp': 'x', 'cache/y': 'y', 'data/z': 'z', 'data/keep.tmp': 't' });
    await put(here.driver, 'in/old.tmp', 'old');
    await put(here.driver, 'in/gone/cache/deep/f', 'old');
    await put(here.driver, 'in/gone/g', 'old');
    const { deletions } = await syncOnce({ ...here, exclude: ['*.tmp', 'cache/'], excludeFolders: ['data'] });
    expect(deletions).toEqual(['gone/g']);
    const names = [...filesThere(here.store).keys()];
    expect(names).toEqual(expect.arrayContaining(['old.tmp', 'gone/cache/deep/f', 'a.txt']));
    expect(names.filter((name) => /^(x\.tmp|cache|data)/.test(name))).toEqual([]);
  });

  test('what lies outside the landing is never seen', async () => {
    const here = place(folders, tree);
    await put(here.driver, 'other/file', 'mine');
    await put(here.driver, '.dynamight/marker.json', '{}');
    await syncOnce(here);
    expect(here.store.files.has('other/file')).toBe(true);
    expect(here.store.files.has('.dynamight/marker.json')).toBe(true);
    expect(here.driver.calls.filter(({ path }) => !path.startsWith('in'))).toHaveLength(2);
  });

  test('in the root itself, our own folder is never seen', async () => {
    const here = place(folders, { 'a.txt': 'one', '.dynamight/mine': 'kept' });
    await put(here.driver, '.dynamight/marker.json', '{}');
    const { deletions } = await syncOnce({ ...here, landing: '' });
    expect(deletions).toEqual([]);
    expect(here.store.files.has('.dynamight/marker.json')).toBe(true);
  });

  test('a dry run tells all of it and does none of it', async () => {
    const here = place(folders, tree);
    await syncOnce(here);
    writeFileSync(join(here.root, 'a.txt'), 'one and more');
    rmSync(join(here.root, 'sub/b.txt'));
    const before = filesThere(here.store);
    const rows = here.journal.rows.size;
    const { told } = await syncOnce({ ...here, options: { dryRun: true } });
    expect(told).toEqual(['changed a.txt', 'deleted sub/b.txt']);
    expect(filesThere(here.store)).toEqual(before);
    expect(here.journal.rows.size).toBe(rows);
  });

  test('what is replaced or removed is kept first', async () => {
    const here = place(folders, tree);
    await syncOnce(here);
    writeFileSync(join(here.root, 'a.txt'), 'changed');
    rmSync(join(here.root, 'sub/b.txt'));
    writeFileSync(join(here.root, 'new'), 'new');
    const kept: string[] = [];
    await syncOnce({
      ...here,
      async keep(path) {
        kept.push(path);
        await here.driver.move(path, `history/${path}`, new AbortController().signal);
      },
    });
    expect(kept.sort()).toEqual(['in/a.txt', 'in/sub/b.txt']);
    expect(Buffer.from(here.store.files.get('history/in/a.txt')?.bytes ?? []).toString()).toBe('one');
    expect(filesThere(here.store)).toEqual(filesOf(here.root));
  });

  test('a file that became a folder, and a folder that became a file, follow', async () => {
    const here = place(folders, { 'a/x': '1', 'a/y/z': '2', 'a-b': '3', b: '4', 'b.txt': '5', 'c/d': '6' });
    await syncOnce(here);
    rmSync(join(here.root, 'a'), { recursive: true });
    rmSync(join(here.root, 'b'));
    buildTree(here.root, { a: 'now a file', 'b/inside/file': 'now a folder', 'b/empty/': null });
    const { problems, result } = await syncOnce(here);
    expect(problems).toEqual([]);
    expect(result.failure).toBeNull();
    expect(filesThere(here.store)).toEqual(filesOf(here.root));
    expect((await syncOnce(here)).told).toEqual([]);
  });

  test('a file that became a link goes, as it does when it was deleted', async () => {
    const here = place(folders, { a: '1', 'd/x': '2' });
    await syncOnce(here);
    rmSync(join(here.root, 'a'));
    rmSync(join(here.root, 'd'), { recursive: true });
    symlinkSync('/etc', join(here.root, 'd'));
    symlinkSync('/etc/passwd', join(here.root, 'a'));
    const { told } = await syncOnce(here);
    expect(told).toEqual(['deleted a', 'deleted d/x']);
    expect(filesThere(here.store).size).toBe(0);
  });

  test('a name that is not UTF-8 is named, and so is what a folder of such a name holds', async () => {
    const here = place(folders, { good: '1' });
    buildTree(here.root, [
      [Buffer.from('bad\xff', 'latin1'), 'x'],
      [Buffer.from('dir\xfe/inside', 'latin1'), 'y'],
    ]);
    const { problems, result, told } = await syncOnce(here);
    expect(told).toEqual(['new good']);
    expect(problems.map(({ path }) => path).sort()).toEqual(['bad\xff', 'dir\xfe']);
    for (const { message } of problems) expect(message).toContain('not valid UTF-8');
    expect(result.failed).toBe(1);
  });
});

describe('where folders are real', () => {
  test('a folder in a file’s place is an error with its name as long as nothing may be deleted', async () => {
    const here = place('real', { a: 'file' });
    await put(here.driver, 'in/a/x', 'old');
    const { problems, result } = await syncOnce({ ...here, options: { deleteExtraneous: false } });
    expect(problems).toMatchObject([{ path: 'a', level: 'error' }]);
    expect(result.failed).toBe(1);
    expect(here.store.files.has('in/a/x')).toBe(true);
  });

  test('a folder that holds excluded files does not make way for a file', async () => {
    const here = place('real', { a: 'file' });
    await put(here.driver, 'in/a/x.tmp', 'old');
    const { problems } = await syncOnce({ ...here, exclude: ['*.tmp'] });
    expect(problems).toMatchObject([{ path: 'a', level: 'error' }]);
    expect(here.store.files.has('in/a/x.tmp')).toBe(true);
  });

  test('a file in a folder’s place makes way as a changed file does', async () => {
    const here = place('real', { 'a/x': 'new' });
    await put(here.driver, 'in/a', 'old');
    const { problems, told } = await syncOnce({ ...here, options: { deleteExtraneous: false } });
    expect(problems).toEqual([]);
    expect(told).toEqual(['deleted a', 'new a/x']);
  });
});

test('a folder that is another filesystem is entered, as rsync does', async () => {
  const here = place('real', { 'a/b': '1' });
  renameSync(join(here.root, 'a'), join(here.root, 'c'));
  mkdirSync(join(here.root, 'a'));
  expect(statSync(join(here.root, 'a')).isDirectory()).toBe(true);
  expect((await syncOnce(here)).told).toEqual(['new c/b']);
});
