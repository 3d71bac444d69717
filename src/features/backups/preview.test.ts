import { describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BackupLab, backupLab, type JobWish } from '../../../test/harness/backup.ts';
import { tmpfs } from '../../../test/harness/filesystems.ts';
import { eventually } from '../../../test/harness/processes.ts';
import { scenarios } from '../../../test/harness/scenario.ts';
import { snapshotTree } from '../../../test/harness/snapshot.ts';
import { buildTree } from '../../../test/harness/trees.ts';
import { systemIds } from '../../core/ids.ts';
import { listen } from '../../http/server.ts';
import { createJobStore } from './jobs.store.ts';
import type { PreviewView } from './preview.schema.ts';
import { createPreviewService } from './preview.service.ts';

const bodyOf = (lab: BackupLab, wish: JobWish = {}) => ({
  source_dirs: wish.sources ?? [lab.src],
  destination_type: 'local',
  destination_config: { mount_point: wish.to ?? lab.dst, backup_subdir: wish.subdir ?? '', ...wish.config },
  sync_options: wish.options ?? {},
});

async function previewOf(lab: BackupLab, wish: JobWish & { job?: number } = {}): Promise<PreviewView> {
  const body = { ...bodyOf(lab, wish), job_id: wish.job ?? null };
  const answer = await lab.app.call('POST', '/api/jobs/preview', { owner: true, body });
  expect(`${answer.status} ${answer.text}`).toStartWith('200');
  return answer.json;
}
const reasonsOf = ({ problems }: PreviewView) => problems.map(({ reason }) => reason);

describe('a preview', () => {
  test('counts what the run then does, and writes nothing anywhere', async () => {
    const lab = backupLab();
    buildTree(lab.src, {
      big: 'x'.repeat(5000),
      'sub/small': 'x',
      twin: { hardlink: 'big' },
      link: { symlink: 'big' },
      'a.tmp': 'not this',
      gone: '1',
    });
    const options = { delete_extraneous: true, exclude_patterns: ['*.tmp'] };
    const first = await previewOf(lab, { options, subdir: 'daily/new' });
    expect(first).toMatchObject({
      files: 4,
      bytes: 10_002,
      transfer_files: 4,
      transfer_bytes: 10_002,
      deletions: 0,
      files_there: 0,
      deleted: [],
      excluded: { files: 1, bytes: 8 },
      landings: ['src'],
      problems: [],
      complete: true,
    });
    expect(first.free_bytes).toBeGreaterThan(0);
    expect(
      first.largest_files
        .map(({ path, size }) => `${path} ${size}`)
        .toSorted()
        .slice(-2),
    ).toEqual(['src/sub/small 1', 'src/twin 5000']);
    expect(readdirSync(lab.dst)).toEqual([]);
    expect(readdirSync(join(lab.app.dir, 'spool'))).toEqual([]);

    const job = await lab.job({ options });
    const run = await lab.run(job);
    expect(run.error_message).toBeNull();
    expect([run.files_transferred, run.bytes_transferred]).toEqual([4, 10_002]);
    rmSync(join(lab.src, 'gone'));
    writeFileSync(join(lab.src, 'sub/small'), 'changed');
    writeFileSync(join(lab.src, 'new'), '12');
    const before = [snapshotTree(lab.src), snapshotTree(lab.dst)];
    const second = await previewOf(lab, { options, job });
    expect([snapshotTree(lab.src), snapshotTree(lab.dst)]).toEqual(before);
    expect(second).toMatchObject({
      files: 4,
      transfer_files: 2,
      transfer_bytes: 9,
      deletions: 1,
      files_there: 4,
      deleted: [{ landing: 'src', path: 'gone' }],
      problems: [],
    });
    const rerun = await lab.run(job);
    expect([rerun.files_transferred, rerun.bytes_transferred, rerun.files_deleted]).toEqual([2, 9, 1]);
    expect(await previewOf(lab, { options, job })).toMatchObject({ transfer_files: 0, deletions: 0, files_there: 4 });
  });

  test('names the twenty largest files, and the first hundred that would go', async () => {
    const lab = backupLab();
    for (let n = 1; n <= 150; n += 1) buildTree(lab.src, { [`f${n}`]: 'x'.repeat(n) });
    const options = { delete_extraneous: true };
    const job = await lab.job({ options });
    expect((await lab.run(job)).status).toBe('completed');
    for (let n = 1; n <= 120; n += 1) rmSync(join(lab.src, `f${n}`));
    const told = await previewOf(lab, { options, job });
    expect(told.largest_files.map(({ size }) => size)).toEqual(Array.from({ length: 20 }, (_, n) => 150 - n));
    expect(told.deletions).toBe(120);
    expect(told.deleted).toHaveLength(100);
    expect(reasonsOf(told)).toEqual(['too_many_deletions']);
    expect(told.problems[0]?.message).toContain('120 of 150 files');
  });

  test('an edited job keeps its landings, and may write where it wrote', async () => {
    const lab = backupLab();
    buildTree(lab.src, { a: '1' });
    buildTree(join(lab.dir, 'two/src'), { b: '1' });
    const job = await lab.job();
    await lab.run(job);
    const sources = [join(lab.dir, 'two/src'), lab.src];
    expect(await previewOf(lab, { job, sources })).toMatchObject({
      landings: ['two/src', 'src'],
      files: 2,
      transfer_files: 1,
      problems: [],
    });
    // A new job at the same place takes other folders, as it would when saved.
    expect((await previewOf(lab, { sources: [lab.src] })).landings).not.toEqual(['src']);
    expect((await lab.app.call('GET', '/api/jobs', { owner: true })).json).toHaveLength(1);
  });
});

describe('what would stop a run is told', () => {
  test('several things at once', async () => {
    const lab = backupLab();
    buildTree(lab.src, { a: '12' });
    const told = await previewOf(lab, {
      sources: [join(lab.dir, 'gone'), lab.src, join(lab.dir, 'gone too')],
      to: join(lab.dir, 'mnt'),
      config: { usb_uuid: '0000-DEAD' },
    });
    expect(reasonsOf(told)).toEqual(['drive_absent', 'source_missing', 'source_missing']);
    expect(told).toMatchObject({
      files: 1,
      bytes: 2,
      transfer_files: null,
      transfer_bytes: null,
      deletions: null,
      files_there: null,
      free_bytes: null,
      landings: ['gone', 'src', 'gone too'],
      complete: true,
    });
    expect(existsSync(join(lab.dir, 'mnt'))).toBe(false);
  });

  test('no room', async () => {
    const small = tmpfs({ size: '8m' });
    const lab = backupLab(undefined, [small.path]);
    buildTree(lab.src, { big: Buffer.alloc(20 * 1024 * 1024, 'x') });
    const told = await previewOf(lab, { to: small.path });
    expect(reasonsOf(told)).toEqual(['no_space']);
    expect(told.free_bytes).toBeLessThan(9 * 1024 * 1024);
  });

  test('an emptied source, an emptied destination, and a landing of somebody else', async () => {
    const lab = backupLab();
    buildTree(lab.src, { a: '1', b: '2' });
    const options = { delete_extraneous: true };
    const job = await lab.job({ options });
    await lab.run(job);
    rmSync(join(lab.src, 'a'));
    rmSync(join(lab.src, 'b'));
    expect(reasonsOf(await previewOf(lab, { job, options }))).toEqual(['source_empty', 'too_many_deletions']);
    writeFileSync(join(lab.src, 'a'), '1');
    rmSync(join(lab.dst, '.dynamight'), { recursive: true });
    expect(reasonsOf(await previewOf(lab, { job }))).toEqual(['destination_changed']);
    mkdirSync(join(lab.dir, 'dst2'));
    writeFileSync(join(lab.dir, 'dst2/src'), 'a file');
    expect(reasonsOf(await previewOf(lab, { to: join(lab.dir, 'dst2') }))).toEqual(['name_collision']);
  });

  test('of a destination in the network that does not answer the sources are counted all the same', async () => {
    const lab = backupLab();
    buildTree(lab.src, { a: '123', 'b.tmp': '1' });
    const credential = await lab.app.call('POST', '/api/credentials', {
      owner: true,
      body: { name: 'S3', provider_type: 's3', data: { access_key_id: 'AKIAEXAMPLE', secret_access_key: 'secret' } },
    });
    expect(`${credential.status} ${credential.text}`).toStartWith('200');
    const body = {
      ...bodyOf(lab, { options: { exclude_patterns: ['*.tmp'] } }),
      destination_type: 's3',
      destination_config: { bucket: 'my-bucket', region: 'us-east-1', endpoint: 'http://127.0.0.1:9' },
      credential_id: credential.json.id,
    };
    const answer = await lab.app.call('POST', '/api/jobs/preview', { owner: true, body });
    expect(answer.json).toMatchObject({
      files: 1,
      bytes: 3,
      transfer_files: null,
      deletions: null,
      files_there: null,
      free_bytes: null,
      excluded: { files: 1, bytes: 1 },
      problems: [{ reason: 'unreachable' }],
      complete: true,
    });
  });
});

describe('POST /api/jobs/preview', () => {
  const lab = backupLab();
  const good = bodyOf(lab);
  const ask = { method: 'POST', path: '/api/jobs/preview' };
  scenarios(
    () => lab.app,
    [
      { name: 'needs a login', ...ask, as: 'nobody', body: good, status: 401 },
      { name: 'answers without a name', ...ask, body: good, status: 200, json: { files: 0, problems: [] } },
      { name: 'wants sources', ...ask, body: { ...good, source_dirs: [] }, status: 400, contains: ['source_dirs'] },
      { name: 'knows when there is no such job', ...ask, body: { ...good, job_id: 99 }, status: 404 },
    ],
  );

  test('refuses in the words of saving what could not be saved', async () => {
    const bad = [
      { name: ' ' },
      { source_dirs: ['relative'] },
      { source_dirs: ['/etc'] },
      { source_dirs: [lab.src, lab.src] },
      { source_dirs: [lab.dir] },
      { destination_config: { mount_point: '/' } },
      { destination_config: { mount_point: lab.dst, backup_subdir: '../x' } },
      { sync_options: { exclude_patterns: ['\u0007'] } },
      { destination_type: 's3', destination_config: {} },
      { credential_id: 1 },
      { extra_paths: ['/etc'] },
    ];
    const token = await lab.app.signIn();
    for (const change of bad) {
      const body = { name: 'Backup', ...good, ...change };
      const saved = await lab.app.call('POST', '/api/jobs', { token, body });
      const shown = await lab.app.call('POST', '/api/jobs/preview', { token, body });
      expect([change, shown.status, shown.json]).toEqual([change, 400, saved.json]);
    }
  });
});

const none = () => {
  throw new Error('There is no storage service here');
};
const noServices = { open: none, journal: none };

describe('a look that takes long', () => {
  /** rsync reads this file for a minute before it says anything. */
  const slowLab = () => {
    const lab = backupLab();
    buildTree(lab.src, { image: { sparse: 2 ** 37 } });
    buildTree(join(lab.dst, 'src'), { image: { sparse: 2 ** 37 } });
    return { lab, body: { ...bodyOf(lab, { options: { checksum: true } }), destination_type: 'local' as const } };
  };
  const readers = (lab: BackupLab) =>
    spawnSync('pgrep', ['-f', `^${Bun.which('rsync')} .*${lab.src}/`])
      .stdout.toString()
      .trim();

  test('is answered with what was found when the time is up', async () => {
    const { lab, body } = slowLab();
    const { backups } = lab.app.app;
    const previews = createPreviewService({
      jobs: createJobStore(lab.app.data.main),
      drafts: backups.jobs,
      ids: systemIds,
      allowedFor: () => () => {},
      remote: noServices,
      allowedPaths: [lab.dir],
      dataDir: lab.app.dir,
      applianceId: 'x',
      limitMs: 300,
    });
    const told = await previews.preview(body, false, new AbortController().signal);
    expect(told).toMatchObject({ files: 0, files_there: null, excluded: null, complete: false, problems: [] });
    expect(told.free_bytes).toBeGreaterThan(0);
    expect(readers(lab)).toBe('');
    await previews.stop();
  });

  test('ends with its children when whoever asked has gone; a third is not begun', async () => {
    const { lab, body } = slowLab();
    const token = await lab.app.signIn();
    const door = listen(lab.app.app.http, '127.0.0.1', 0);
    const url = `http://127.0.0.1:${door.port}/api/jobs/preview`;
    const leave = new AbortController();
    const ask = (signal?: AbortSignal) =>
      fetch(url, {
        method: 'POST',
        headers: { cookie: `token=${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal,
      });
    const asked = [ask(leave.signal), ask(leave.signal)].map((answer) => answer.catch(() => 'left'));
    await eventually('both look', () => readers(lab).split('\n').length >= 2);
    const third = await ask();
    expect(third.status).toBe(503);
    expect(third.headers.get('retry-after')).toBe('5');
    leave.abort();
    expect(await Promise.all(asked)).toEqual(['left', 'left']);
    await eventually('nothing runs any more', () => readers(lab) === '');
    // Their places are free again, and the program can stop in the middle of a look.
    let ended = Promise.resolve(third);
    await eventually('another one looks', async () => {
      const answer = ask();
      const refused = await Promise.race([answer.then(() => true), Bun.sleep(500).then(() => false)]);
      if (!refused) ended = answer;
      return !refused;
    });
    await eventually('it looks', () => readers(lab) !== '');
    await lab.app.app.backups.stop();
    expect(readers(lab)).toBe('');
    expect((await ended).status).toBe(503);
    await door.close();
  });
});
