import { describe, expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { backupLab } from '../harness/backup.ts';
import { temporaryFiles } from '../harness/crash-box.ts';
import { loopfs, shutdownFs } from '../harness/filesystems.ts';
import { fillUp } from '../harness/full-disk.ts';
import { eventually } from '../harness/processes.ts';
import { expectSameTree } from '../harness/snapshot.ts';
import { buildTree, findCounts } from '../harness/trees.ts';

const mebibyte = 1024 * 1024;
const content = (bytes: number, fill = 'x') => Buffer.alloc(bytes, fill);
type Lab = ReturnType<typeof backupLab>;

/** A run held up at `speed` KiB/s; `meanwhile` happens while its first file is written. */
async function disturbed(lab: Lab, job: number, to: string, meanwhile: () => void): Promise<number> {
  const run = await lab.start(job, { sync_options: { bandwidth_limit_kbps: 4096 } });
  await eventually(
    'a file is being written',
    () => existsSync(join(to, 'src')) && temporaryFiles(join(to, 'src')).length > 0,
  );
  meanwhile();
  await lab.app.app.backups.idle();
  return run;
}

describe('a destination that fills up while a run writes (R-16)', () => {
  test('fails the run, keeps the old version whole and what was copied, and the next run with room finishes', async () => {
    const stick = loopfs({ sizeMiB: 64, type: 'ext4', mkfs: ['-m', '0'] });
    const lab = backupLab(undefined, [stick.path]);
    buildTree(lab.src, { 'a first': 'old', 'b large': content(mebibyte, 'o') });
    const job = await lab.job({ to: stick.path });
    await lab.run(job);
    buildTree(lab.src, { 'a first': 'changed', 'b large': content(6 * mebibyte, 'n'), 'c last': 'c' });
    const run = await disturbed(lab, job, stick.path, () => fillUp(join(stick.path, 'somebody else')));
    const read = await lab.read(run);
    expect(read).toMatchObject({ status: 'failed', reason: 'no_space', phase: null });
    expect(read.error_message).toContain('full');
    // What the run says it wrote is there, and nothing else of it.
    expect(read.files_transferred).toBe(Number(readFileSync(join(stick.path, 'src/a first'), 'utf8') === 'changed'));
    expect(readFileSync(join(stick.path, 'src/b large')).equals(content(mebibyte, 'o'))).toBe(true);
    expect(temporaryFiles(join(stick.path, 'src'))).toEqual([]);
    rmSync(join(stick.path, 'somebody else'));
    expect(await lab.run(job)).toMatchObject({ status: 'completed', error_count: 0 });
    expectSameTree(lab.src, join(stick.path, 'src'));
    expect(await lab.run(job)).toMatchObject({ status: 'completed', files_transferred: 0 });
  });

  test('of files instead of bytes fails the run too, says so, and counts what is there', async () => {
    const stick = loopfs({ sizeMiB: 16, type: 'ext4', mkfs: ['-N', '64'] });
    const lab = backupLab(undefined, [stick.path]);
    const job = await lab.job({ to: stick.path });
    buildTree(lab.src, { one: '1' });
    await lab.run(job);
    for (let n = 0; n < 100; n += 1) buildTree(lab.src, { [`f${n}`]: String(n) });
    const run = await lab.run(job);
    expect(run).toMatchObject({ status: 'failed', reason: 'no_space' });
    expect(run.error_message).toContain('cannot take any more files');
    expect(run.files_transferred).toBe(findCounts(join(stick.path, 'src')).files - 1);
    expect(run.files_transferred).toBeGreaterThan(5);
    for (let n = 20; n < 100; n += 1)
      for (const tree of [lab.src, join(stick.path, 'src')]) rmSync(join(tree, `f${n}`), { force: true });
    expect(await lab.run(job)).toMatchObject({ status: 'completed', error_count: 0 });
    expectSameTree(lab.src, join(stick.path, 'src'));
  });
});

describe('a filesystem that finds an error in itself', () => {
  test('goes read-only under the run: it fails, the next is refused, and after the repair one run finishes (R-18)', async () => {
    const stick = loopfs({ sizeMiB: 64, type: 'ext4', options: 'errors=remount-ro' });
    const lab = backupLab(undefined, [stick.path]);
    buildTree(lab.src, { a: 'old' });
    const job = await lab.job({ to: stick.path });
    await lab.run(job);
    buildTree(lab.src, { a: 'new', large: content(6 * mebibyte) });
    const run = await disturbed(lab, job, stick.path, () =>
      writeFileSync(`/sys/fs/ext4/${basename(stick.device)}/trigger_fs_error`, '1'),
    );
    const read = await lab.read(run);
    expect(read).toMatchObject({ status: 'failed', reason: 'destination_read_only', files_transferred: 0 });
    const refused = await lab.run(job);
    expect(refused).toMatchObject({ status: 'failed', reason: 'destination_read_only', files_transferred: 0 });
    stick.unmount();
    stick.mount();
    expect(await lab.run(job)).toMatchObject({ status: 'completed', error_count: 0 });
    expectSameTree(lab.src, join(stick.path, 'src'));
    expect(readdirSync(stick.path).sort()).toEqual(['.dynamight', 'lost+found', 'src']);
    expect(statSync(join(stick.path, 'src/large')).size).toBe(6 * mebibyte);
  });
});

describe('a drive that is pulled out while a run writes (R-04)', () => {
  const ways: [how: string, pull: (stick: ReturnType<typeof loopfs>) => void][] = [
    ['it is gone from its place', (stick) => stick.unmount()],
    ['it answers nothing but errors', (stick) => shutdownFs(stick.path)],
    [
      'it dies, and is gone from its place a moment later',
      (stick) => {
        shutdownFs(stick.path);
        setTimeout(() => stick.unmount(), 200);
      },
    ],
  ];
  for (const [how, pull] of ways)
    test(`${how}: the run fails within five seconds, nothing lands beneath, and the next one finishes`, async () => {
      const stick = loopfs({ sizeMiB: 64, type: 'ext4' });
      const lab = backupLab(undefined, [stick.path]);
      buildTree(lab.src, { large: content(24 * mebibyte), small: 's' });
      const job = await lab.job({ to: stick.path });
      let pulled = 0;
      const run = await disturbed(lab, job, stick.path, () => {
        pull(stick);
        pulled = performance.now();
      });
      expect(performance.now() - pulled).toBeLessThan(5000);
      const read = await lab.read(run);
      expect(read.status).toBe('failed');
      expect(['drive_removed', 'io_error', 'destination_read_only']).toContain(read.reason ?? '');
      stick.unmount();
      expect(findCounts(stick.path)).toMatchObject({ files: 0, dirs: 0 });
      expect(await lab.run(job)).toMatchObject({ status: 'failed', files_transferred: 0 });
      expect(findCounts(stick.path)).toMatchObject({ files: 0, dirs: 0 });
      stick.mount();
      expect(await lab.run(job)).toMatchObject({ status: 'completed', error_count: 0 });
      expectSameTree(lab.src, join(stick.path, 'src'));
      expect(temporaryFiles(stick.path)).toEqual([]);
    });
});

describe('two jobs on one drive', () => {
  test('into folders of their own write one after the other, and both finish (R-20)', async () => {
    const stick = loopfs({ sizeMiB: 64, type: 'ext4' });
    const lab = backupLab(undefined, [stick.path]);
    const other = join(lab.dir, 'other');
    buildTree(lab.src, { large: content(4 * mebibyte) });
    buildTree(other, { a: '1' });
    const first = await lab.job({ to: stick.path, subdir: 'one' });
    const second = await lab.job({ to: stick.path, subdir: 'two', sources: [other], name: 'Other' });
    const one = await lab.start(first, { sync_options: { bandwidth_limit_kbps: 2048 } });
    await eventually('the first copies', async () => (await lab.read(one)).phase === 'transferring');
    const two = await lab.start(second);
    await eventually('the second waits', async () => (await lab.read(two)).phase === 'waiting');
    expect(await lab.read(two)).toMatchObject({ status: 'pending', started_at: null });
    expect(existsSync(join(stick.path, 'two'))).toBe(false);
    await lab.app.app.backups.idle();
    for (const run of [one, two]) expect(await lab.read(run)).toMatchObject({ status: 'completed', phase: null });
    expectSameTree(lab.src, join(stick.path, 'one/src'));
    expectSameTree(other, join(stick.path, 'two/other'));
  });
});
