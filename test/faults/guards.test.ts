import { describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backupLab } from '../harness/backup.ts';
import { bindMount, loopfs } from '../harness/filesystems.ts';
import { expectSameTree, snapshotTree } from '../harness/snapshot.ts';
import { buildTree, findCounts, hostileNames, manySmallFiles } from '../harness/trees.ts';

const mirror = { delete_extraneous: true };

describe('a source that is not mounted (R-02)', () => {
  test('deletes nothing: the folder beneath is empty, or holds something else', async () => {
    const card = loopfs({ sizeMiB: 16, type: 'ext4' });
    const lab = backupLab(undefined, [card.path]);
    buildTree(card.path, { a: '1', 'b/c': '2' });
    const job = await lab.job({ sources: [card.path], options: mirror });
    expect(await lab.run(job)).toMatchObject({ status: 'completed', files_transferred: 2 });
    const before = snapshotTree(lab.dst, { skip: (path) => path === '.dynamight' });
    const same = () => expectSameTree(before, snapshotTree(lab.dst, { skip: (path) => path === '.dynamight' }));
    card.unmount();
    expect(await lab.run(job)).toMatchObject({ status: 'failed', reason: 'source_empty', files_deleted: 0 });
    same();
    writeFileSync(join(card.path, 'README: mount the card here'), 'x');
    expect(await lab.run(job)).toMatchObject({ status: 'failed', reason: 'source_changed', files_deleted: 0 });
    same();
    card.mount();
    expect(await lab.run(job)).toMatchObject({ status: 'completed', files_transferred: 0, files_deleted: 0 });
  });

  test('also not when all of a thousand files are gone from it (R-01)', async () => {
    const lab = backupLab();
    manySmallFiles(lab.src, 1000, 1);
    const job = await lab.job({ options: { ...mirror, max_delete_percent: 100 } });
    await lab.run(job);
    rmSync(lab.src, { recursive: true });
    mkdirSync(lab.src);
    const run = await lab.run(job);
    expect(run).toMatchObject({ status: 'failed', reason: 'source_empty', files_deleted: 0, files_transferred: 0 });
    expect(run.error_message).toContain('1000 files');
    expect(findCounts(join(lab.dst, 'src')).files).toBe(1000);
  });
});

describe('names made to deceive (R-15)', () => {
  test('are counted one by one, also when they are deleted', async () => {
    const lab = backupLab();
    const entries = hostileNames().map((name): [Buffer, string] => [name, 'x']);
    buildTree(lab.src, entries);
    const { files } = findCounts(lab.src);
    const job = await lab.job({ options: { ...mirror, max_delete_percent: 100 } });
    const first = await lab.run(job);
    expect(first).toMatchObject({ status: 'completed', error_count: 0, warning_count: 0, files_transferred: files });
    expect(first).toMatchObject({ bytes_transferred: files, files_total: files });
    expectSameTree(lab.src, join(lab.dst, 'src'));
    expect(await lab.run(job)).toMatchObject({ status: 'completed', files_transferred: 0, files_total: files });
    rmSync(lab.src, { recursive: true });
    buildTree(lab.src, { only: '1' });
    const asked = await lab.run(job);
    expect(asked).toMatchObject({ status: 'failed', reason: 'too_many_deletions' });
    expect(asked.error_message).toContain(`${files} of ${files} files`);
    const last = await lab.run(job, { confirm: asked.confirm });
    expect(last).toMatchObject({ status: 'completed', files_transferred: 1, files_deleted: files });
  });
});

describe('a destination that came to lie in a source, or a source in it (R-21)', () => {
  const ways: [how: string, join: (from: string, to: string) => void][] = [
    ['a link', (from, to) => symlinkSync(from, to)],
    ['a bind mount', (from, to) => void bindMount(from, to)],
  ];
  for (const [how, lead] of ways) {
    test(`by ${how} stops the run, three times in a row, and nothing grows`, async () => {
      const lab = backupLab();
      buildTree(lab.src, { a: '1', 'inner/b': '2' });
      const to = join(lab.dir, 'elsewhere');
      const job = await lab.job({ to, options: mirror });
      lead(join(lab.src, 'inner'), to);
      const before = snapshotTree(lab.src);
      for (let n = 0; n < 3; n += 1)
        expect(await lab.run(job)).toMatchObject({ status: 'failed', reason: 'overlap', files_transferred: 0 });
      expectSameTree(before, snapshotTree(lab.src));
    });

    test(`by ${how}, the other way round`, async () => {
      const lab = backupLab();
      buildTree(lab.dst, { 'mine/precious': '1' });
      const from = join(lab.dir, 'elsewhere');
      const job = await lab.job({ sources: [from], options: mirror });
      lead(join(lab.dst, 'mine'), from);
      expect(await lab.run(job)).toMatchObject({ status: 'failed', reason: 'overlap', files_deleted: 0 });
      expect(existsSync(join(lab.dst, 'mine/precious'))).toBe(true);
    });

    test(`by ${how}, of another job: its backups are not deleted`, async () => {
      const lab = backupLab();
      buildTree(lab.src, { a: '1' });
      buildTree(join(lab.dir, 'two'), { b: '2' });
      const outer = await lab.job({ options: mirror, name: 'Outer' });
      const to = join(lab.dir, 'elsewhere');
      const inner = await lab.job({ options: mirror, name: 'Inner', to, sources: [join(lab.dir, 'two')] });
      expect((await lab.run(outer)).status).toBe('completed');
      mkdirSync(join(lab.dst, 'src/deep'));
      lead(join(lab.dst, 'src/deep'), to);
      for (const job of [inner, outer])
        expect(await lab.run(job)).toMatchObject({ status: 'failed', reason: 'overlap', files_deleted: 0 });
      expect(existsSync(join(lab.dst, 'src/deep'))).toBe(true);
    });
  }
});

describe('a job whose runs fail night after night (R-35)', () => {
  test('keeps its last good run, however few runs are kept', async () => {
    const lab = backupLab();
    buildTree(lab.src, { a: '1' });
    const job = await lab.job();
    const settings = await lab.app.call('PUT', '/api/settings', { owner: true, body: { max_runs_per_job: 1 } });
    expect(settings.status).toBe(200);
    const good = await lab.run(job);
    rmSync(lab.src, { recursive: true });
    const failed: number[] = [];
    for (let n = 0; n < 3; n += 1) failed.push((await lab.run(job)).id);
    const list = async () =>
      (await lab.app.call('GET', `/api/jobs/${job}/runs`, { owner: true })).json.map(
        ({ id, status }: { id: number; status: string }) => [id, status],
      );
    expect(await list()).toEqual([
      [failed[2], 'failed'],
      [good.id, 'completed'],
    ]);
    expect((await lab.logs(good.id)).at(-1)).toContain('Completed');
    buildTree(lab.src, { a: '2' });
    const better = await lab.run(job);
    expect(await list()).toEqual([[better.id, 'completed']]);
  });
});
