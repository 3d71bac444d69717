import { describe, expect, test } from 'bun:test';
import { existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backupLab } from '../../../test/harness/backup.ts';
import { scale } from '../../../test/harness/scale.ts';
import { expectSameTree } from '../../../test/harness/snapshot.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { buildTree, findCounts, hostileNames, manySmallFiles, type TreeSpec } from '../../../test/harness/trees.ts';

describe('a backup', () => {
  test('copies everything a tree can hold, as it is (R-14, R-28, R-29, R-30)', async () => {
    const lab = backupLab();
    const tree: TreeSpec = [
      ['plain.txt', 'hello'],
      ['empty', ''],
      ['sub/deep/er/file', 'x'],
      ['empty folder/', null],
      ['link', { symlink: 'plain.txt' }],
      ['dangling', { symlink: '/nowhere/at all' }],
      ['loops/itself', { symlink: 'itself' }],
      ['loops/its folder', { symlink: '.' }],
      ['loops/there', { symlink: 'back' }],
      ['loops/back', { symlink: 'there' }],
      ['hard', { hardlink: 'plain.txt' }],
      ['sub/hard too', { hardlink: 'plain.txt' }],
      ['fifo', { fifo: true }],
      ['sparse', { sparse: 64 * 1024 * 1024 }],
      ['private', { content: 'secret', mode: 0o600 }],
      ...hostileNames().map((name): [Buffer, string] => [
        Buffer.concat([Buffer.from('names/'), name]),
        name.toString('hex'),
      ]),
    ];
    buildTree(lab.src, tree);
    const run = await lab.run(await lab.job());
    expect(run).toMatchObject({ status: 'completed', reason: null, error_message: null, warning_count: 0 });
    expectSameTree(lab.src, join(lab.dst, 'src'));
    const counts = findCounts(lab.src);
    expect({ files: run.files_transferred, bytes: run.bytes_transferred }).toEqual({
      files: counts.files,
      bytes: counts.bytes,
    });
    expect(run.files_total).toBe(counts.files);
    expect(statSync(join(lab.dst, 'src/sparse')).blocks * 512).toBeLessThan(1024 * 1024);
  });

  test('says nothing to do the second time, and copies one file when one changed', async () => {
    const lab = backupLab();
    manySmallFiles(lab.src, scale.smallFiles, 4096);
    const job = await lab.job();
    const first = await lab.run(job);
    expect(first).toMatchObject({
      status: 'completed',
      files_transferred: scale.smallFiles,
      bytes_transferred: scale.smallFiles * 4096,
    });
    expect(await lab.run(job)).toMatchObject({
      status: 'completed',
      files_transferred: 0,
      bytes_transferred: 0,
      files_total: scale.smallFiles,
    });
    writeFileSync(join(lab.src, 'd0000/f0000000'), 'changed');
    const third = await lab.run(job);
    expect(third).toMatchObject({ status: 'completed', files_transferred: 1, bytes_transferred: 7 });
    expect(await lab.logs(third.id)).toContain('src/d0000/f0000000');
  });

  test('notices a change of the same size within the same second (R-11)', async () => {
    const lab = backupLab();
    writeFileSync(join(lab.src, 'a'), 'AAAA');
    utimesSync(join(lab.src, 'a'), 1_700_000_000, 1_700_000_000.1);
    const job = await lab.job();
    await lab.run(job);
    writeFileSync(join(lab.src, 'a'), 'BBBB');
    utimesSync(join(lab.src, 'a'), 1_700_000_000, 1_700_000_000.2);
    await lab.run(job);
    expect(readFileSync(join(lab.dst, 'src/a'), 'utf8')).toBe('BBBB');
  });

  test('keeps two sources of one name apart, also when it deletes (R-22)', async () => {
    const lab = backupLab();
    const sources = ['alice/docs', 'bob/docs'].map((name) => join(lab.dir, 'home', name));
    for (const source of sources) buildTree(source, { 'same name.txt': source });
    const job = await lab.job({ sources, options: { delete_extraneous: true } });
    for (let round = 0; round < 2; round++) expect((await lab.run(job)).status).toBe('completed');
    for (const [index, source] of sources.entries())
      expectSameTree(source, join(lab.dst, ['alice/docs', 'bob/docs'][index] ?? ''));
  });

  test('deletes only what the source no longer has, and counts regular files', async () => {
    const lab = backupLab();
    buildTree(lab.src, {
      'keep 1': '1',
      'keep 2': '2',
      'keep 3': '3',
      gone: 'x',
      'dir/gone too': 'y',
      'dir/link': { symlink: 'x' },
    });
    const job = await lab.job({ options: { delete_extraneous: true } });
    await lab.run(job);
    rmSync(join(lab.src, 'gone'));
    rmSync(join(lab.src, 'dir'), { recursive: true });
    const run = await lab.run(job);
    expect(run).toMatchObject({ status: 'completed', files_deleted: 2, files_transferred: 0 });
    expectSameTree(lab.src, join(lab.dst, 'src'));
    expect(await lab.logs(run.id)).toContain('deleted src/gone');
  });

  test('deletes with several sources only after all of them were copied', async () => {
    const lab = backupLab();
    const sources = ['a', 'b'].map((name) => join(lab.dir, name));
    for (const source of sources) buildTree(source, { 1: '1', 2: '2', 3: '3', old: 'x' });
    const job = await lab.job({ sources, options: { delete_extraneous: true } });
    await lab.run(job);
    for (const source of sources) rmSync(join(source, 'old'));
    expect(await lab.run(job)).toMatchObject({ status: 'completed', files_deleted: 2 });
    for (const source of sources) expectSameTree(source, join(lab.dst, source.endsWith('a') ? 'a' : 'b'));
  });

  test('leaves extraneous files alone unless told to delete', async () => {
    const lab = backupLab();
    buildTree(lab.src, { a: '1' });
    buildTree(join(lab.dst, 'src'), { mine: 'x' });
    expect((await lab.run(await lab.job())).status).toBe('completed');
    expect(existsSync(join(lab.dst, 'src/mine'))).toBe(true);
  });

  test('as a dry run writes nothing at all and tells what it would do', async () => {
    const lab = backupLab();
    buildTree(lab.src, { a: '12345', 'b/c': '1' });
    const job = await lab.job({ subdir: 'not/yet/there' });
    const run = await lab.run(job, { sync_options: { dry_run: true } });
    expect(run).toMatchObject({ status: 'completed', dry_run: true, files_transferred: 2, bytes_transferred: 6 });
    expect(findCounts(lab.dst)).toMatchObject({ files: 0, dirs: 0 });
    expect(await lab.run(job)).toMatchObject({ dry_run: false, files_transferred: 2 });
    const again = await lab.run(job, { sync_options: { dry_run: true, delete_extraneous: true } });
    expect(again).toMatchObject({ status: 'completed', files_transferred: 0, files_deleted: 0 });
  });

  test('takes exclude patterns as patterns, whatever they look like (R-32)', async () => {
    const lab = backupLab();
    buildTree(lab.src, { '!': 'x', '+ a': 'x', 'a.tmp': 'x', 'keep.txt': 'x', '.cache/x': 'x', 'merge x': 'x' });
    const run = await lab.run(
      await lab.job({ options: { exclude_patterns: ['!', '+ *', '*.tmp', '.cache', 'merge x'] } }),
    );
    expect(run).toMatchObject({ status: 'completed', files_transferred: 1 });
    expect(existsSync(join(lab.dst, 'src/keep.txt'))).toBe(true);
  });

  test('is not fooled by files named like its own output (R-15)', async () => {
    const lab = backupLab();
    buildTree(lab.src, {
      'Number of regular files transferred: 999': 'x',
      'Backup complete': 'x',
      'rsync error: some files could not be transferred (code 23)': 'x',
      'Total file size: 1 bytes': 'x',
    });
    expect(await lab.run(await lab.job())).toMatchObject({
      status: 'completed',
      files_transferred: 4,
      files_total: 4,
      error_count: 0,
    });
  });

  test('leaves our own data folder out of a source that holds it', async () => {
    const dir = tempDir('lab');
    const lab = backupLab(dir, [], join(dir, 'src', 'odd [na*me]', 'data'));
    buildTree(lab.src, { a: '1', 'odd [na*me]/b': '2', 'odd name/data/c': '3' });
    const run = await lab.run(await lab.job());
    expect(run).toMatchObject({ status: 'completed', files_transferred: 3 });
    expect(existsSync(join(lab.dst, 'src/odd [na*me]/data'))).toBe(false);
  });

  test('keeps what it replaces and deletes when history is on', async () => {
    const lab = backupLab();
    buildTree(lab.src, { changed: 'old', gone: 'x', same: 's' });
    const job = await lab.job({ options: { delete_extraneous: true, history: { keep_last: 5 } } });
    await lab.run(job);
    writeFileSync(join(lab.src, 'changed'), 'new content');
    rmSync(join(lab.src, 'gone'));
    expect((await lab.run(job)).status).toBe('completed');
    const history = join(lab.dst, '.dynamight/history');
    const [key = ''] = (await Array.fromAsync(new Bun.Glob('*').scan({ cwd: history, onlyFiles: false }))).sort();
    expect(readFileSync(join(history, key, 'src/changed'), 'utf8')).toBe('old');
    expect(readFileSync(join(history, key, 'src/gone'), 'utf8')).toBe('x');
    expect(statSync(history).mode & 0o777).toBe(0o700);
  });
});
