import { describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backupLab } from '../../../test/harness/backup.ts';
import { bindMount, loopfs, tmpfs } from '../../../test/harness/filesystems.ts';
import { snapshotTree } from '../../../test/harness/snapshot.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { buildTree, findCounts } from '../../../test/harness/trees.ts';

describe('before a byte is written', () => {
  test('a source that is gone stops the run, and nothing is deleted', async () => {
    const lab = backupLab();
    buildTree(lab.src, { a: '1' });
    const job = await lab.job({ options: { delete_extraneous: true } });
    await lab.run(job);
    renameSync(lab.src, `${lab.src} moved`);
    expect(await lab.run(job)).toMatchObject({ status: 'failed', reason: 'source_missing', confirm: null });
    expect(findCounts(join(lab.dst, 'src')).files).toBe(1);
  });

  test('an emptied source deletes nothing until a person confirms it, once', async () => {
    const lab = backupLab();
    buildTree(lab.src, { a: '1', 'b/c': '2' });
    const job = await lab.job({ options: { delete_extraneous: true } });
    await lab.run(job);
    rmSync(join(lab.src, 'a'));
    rmSync(join(lab.src, 'b/c'));
    const stopped = await lab.run(job);
    expect(stopped).toMatchObject({ status: 'failed', reason: 'source_empty', files_deleted: 0 });
    expect(stopped.error_message).toContain('it held 2 files');
    expect(findCounts(join(lab.dst, 'src')).files).toBe(2);

    const refused = await lab.app.call('POST', `/api/jobs/${job}/run`, { owner: true, body: { confirm: 'made up' } });
    expect(refused.status).toBe(409);
    // The empty source is confirmed; that everything would go is another finding, and asked for on its own.
    const second = await lab.run(job, { confirm: stopped.confirm });
    expect(second).toMatchObject({ status: 'failed', reason: 'too_many_deletions', files_deleted: 0 });
    const used = await lab.app.call('POST', `/api/jobs/${job}/run`, {
      owner: true,
      body: { confirm: stopped.confirm },
    });
    expect(used.status).toBe(409);
    expect(findCounts(join(lab.dst, 'src')).files).toBe(2);
    expect(await lab.run(job, { confirm: second.confirm })).toMatchObject({ status: 'completed', files_deleted: 2 });
  });

  test('deleting most of what is there stops the run until exactly that list is confirmed', async () => {
    const lab = backupLab();
    for (let n = 0; n < 40; n++) buildTree(lab.src, { [`f${n}`]: String(n) });
    const job = await lab.job({ options: { delete_extraneous: true } });
    await lab.run(job);
    for (let n = 0; n < 30; n++) rmSync(join(lab.src, `f${n}`));
    const stopped = await lab.run(job);
    expect(stopped).toMatchObject({ status: 'failed', reason: 'too_many_deletions' });
    expect(stopped.error_message).toContain('30 of 40');
    rmSync(join(lab.src, 'f39'));
    expect(await lab.run(job, { confirm: stopped.confirm })).toMatchObject({ reason: 'too_many_deletions' });
    const again = await lab.run(job);
    expect(await lab.run(job, { confirm: again.confirm })).toMatchObject({ status: 'completed', files_deleted: 31 });
  });

  test('a source on another disk than before stops the run', async () => {
    const lab = backupLab();
    const [one, two] = [loopfs({ sizeMiB: 16, type: 'ext4' }), loopfs({ sizeMiB: 16, type: 'ext4' })];
    for (const fs of [one, two]) writeFileSync(join(fs.path, 'a'), '1');
    const source = tempDir('source');
    const wide = backupLab(lab.dir, [source]);
    const unbind = bindMount(one.path, source);
    const job = await wide.job({ sources: [source], options: { delete_extraneous: true } });
    expect((await wide.run(job)).status).toBe('completed');
    unbind();
    bindMount(two.path, source);
    const stopped = await wide.run(job);
    expect(stopped).toMatchObject({ status: 'failed', reason: 'source_changed' });
    expect(await wide.run(job, { confirm: stopped.confirm })).toMatchObject({ status: 'completed' });
    expect(await wide.run(job)).toMatchObject({ status: 'completed' });
  });

  test('a destination that is not there is not made, its parent folders on the system disk stay as they are', async () => {
    const lab = backupLab();
    buildTree(lab.src, { a: '1' });
    const job = await lab.job({ to: join(lab.dir, 'mnt/usb'), subdir: 'daily' });
    expect(await lab.run(job)).toMatchObject({ status: 'failed', reason: 'destination_missing' });
    expect(existsSync(join(lab.dir, 'mnt'))).toBe(false);
  });

  test('an unmounted drive is never written to: the folder beneath has no marker (R-03)', async () => {
    const lab = backupLab();
    const stick = loopfs({ sizeMiB: 32, type: 'ext4' });
    const wide = backupLab(lab.dir, [stick.path]);
    buildTree(wide.src, { a: '1' });
    const job = await wide.job({ to: stick.path });
    expect((await wide.run(job)).status).toBe('completed');
    stick.unmount();
    expect(await wide.run(job)).toMatchObject({ status: 'failed', reason: 'destination_changed' });
    expect(findCounts(stick.path)).toMatchObject({ files: 0, dirs: 0 });
    stick.mount();
    expect((await wide.run(job)).status).toBe('completed');
  });

  test('a job that names a drive follows it to where it is mounted, and waits for no other', async () => {
    const stick = loopfs({ sizeMiB: 32, type: 'ext4' });
    const elsewhere = tempDir('elsewhere');
    const lab = backupLab(undefined, [stick.path, elsewhere]);
    buildTree(lab.src, { a: '1' });
    const job = await lab.job({ to: stick.path, subdir: 'b', config: { usb_uuid: stick.uuid } });
    expect((await lab.run(job)).status).toBe('completed');
    stick.unmount();
    expect(await lab.run(job)).toMatchObject({ status: 'failed', reason: 'drive_absent' });
    expect(findCounts(stick.path).dirs).toBe(0);
    writeFileSync(join(lab.src, 'b'), '2');
    stick.mount(join(elsewhere, 'mnt'));
    expect(await lab.run(job)).toMatchObject({ status: 'completed', files_transferred: 1 });
    expect(existsSync(join(elsewhere, 'mnt/b/src/b'))).toBe(true);
  });

  test('a destination emptied by hand is not filled again without a word', async () => {
    const lab = backupLab();
    buildTree(lab.src, { a: '1' });
    const job = await lab.job();
    await lab.run(job);
    rmSync(join(lab.dst, '.dynamight'), { recursive: true });
    const stopped = await lab.run(job);
    expect(stopped).toMatchObject({ status: 'failed', reason: 'destination_changed' });
    expect(existsSync(join(lab.dst, '.dynamight'))).toBe(false);
    expect(await lab.run(job, { confirm: stopped.confirm })).toMatchObject({ status: 'completed' });
    rmSync(join(lab.dst, 'src'), { recursive: true });
    expect(await lab.run(job)).toMatchObject({ status: 'completed', files_transferred: 1 });
  });

  test('a landing belongs to one job; a deleted job gives it back', async () => {
    const lab = backupLab();
    buildTree(lab.src, { a: '1' });
    const first = await lab.job();
    await lab.run(first);
    const clone = (await lab.app.call('POST', `/api/jobs/${first}/clone`, { owner: true })).json.id;
    const stopped = await lab.run(clone);
    expect(stopped).toMatchObject({ status: 'failed', reason: 'overlap' });
    expect(stopped.error_message).toContain('"Backup"');
    await lab.app.call('DELETE', `/api/jobs/${first}`, { owner: true });
    expect((await lab.run(clone)).status).toBe('completed');
  });

  test('a link or a file where a landing should be stops the run and is left alone', async () => {
    for (const put of ['link', 'file'] as const) {
      const lab = backupLab();
      buildTree(lab.src, { a: '1' });
      mkdirSync(join(lab.dir, 'victim'));
      if (put === 'link') symlinkSync(join(lab.dir, 'victim'), join(lab.dst, 'src'));
      else writeFileSync(join(lab.dst, 'src'), 'precious');
      expect(await lab.run(await lab.job())).toMatchObject({ status: 'failed', reason: 'name_collision' });
      expect(findCounts(join(lab.dir, 'victim')).files).toBe(0);
      if (put === 'file') expect(readFileSync(join(lab.dst, 'src'), 'utf8')).toBe('precious');
    }
  });

  test('our records being a link stops the run', async () => {
    const lab = backupLab();
    buildTree(lab.src, { a: '1' });
    mkdirSync(join(lab.dir, 'victim'));
    symlinkSync(join(lab.dir, 'victim'), join(lab.dst, '.dynamight'));
    expect(await lab.run(await lab.job())).toMatchObject({ status: 'failed', reason: 'name_collision' });
    expect(findCounts(join(lab.dir, 'victim')).files).toBe(0);
  });

  test('a source that became a link out of the allowed folders is not read', async () => {
    const lab = backupLab();
    buildTree(lab.src, { a: '1' });
    const job = await lab.job();
    renameSync(lab.src, `${lab.src}2`);
    symlinkSync('/etc', lab.src);
    expect(await lab.run(job)).toMatchObject({ status: 'failed', reason: 'source_outside' });
    expect(findCounts(lab.dst).files).toBe(0);
  });

  test('a destination that came to lie in the source stops the run', async () => {
    const lab = backupLab();
    buildTree(lab.src, { a: '1', 'inner/b': '2' });
    const job = await lab.job();
    const unbind = bindMount(join(lab.src, 'inner'), lab.dst);
    const before = snapshotTree(lab.src);
    expect(await lab.run(job)).toMatchObject({ status: 'failed', reason: 'overlap' });
    expect(snapshotTree(lab.src)).toEqual(before);
    unbind();
    expect((await lab.run(job)).status).toBe('completed');
  });

  test('no room stops the run before it writes, a file with holes counts as what it takes', async () => {
    const small = tmpfs({ size: '24m' });
    const lab = backupLab(undefined, [small.path]);
    buildTree(lab.src, { big: Buffer.alloc(40 * 1024 * 1024, 'x') });
    const job = await lab.job({ to: small.path });
    const stopped = await lab.run(job);
    expect(stopped).toMatchObject({ status: 'failed', reason: 'no_space' });
    expect(stopped.error_message).toContain('MB are missing');
    expect(findCounts(small.path).files).toBe(0);
    rmSync(join(lab.src, 'big'));
    buildTree(lab.src, { holes: { sparse: 500 * 1024 * 1024 }, small: 'x' });
    expect(await lab.run(job)).toMatchObject({ status: 'completed', files_transferred: 2 });
  });

  test('a read-only destination stops the run', async () => {
    const stick = loopfs({ sizeMiB: 16, type: 'ext4' });
    const lab = backupLab(undefined, [stick.path]);
    buildTree(lab.src, { a: '1' });
    stick.remount('ro');
    expect(await lab.run(await lab.job({ to: stick.path }))).toMatchObject({
      status: 'failed',
      reason: 'destination_read_only',
    });
  });
});
