import { describe, expect, test } from 'bun:test';
import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { backupLab } from '../harness/backup.ts';
import { temporaryFiles } from '../harness/crash-box.ts';
import { eventually } from '../harness/processes.ts';
import { scale } from '../harness/scale.ts';
import { expectSameTree } from '../harness/snapshot.ts';
import { buildTree } from '../harness/trees.ts';

const mebibyte = 1024 * 1024;
const content = (bytes: number, fill = 'x') => Buffer.alloc(bytes, fill);

/** A run of `src`, held up so that its first large file takes a second; `meanwhile` happens while that is written. */
async function disturbed(lab: ReturnType<typeof backupLab>, job: number, meanwhile: () => void | Promise<void>) {
  const run = await lab.start(job, { sync_options: { bandwidth_limit_kbps: 4096 } });
  const landing = join(lab.dst, 'src');
  await eventually('the first file is being written', () => existsSync(landing) && temporaryFiles(landing).length > 0);
  await meanwhile();
  await lab.app.app.backups.idle();
  return lab.read(run);
}

const changed = (path: string) => ({
  landing: 'src',
  path,
  level: 'warning',
  message: 'changed while it was being copied; the next run copies it again',
});

describe('files that change while they are copied', () => {
  test('vanished ones are warnings, and everything else is copied (R-10)', async () => {
    const lab = backupLab();
    buildTree(lab.src, { first: 'f', gone: 'g' });
    const job = await lab.job({ options: { delete_extraneous: true } });
    await lab.run(job);
    buildTree(lab.src, { 'a large': content(3 * mebibyte), 'z last': 'z' });
    for (let n = 0; n < scale.vanishing; n += 1) buildTree(lab.src, { [`many/${n}`]: 'x' });
    rmSync(join(lab.src, 'gone'));
    const run = await disturbed(lab, job, () => {
      for (let n = 0; n < scale.vanishing; n += 2) rmSync(join(lab.src, `many/${n}`));
    });
    expect(run).toMatchObject({
      status: 'completed',
      error_count: 0,
      warning_count: scale.vanishing / 2,
      files_transferred: 2 + scale.vanishing / 2,
      bytes_transferred: 3 * mebibyte + 1 + scale.vanishing / 2,
    });
    expect((await lab.errors(run.id)).every(({ level, path }) => level === 'warning' && /^many\/\d+$/.test(path))).toBe(
      true,
    );
    expect(await lab.run(job)).toMatchObject({ status: 'completed', warning_count: 0, files_transferred: 0 });
    expectSameTree(lab.src, join(lab.dst, 'src'));
  });

  test('one that grows is told, and whole after the next run (R-09)', async () => {
    const lab = backupLab();
    buildTree(lab.src, { 'a log': { content: content(3 * mebibyte), mtime: 1_700_000_000 } });
    const job = await lab.job();
    const run = await disturbed(lab, job, async () => {
      for (let n = 0; n < 20; n += 1) {
        appendFileSync(join(lab.src, 'a log'), content(10_000, 'y'));
        await Bun.sleep(20);
      }
    });
    expect(run).toMatchObject({ status: 'completed', files_transferred: 1, error_count: 0, warning_count: 1 });
    expect(await lab.errors(run.id)).toEqual([changed('a log')]);
    expect(run.bytes_transferred).toBe(statSync(join(lab.dst, 'src/a log')).size);
    expect(await lab.run(job)).toMatchObject({ status: 'completed', warning_count: 0, files_transferred: 1 });
    expectSameTree(lab.src, join(lab.dst, 'src'));
  });

  test('one that is written to in the middle is told, although its size stayed', async () => {
    const lab = backupLab();
    buildTree(lab.src, { 'a database': { content: content(3 * mebibyte, 'o'), mtime: 1_700_000_000 }, still: 's' });
    const job = await lab.job();
    const run = await disturbed(lab, job, () => {
      const fd = openSync(join(lab.src, 'a database'), 'r+');
      writeSync(fd, content(2 * mebibyte, 'n'), 0, 2 * mebibyte, mebibyte);
      closeSync(fd);
    });
    expect(run).toMatchObject({ status: 'completed', files_transferred: 2, error_count: 0, warning_count: 1 });
    expect(await lab.errors(run.id)).toEqual([changed('a database')]);
    expect(await lab.run(job)).toMatchObject({ status: 'completed', warning_count: 0, files_transferred: 1 });
    expectSameTree(lab.src, join(lab.dst, 'src'));
  });

  test('one that changes after it was copied is no warning of that run', async () => {
    const lab = backupLab();
    buildTree(lab.src, { 'a first': { content: 'old', mtime: 1_700_000_000 }, 'b large': content(3 * mebibyte) });
    const job = await lab.job();
    const run = await disturbed(lab, job, async () => {
      await eventually('the first is copied', () => existsSync(join(lab.dst, 'src/a first')));
      await Bun.sleep(50); // the clock of files ticks in steps of some milliseconds
      writeFileSync(join(lab.src, 'a first'), 'new');
    });
    expect(run).toMatchObject({ status: 'completed', files_transferred: 2, warning_count: 0 });
    expect(await lab.run(job)).toMatchObject({ status: 'completed', files_transferred: 1 });
    expectSameTree(lab.src, join(lab.dst, 'src'));
  });

  test('one that shrinks is told, counted as what it became, and whole after the next run (R-08)', async () => {
    const lab = backupLab();
    buildTree(lab.src, { 'a disk': content(3 * mebibyte), 'b other': 'b' });
    const job = await lab.job();
    const run = await disturbed(lab, job, () => truncateSync(join(lab.src, 'a disk'), mebibyte));
    expect(run).toMatchObject({ status: 'completed', error_count: 0, warning_count: 1, files_transferred: 2 });
    expect(run.bytes_transferred).toBe(mebibyte + 1);
    const [told] = await lab.errors(run.id);
    expect(told).toMatchObject({ path: 'a disk', level: 'warning', message: expect.stringContaining('got shorter') });
    expect(await lab.run(job)).toMatchObject({ status: 'completed', warning_count: 0 });
    expectSameTree(lab.src, join(lab.dst, 'src'));
  });
});
