import { describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { loopfs } from '../../../../test/harness/filesystems.ts';
import { tempDir } from '../../../../test/harness/temp.ts';
import { buildTree, findCounts } from '../../../../test/harness/trees.ts';
import type { RsyncResult } from '../../../system/rsync/run.ts';
import { completeOptions } from '../options.ts';
import type { MoverProblem } from './mover.ts';
import { createRsyncMover, failureOf } from './rsync.ts';

const never = new AbortController().signal;

/** Copies the sources (landing → folder) to `root` and answers what was told on the way. */
async function move(root: string, sources: Record<string, string>, options: object = {}) {
  const problems: MoverProblem[] = [];
  const told: string[] = [];
  const handle = openSync(root, 'r');
  try {
    const mover = createRsyncMover({
      handle,
      root,
      sources: Object.entries(sources).map(([landing, sourceDir]) => ({ landing, sourceDir, excludeFolders: [] })),
      options: completeOptions(options),
      filesystem: 'unix',
      lockFile: null,
      historyDir: null,
      itemMark: '@mark',
    });
    const result = await mover.apply(never, {
      phase: (phase) => told.push(phase),
      item: (item) => told.push(`${item.action} ${item.landing}/${item.path}`),
      problem: (problem) => problems.push(problem),
      progress() {},
    });
    return { result, problems, told };
  } finally {
    closeSync(handle);
  }
}

function frozen<T>(path: string, work: () => Promise<T>): Promise<T> {
  expect(spawnSync('chattr', ['+i', '--', path]).status).toBe(0);
  return work().finally(() => spawnSync('chattr', ['-i', '--', path]));
}

describe('the rsync mover', () => {
  test('names the file that was meant, not the temporary one', async () => {
    const [source, root] = [tempDir('source'), tempDir('root')];
    const names = ['.bashrc', 'photo.jpg', 'n'.repeat(255)];
    for (const name of names) buildTree(source, { [`d/${name}`]: '1' });
    mkdirSync(join(root, 'src/d'), { recursive: true });
    const { problems, result } = await frozen(join(root, 'src/d'), () => move(root, { src: source }));
    const named = problems.map((one) => one.path).filter((path) => path !== 'd');
    expect(named.sort()).toEqual(names.map((name) => `d/${name}`).sort());
    expect(result.failure).toBeNull();
  });

  test('does not take an attribute that is too large for a full drive', async () => {
    const drive = loopfs({ sizeMiB: 8, type: 'ext4', mkfs: ['-b', '1024'] });
    const source = tempDir('source');
    buildTree(source, { tagged: '1', plain: '2' });
    const tag = ['-n', 'user.big', '-v', 'v'.repeat(3000), join(source, 'tagged')];
    expect(spawnSync('setfattr', tag).status).toBe(0);
    mkdirSync(join(drive.path, 'src'));
    const { problems, result } = await move(drive.path, { src: source });
    expect(result.failure).toBeNull();
    expect(problems.map((one) => `${one.path}: ${one.message}`)).toEqual([
      'tagged: the attribute user.big is too large for this filesystem',
    ]);
    expect(findCounts(join(drive.path, 'src')).files).toBe(2);
  });

  test('with several sources names what it could not delete in the pass that deletes', async () => {
    const [one, two, root] = [tempDir('one'), tempDir('two'), tempDir('root')];
    buildTree(one, { a: '1' });
    buildTree(two, { b: '1' });
    buildTree(root, { 'one/old': '1', 'two/stuck': '1', 'two/old': '1' });
    const { problems, result, told } = await frozen(join(root, 'two/stuck'), () =>
      move(root, { one, two }, { delete_extraneous: true }),
    );
    expect(problems).toEqual([{ landing: 'two', path: 'stuck', level: 'error', message: 'Operation not permitted' }]);
    expect(result).toMatchObject({ failure: null, deletedFiles: 2 });
    const deleting = told.indexOf('deleting');
    expect(told.slice(deleting).filter((line) => line.startsWith('deleted'))).toEqual([
      'deleted one/old',
      'deleted two/old',
    ]);
    expect(told.slice(0, deleting).filter((line) => line.startsWith('deleted'))).toEqual([]);
    expect(told.slice(0, deleting)).toContain('new two/b');
  });

  test('names the landing when a whole source cannot be read', async () => {
    const root = tempDir('root');
    mkdirSync(join(root, 'src'));
    const { problems, result } = await move(root, { src: join(root, 'nothing here') }, { delete_extraneous: true });
    expect(problems).toEqual([{ landing: 'src', path: '', level: 'error', message: 'No such file or directory' }]);
    expect(result).toMatchObject({ deletedFiles: 0 });
    expect(existsSync(join(root, 'src'))).toBe(true);
  });
});

describe('why a run cannot go on', () => {
  const rows: [code: number | null, errnos: number[], words: string, reason: string | null][] = [
    [0, [], '', null],
    [24, [2], 'rsync warning: some files vanished (code 24)', null],
    [23, [13], 'rsync error: some files/attrs were not transferred (code 23)', null],
    [23, [5], 'rsync error: some files/attrs were not transferred (code 23)', null],
    [23, [28], '', 'no_space'],
    [11, [28, 32], 'rsync error: error in file IO (code 11)', 'no_space'],
    [11, [122], '', 'quota'],
    [23, [30], '', 'destination_read_only'],
    [11, [], 'rsync error: error in file IO (code 11) at receiver.c(657)', 'io_error'],
    [12, [5], '', 'io_error'],
    [75, [], '', 'overlap'],
    [null, [], '', 'interrupted'],
    [12, [32], 'rsync error: error in rsync protocol data stream (code 12)', 'internal'],
    [1, [], 'rsync error: syntax or usage error (code 1)', 'internal'],
    [99, [], '', 'internal'],
  ];
  for (const [code, errnos, lastWords, reason] of rows)
    test(`exit ${code}${errnos.length > 0 ? ` with errno ${errnos.join(', ')}` : ''}: ${reason ?? 'it can'}`, () => {
      const result: RsyncResult = { code, stats: null, lastWords };
      const failure = failureOf(result, new Set(errnos));
      expect(failure?.reason ?? null).toBe(reason as never);
      if (failure) expect(failure.message.length).toBeGreaterThan(10);
    });

  test('is said in rsync’s own words where we have none, without its line numbers', () => {
    const lastWords = 'rsync error: syntax or usage error (code 1) at main.c(1800) [client=3.5.0]';
    expect(failureOf({ code: 1, stats: null, lastWords }, new Set())?.message).toBe(
      'rsync error: syntax or usage error (code 1)',
    );
    expect(failureOf({ code: 99, stats: null, lastWords: '' }, new Set())?.message).toBe('rsync ended with code 99');
  });
});
