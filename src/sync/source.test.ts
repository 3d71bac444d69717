import { describe, expect, test } from 'bun:test';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../../test/harness/temp.ts';
import { openRoot } from '../lib/dirfd.ts';
import { isLocalFolder } from '../lib/local-folder.ts';
import { createFilter } from './filter.ts';
import { type SourceEntry, walkSource } from './source.ts';

async function entriesOf(path: string, signal = new AbortController().signal): Promise<SourceEntry[]> {
  const root = await openRoot(path);
  const found: SourceEntry[] = [];
  try {
    const walk = walkSource({
      root,
      filter: createFilter([]),
      excludeFolders: new Set(),
      fold: null,
      chooseTwin: async (_, [first]) => first?.name ?? '',
      folderProblem: () => null,
      onProblem: ({ path: at, message }) => {
        throw new Error(`${at}: ${message}`);
      },
      signal,
    });
    for await (const { entries } of walk) found.push(...entries);
    return found;
  } finally {
    await root.close();
  }
}

async function isLocal(path: string): Promise<boolean> {
  const root = await openRoot(path);
  try {
    return await isLocalFolder(root);
  } finally {
    await root.close();
  }
}

describe('a source', () => {
  const inMemory = '/proc/sys/kernel/random';

  test('is known to lie on a disk of this machine, or not', async () => {
    expect([await isLocal(tempDir('source')), await isLocal(inMemory)]).toEqual([true, false]);
  });

  test('is looked through whole, in its order, on a disk and elsewhere', async () => {
    const dir = tempDir('source');
    mkdirSync(join(dir, 'a/b'), { recursive: true });
    const names = Array.from({ length: 1_200 }, (_, n) => `f${n}`);
    for (const name of names) writeFileSync(join(dir, 'a', name), name);
    writeFileSync(join(dir, 'a.txt'), 'between');
    const found = await entriesOf(dir);
    expect(found.map(({ path }) => path)).toEqual(
      ['a.txt', 'a', 'a/b', ...names.map((name) => `a/${name}`)].sort((one, other) => {
        const keys = [one, other].map((path) => (path === 'a' || path === 'a/b' ? `${path}/` : path));
        return (keys[0] as string) < (keys[1] as string) ? -1 : 1;
      }),
    );
    expect(found.find(({ path }) => path === 'a/f77')).toMatchObject({ kind: 'file', size: 3 });

    const elsewhere = await entriesOf(inMemory);
    expect(elsewhere.map(({ path }) => path)).toEqual(readdirSync(inMemory).sort());
    expect(elsewhere.every(({ kind }) => kind === 'file')).toBe(true);
  });

  test('is not looked through to its end when somebody cancels', async () => {
    const dir = tempDir('source');
    for (let n = 0; n < 1_200; n += 1) writeFileSync(join(dir, `f${n}`), '');
    const controller = new AbortController();
    controller.abort(new Error('cancelled'));
    for (const path of [dir, inMemory]) expect(entriesOf(path, controller.signal)).rejects.toThrow('cancelled');
  });
});
