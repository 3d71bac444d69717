import { describe, expect, test } from 'bun:test';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesThere, syncOnce } from '../../test/harness/sync.ts';
import { tempDir } from '../../test/harness/temp.ts';
import { buildTree, type TreeSpec } from '../../test/harness/trees.ts';
import type { StorageDriver } from '../storage/driver.ts';
import { createMemoryDriver } from '../storage/drivers/memory/driver.ts';
import { createMemoryStore, type MemoryStore } from '../storage/drivers/memory/store.ts';
import { createMemoryJournal } from './journal-memory.ts';

const precomposed = 'Am\u00e9lie';
const decomposed = 'Ame\u0301lie';

/** A place that tells names apart without case and Unicode form, and keeps the spelling it saw first. */
function foldingDriver(store: MemoryStore): StorageDriver {
  const driver = createMemoryDriver({ store });
  const fold = (text: string) => text.normalize('NFC').toLowerCase();
  const spelled = (path: string): string => {
    const done: string[] = [];
    for (const name of path === '' ? [] : path.split('/')) {
      const above = done.join('/');
      const all = [...store.files.keys(), ...store.folders];
      const inside = all.filter((other) => other.slice(0, Math.max(0, other.lastIndexOf('/'))) === above);
      const same = inside.find((other) => fold(other.slice(other.lastIndexOf('/') + 1)) === fold(name));
      done.push(same === undefined ? name : same.slice(same.lastIndexOf('/') + 1));
    }
    return done.join('/');
  };
  return {
    ...driver,
    capabilities: { ...driver.capabilities, caseSensitive: false, normalisesNames: true },
    list: (folder, signal) => driver.list(spelled(folder), signal),
    stat: (path, signal) => driver.stat(spelled(path), signal),
    write: (path, content, how) => driver.write(spelled(path), content, how),
    remove: (path, signal) => driver.remove(spelled(path), signal),
    removeFolder: (path, signal) => driver.removeFolder(spelled(path), signal),
    makeFolder: (path, signal) => driver.makeFolder(spelled(path), signal),
  };
}

function place(spec: TreeSpec) {
  const dir = tempDir('twins');
  const root = join(dir, 'source');
  buildTree(root, spec);
  const store = createMemoryStore();
  return { root, store, driver: foldingDriver(store), journal: createMemoryJournal(), spoolDir: join(dir, 'spool') };
}

const textAt = (store: MemoryStore, path: string) => Buffer.from(store.files.get(path)?.bytes ?? []).toString();

describe('names that are one at the destination', () => {
  test('of two files the first is kept, both are named, and no run changes its mind', async () => {
    const here = place({ 'Read.me': 'upper', 'read.me': 'lower', z: '1' });
    for (const journal of [here.journal, here.journal, createMemoryJournal()]) {
      const { problems } = await syncOnce({ ...here, journal });
      expect(problems).toMatchObject([{ path: 'read.me', level: 'error' }]);
      expect(problems[0]?.message).toContain('"Read.me"');
      expect(problems[0]?.message).toContain('"read.me"');
      expect([...here.store.files.keys()].sort()).toEqual(['in/Read.me', 'in/z']);
      expect(textAt(here.store, 'in/Read.me')).toBe('upper');
    }
  });

  test.each([true, false])(
    'one that is there already stays, although another comes first (journal: %p)',
    async (known) => {
      const here = place({ 'read.me': 'lower' });
      await syncOnce(here);
      writeFileSync(join(here.root, 'Read.me'), 'upper');
      const { problems, told } = await syncOnce({ ...here, journal: known ? here.journal : createMemoryJournal() });
      expect(problems).toMatchObject([{ path: 'Read.me', level: 'error' }]);
      expect(told).toEqual([]);
      expect(textAt(here.store, 'in/read.me')).toBe('lower');
    },
  );

  test('two folders are not mixed: what is in the second is left out', async () => {
    const here = place({ 'Photos/a': '1', 'photos/b': '2' });
    const { problems } = await syncOnce(here);
    expect(problems).toMatchObject([{ path: 'photos', level: 'error' }]);
    expect([...here.store.files.keys()]).toEqual(['in/Photos/a']);
    expect((await syncOnce(here)).told).toEqual([]);
  });

  test('both Unicode forms of a name are one', async () => {
    const here = place({ [precomposed]: '1', [decomposed]: '2' });
    const { problems } = await syncOnce(here);
    expect(problems).toHaveLength(1);
    expect(here.store.files.size).toBe(1);
    expect((await syncOnce(here)).told).toEqual([]);
  });

  test('a file renamed by case alone is never deleted', async () => {
    const here = place({ 'photo.jpg': 'same', 'Folder/x': '1' });
    await syncOnce(here);
    renameSync(join(here.root, 'photo.jpg'), join(here.root, 'Photo.JPG'));
    renameSync(join(here.root, 'Folder'), join(here.root, 'FOLDER'));
    const { deletions, told } = await syncOnce(here);
    expect(deletions).toEqual([]);
    expect(told).toEqual([]);
    writeFileSync(join(here.root, 'Photo.JPG'), 'other');
    await syncOnce(here);
    expect(textAt(here.store, 'in/photo.jpg')).toBe('other');
    expect(filesThere(here.store).size).toBe(2);
  });

  test('a name kept in another Unicode form is known again', async () => {
    const here = place({ [decomposed]: '1' });
    await syncOnce(here);
    const file = here.store.files.get(`in/${decomposed}`);
    here.store.files.delete(`in/${decomposed}`);
    if (file) here.store.files.set(`in/${precomposed}`, file);
    for (const journal of [here.journal, createMemoryJournal()]) {
      const { told, deletions } = await syncOnce({ ...here, journal });
      expect([told, deletions]).toEqual([[], []]);
    }
    rmSync(join(here.root, decomposed));
    expect((await syncOnce(here)).deletions).toEqual([Buffer.from(precomposed).toString('latin1')]);
    expect(here.store.files.size).toBe(0);
  });
});
