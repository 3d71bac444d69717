import { describe, expect, test } from 'bun:test';
import { spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { backupLab } from '../../../test/harness/backup.ts';
import { loopfs, shutdownFs, tmpfs } from '../../../test/harness/filesystems.ts';
import { scale } from '../../../test/harness/scale.ts';
import { expectSameTree } from '../../../test/harness/snapshot.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { buildTree, findCounts } from '../../../test/harness/trees.ts';

/** Until `done`, or a clear failure after ten seconds. */
async function until(done: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await done()) return;
    await Bun.sleep(50);
  }
  throw new Error(`Waited ten seconds for: ${what}`);
}

/** Runs `body` (with a `lab` over `dir`) in a process of its own, started through `wrapper`; what it returns. */
function labInChild(dir: string, wrapper: string[], body: string): Record<string, unknown>[] {
  const file = join(dir, 'child.test.ts');
  writeFileSync(
    file,
    `import { backupLab } from '${join(import.meta.dir, '../../../test/harness/backup.ts')}';
     import { test } from 'bun:test';
     test('child', async () => {
       const lab = backupLab('${dir}', [], '${dir}/data');
       const result = await (async () => { ${body} })();
       console.log('RESULT' + JSON.stringify(result));
     }, 60_000);`,
  );
  const [command, ...args] = [...wrapper, process.execPath, 'test', file];
  const env = { ...process.env, HOME: dir, TMPDIR: dir };
  const child = spawnSync(command, args, { cwd: dir, encoding: 'utf8', env });
  const line = child.stdout.split('\n').find((one) => one.startsWith('RESULT'));
  if (!line) throw new Error(`The child said: ${child.stdout}${child.stderr}`);
  return JSON.parse(line.slice('RESULT'.length));
}

const megabytes = (count: number) => Buffer.alloc(count * 1024 * 1024, 'x');
const slow = { bandwidth_limit_kbps: 2048 };

describe('when something goes wrong', () => {
  test('a file that cannot be written makes the run partial, named, the others copied; acknowledged it is a warning (R-33)', async () => {
    const lab = backupLab();
    buildTree(lab.src, { stuck: 'old', other: '1' });
    const job = await lab.job();
    await lab.run(job);
    spawnSync('chattr', ['+i', join(lab.dst, 'src/stuck')]);
    try {
      buildTree(lab.src, { stuck: 'new content', other: '22' });
      const run = await lab.run(job);
      expect(run).toMatchObject({ status: 'failed', reason: 'partial', error_count: 1, files_transferred: 1 });
      expect(run.error_message).toContain('src/stuck');
      expect(await lab.errors(run.id)).toMatchObject([{ landing: 'src', path: 'stuck', level: 'error' }]);
      const accepted = await lab.run(job, { sync_options: { acknowledged_paths: ['src/stuck'] } });
      expect(accepted).toMatchObject({ status: 'completed', error_count: 0, warning_count: 1 });
    } finally {
      spawnSync('chattr', ['-i', join(lab.dst, 'src/stuck')]);
    }
    expect(await lab.run(job)).toMatchObject({ status: 'completed', warning_count: 0 });
  });

  test('a full destination fails the run, says so, and keeps the old version of the file whole', async () => {
    const small = tmpfs({ size: '40m' });
    const lab = backupLab(undefined, [small.path]);
    buildTree(lab.src, { grows: megabytes(4) });
    const job = await lab.job({ to: small.path });
    await lab.run(job);
    buildTree(small.path, { 'somebody else': megabytes(30) });
    // Room for the sources as they were, so nothing is looked at beforehand; then there is not.
    buildTree(lab.src, { grows: megabytes(20) });
    const run = await lab.run(job);
    expect(run).toMatchObject({ status: 'failed', reason: 'no_space', files_transferred: 0 });
    expect(findCounts(join(small.path, 'src'))).toMatchObject({ files: 1, bytes: 4 * 1024 * 1024 });
    rmSync(join(small.path, 'somebody else'));
    expect(await lab.run(job)).toMatchObject({ status: 'completed', files_transferred: 1 });
  });

  test('inodes used up are no room either', async () => {
    const small = tmpfs({ size: '16m', nrInodes: 40 });
    const lab = backupLab(undefined, [small.path]);
    for (let n = 0; n < 60; n++) buildTree(lab.src, { [`f${n}`]: 'x' });
    expect(await lab.run(await lab.job({ to: small.path }))).toMatchObject({ status: 'failed', reason: 'no_space' });
  });

  test('data that never reached the medium is not a completed run (R-17)', async () => {
    const full = tmpfs({ size: '12m' });
    const stick = loopfs({ sizeMiB: 64, type: 'ext4', imageIn: full.path });
    const lab = backupLab(undefined, [stick.path]);
    buildTree(lab.src, { big: megabytes(30) });
    const run = await lab.run(await lab.job({ to: stick.path }));
    expect(run.status).toBe('failed');
    expect(['io_error', 'destination_read_only', 'drive_removed']).toContain(run.reason ?? '');
  });

  test('cancel ends the child, leaves no litter under a final name, and the next run finishes', async () => {
    const lab = backupLab();
    buildTree(lab.src, { big: megabytes(30), small: 'x' });
    const job = await lab.job();
    const id = await lab.start(job, { sync_options: slow });
    await until(async () => (await lab.read(id)).phase === 'transferring', 'the copy to begin');
    await Bun.sleep(300);
    const asked = performance.now();
    expect((await lab.app.call('POST', `/api/jobs/${job}/cancel`, { owner: true })).json).toEqual({
      message: 'Job cancelled',
    });
    await lab.app.app.backups.idle();
    expect(performance.now() - asked).toBeLessThan(5000);
    expect(await lab.read(id)).toMatchObject({ status: 'cancelled', reason: null, phase: null });
    expect(readdirSync(join(lab.dst, 'src')).filter((name) => name.startsWith('.big'))).toEqual([]);
    expect(existsSync(join(lab.dst, 'src/big'))).toBe(false);
    expect((await lab.app.call('POST', `/api/jobs/${job}/cancel`, { owner: true })).status).toBe(409);
    expect((await lab.run(job)).status).toBe('completed');
    expectSameTree(lab.src, join(lab.dst, 'src'));
  });

  test('a drive pulled out takes the writes with it: not one byte lands beneath', async () => {
    const stick = loopfs({ sizeMiB: 64, type: 'ext4' });
    const lab = backupLab(undefined, [stick.path]);
    buildTree(lab.src, { big: megabytes(30) });
    const job = await lab.job({ to: stick.path });
    const id = await lab.start(job, { sync_options: slow });
    await until(async () => (await lab.read(id)).phase === 'transferring', 'the copy to begin');
    await Bun.sleep(300);
    stick.unmount();
    const pulled = performance.now();
    await lab.app.app.backups.idle();
    expect(performance.now() - pulled).toBeLessThan(6000);
    expect(await lab.read(id)).toMatchObject({ status: 'failed', reason: 'drive_removed' });
    expect(findCounts(stick.path)).toMatchObject({ files: 0, dirs: 0 });
    stick.mount();
    expect((await lab.run(job)).status).toBe('completed');
  });

  test('a filesystem that dies under the run fails it', async () => {
    const stick = loopfs({ sizeMiB: 64, type: 'ext4' });
    const lab = backupLab(undefined, [stick.path]);
    buildTree(lab.src, { big: megabytes(30) });
    const job = await lab.job({ to: stick.path });
    const id = await lab.start(job, { sync_options: slow });
    await until(async () => (await lab.read(id)).phase === 'transferring', 'the copy to begin');
    await Bun.sleep(300);
    shutdownFs(stick.path);
    await lab.app.app.backups.idle();
    const run = await lab.read(id);
    expect(run.status).toBe('failed');
    expect(['io_error', 'drive_removed', 'destination_read_only']).toContain(run.reason ?? '');
  });

  test('files that vanish are warnings, files that grow are copied again next time', async () => {
    const lab = backupLab();
    buildTree(lab.src, { 'a big': megabytes(4), 'z growing': 'x' });
    for (let n = 0; n < 20; n++) buildTree(lab.src, { [`m${n}`]: 'x' });
    const job = await lab.job();
    const id = await lab.start(job, { sync_options: slow });
    const begun = () =>
      existsSync(join(lab.dst, 'src')) && readdirSync(join(lab.dst, 'src')).some((name) => name.startsWith('.a big'));
    await until(begun, 'the first file to be under way');
    for (let n = 0; n < 20; n++) rmSync(join(lab.src, `m${n}`));
    truncateSync(join(lab.src, 'z growing'), 5000);
    await lab.app.app.backups.idle();
    const run = await lab.read(id);
    expect(run).toMatchObject({ status: 'completed', error_count: 0 });
    expect(run.warning_count).toBeGreaterThanOrEqual(20);
    expect((await lab.errors(run.id)).filter((one) => one.message.includes('vanished'))).toHaveLength(20);
    expect((await lab.run(job)).status).toBe('completed');
    expectSameTree(lab.src, join(lab.dst, 'src'));
  });

  test('an unreadable folder deletes nothing (R-05; as an ordinary user)', async () => {
    const dir = tempDir('user');
    const nobody = 65534;
    for (const name of ['', 'src', 'dst', 'data', 'src/locked']) mkdirSync(join(dir, name), { recursive: true });
    buildTree(join(dir, 'src'), { a: '1', 'locked/b': '2' });
    for (const name of ['', 'src', 'dst', 'data', 'src/a', 'src/locked']) chownSync(join(dir, name), nobody, nobody);
    const child = labInChild(
      dir,
      ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'],
      `const job = await lab.job({ options: { delete_extraneous: true } });
       const first = await lab.run(job);
       require('node:fs').chmodSync('${dir}/src/locked', 0);
       return [first, await lab.run(job)];`,
    );
    const [first, second] = child;
    expect(first).toMatchObject({ status: 'completed', files_transferred: 2 });
    expect(second).toMatchObject({ status: 'failed', reason: 'partial', files_deleted: 0 });
    expect(existsSync(join(dir, 'dst/src/locked/b'))).toBe(true);
  });

  test('a folder deeper than a path can be long is named, deletes nothing, and keeps nobody else from being copied (R-31)', async () => {
    const lab = backupLab();
    const chain = Array.from({ length: 30 }, () => 'd'.repeat(100)).join('/');
    buildTree(lab.src, { first: '1', gone: 'g', [`${chain}/`]: null, [`${chain.replace('d', 'z')}/last`]: '2' });
    const job = await lab.job({ options: { delete_extraneous: true } });
    await lab.run(job);
    buildTree(lab.dir, { [`${chain}/bottom`]: 'b' });
    rmSync(join(lab.src, 'gone'));
    renameSync(join(lab.dir, 'd'.repeat(100)), join(lab.src, chain, 'more'));
    try {
      buildTree(lab.src, { second: '3' });
      const run = await lab.run(job);
      expect(run).toMatchObject({ status: 'failed', reason: 'partial', files_deleted: 0, files_transferred: 1 });
      expect(run.error_message).toContain('path is too long');
      expect(existsSync(join(lab.dst, 'src/gone'))).toBe(true);
    } finally {
      spawnSync('rm', ['-rf', join(lab.src, 'd'.repeat(100))]);
    }
    expect(await lab.run(job)).toMatchObject({ status: 'completed', files_deleted: 1 });
  });

  test('another writer at the destination is not written over', async () => {
    const lab = backupLab();
    buildTree(lab.src, { a: '1' });
    const job = await lab.job();
    await lab.run(job);
    buildTree(lab.src, { b: '2' });
    const other = spawn('flock', ['-n', join(lab.dst, '.dynamight/lock'), 'sleep', '30'], { stdio: 'ignore' });
    try {
      await until(
        () => spawnSync('flock', ['-n', join(lab.dst, '.dynamight/lock'), 'true']).status === 1,
        'the other writer',
      );
      expect(await lab.run(job)).toMatchObject({ status: 'failed', reason: 'overlap', files_transferred: 0 });
      expect(existsSync(join(lab.dst, 'src/b'))).toBe(false);
    } finally {
      other.kill();
    }
  });

  test('many calls at once start one run (R-20)', async () => {
    const lab = backupLab();
    buildTree(lab.src, { a: megabytes(1) });
    const job = await lab.job();
    const calls = Array.from({ length: scale.parallelCalls }, () =>
      lab.app.call('POST', `/api/jobs/${job}/run`, { owner: true }),
    );
    const answers = (await Promise.all(calls)).map((answer) => answer.status).sort((a, b) => a - b);
    expect(answers).toEqual([200, ...Array.from({ length: scale.parallelCalls - 1 }, () => 409)]);
    await lab.app.app.backups.idle();
  });

  test('a second job for a busy drive waits its turn', async () => {
    const lab = backupLab();
    const other = join(lab.dir, 'other');
    buildTree(lab.src, { big: megabytes(6) });
    buildTree(other, { a: '1' });
    const [first, second] = [await lab.job(), await lab.job({ sources: [other], name: 'Other' })];
    const one = await lab.start(first, { sync_options: slow });
    await until(async () => (await lab.read(one)).phase === 'transferring', 'the copy to begin');
    const two = await lab.start(second);
    await until(async () => (await lab.read(two)).phase === 'waiting', 'the second to wait');
    expect(await lab.read(two)).toMatchObject({ status: 'pending', started_at: null });
    await lab.app.app.backups.idle();
    expect([(await lab.read(one)).status, (await lab.read(two)).status]).toEqual(['completed', 'completed']);
  });

  test('a run that waits can be cancelled', async () => {
    const lab = backupLab();
    const other = join(lab.dir, 'other');
    buildTree(lab.src, { big: megabytes(6) });
    buildTree(other, { a: '1' });
    const [first, second] = [await lab.job(), await lab.job({ sources: [other], name: 'Other' })];
    await lab.start(first, { sync_options: slow });
    await until(() => existsSync(join(lab.dst, 'src')), 'the copy to begin');
    const two = await lab.start(second);
    await until(async () => (await lab.read(two)).phase === 'waiting', 'the second to wait');
    await lab.app.call('POST', `/api/jobs/${second}/cancel`, { owner: true });
    await until(async () => (await lab.read(two)).status === 'cancelled', 'the cancel');
    await lab.app.app.backups.idle();
    expect(existsSync(join(lab.dst, 'other'))).toBe(false);
  });

  test('a run left by a dead process is failed, interrupted, at the next start', async () => {
    const lab = backupLab();
    buildTree(lab.src, { a: '1' });
    const job = await lab.job();
    lab.app.data.main.$client.run(
      `INSERT INTO runs (uuid, job_id, job_name, status, trigger, dry_run, sync_options, created_at, started_at)
       VALUES ('dead', ${job}, 'Backup', 'running', 'manual', 0, '{}', 1, 1)`,
    );
    lab.app.app.backups.start();
    expect(await lab.read(1)).toMatchObject({ status: 'failed', reason: 'interrupted' });
    expect((await lab.run(job)).status).toBe('completed');
  });

  test('rsync missing is said by name', () => {
    const dir = tempDir('no-rsync');
    for (const name of ['src', 'dst', 'data']) mkdirSync(join(dir, name));
    const [run] = labInChild(
      dir,
      ['unshare', '-m', 'sh', '-c', 'mount --bind /dev/null "$(command -v rsync)"; exec "$@"', 'sh'],
      'return [await lab.run(await lab.job())];',
    );
    expect(run).toMatchObject({ status: 'failed', reason: 'tool_missing' });
    expect(run?.error_message).toContain('apt install rsync');
  });
});
