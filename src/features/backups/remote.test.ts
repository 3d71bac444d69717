import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RemoteLab, remoteLab } from '../../../test/harness/remote-lab.ts';
import { snapshotTree } from '../../../test/harness/snapshot.ts';
import { buildTree } from '../../../test/harness/trees.ts';
import { makePrivateKey, startSshd } from '../../../test/servers/sshd.ts';

setDefaultTimeout(60_000);
const sshd = await startSshd();
afterAll(() => sshd.stop());

let places = 0;
/** A lab whose jobs go into a folder of their own on the server. */
async function lab(): Promise<RemoteLab & { there: string }> {
  places += 1;
  const there = join(sshd.folder, `place-${places}`);
  const made = await remoteLab({
    type: 'sftp',
    config: { host: '127.0.0.1', port: sshd.port, username: sshd.user, remote_path: there, key_based_auth: true },
    secret: { private_key: sshd.privateKey },
  });
  return { ...made, there };
}
/** What can be kept at such a place: names, kinds and contents. */
const contents = (dir: string) =>
  [...snapshotTree(dir, { skip: isTemporary })].map(([path, { type, sha256 }]) => [path, type, sha256]);
/** Of an attempt that broke off: hidden from listings, and swept by a later run. */
const isTemporary = (path: string) => /(^|\/)\.dynamight-[0-9a-f]{16}\.part$/.test(path);

describe('a backup to a server', () => {
  test('copies everything, then only what changed, and is the same as the source', async () => {
    const { src, there, ...box } = await lab();
    buildTree(src, { a: '1', 'sub/': null, 'sub/b': '22', 'sub/ü ~.txt': '333', 'empty/': null });
    const job = await box.remoteJob({ options: { delete_extraneous: true } });
    expect(await box.run(job)).toMatchObject({ status: 'completed', files_transferred: 3, bytes_transferred: 6 });
    expect(contents(join(there, 'src'))).toEqual(contents(src));
    expect(await box.run(job)).toMatchObject({ status: 'completed', files_transferred: 0, files_deleted: 0 });

    writeFileSync(join(src, 'a'), 'one');
    rmSync(join(src, 'sub/b'));
    const third = await box.run(job);
    expect(third).toMatchObject({ status: 'completed', files_transferred: 1, files_deleted: 1, files_total: 2 });
    expect(await box.logs(third.id)).toEqual(expect.arrayContaining(['src/a', 'deleted src/sub/b']));
    expect(contents(join(there, 'src'))).toEqual(contents(src));
  });

  test('leaves out what patterns name, and keeps what is only there unless told to delete', async () => {
    const { src, there, ...box } = await lab();
    buildTree(src, { a: '1', 'b.tmp': '2', 'cache/': null, 'cache/c': '3' });
    const job = await box.remoteJob({ options: { exclude_patterns: ['*.tmp', 'cache/'] } });
    expect(await box.run(job)).toMatchObject({ status: 'completed', files_transferred: 1 });
    writeFileSync(join(there, 'src/foreign'), 'x');
    expect(await box.run(job)).toMatchObject({ status: 'completed', files_transferred: 0, files_deleted: 0 });
    expect(readdirSync(join(there, 'src')).sort()).toEqual(['a', 'foreign']);
  });

  test('shows what it would do without doing it', async () => {
    const { src, there, ...box } = await lab();
    buildTree(src, { a: '1', b: '22' });
    const job = await box.remoteJob();
    const run = await box.run(job, { sync_options: { dry_run: true } });
    expect(run).toMatchObject({ status: 'completed', dry_run: true, files_transferred: 2, bytes_transferred: 3 });
    expect(existsSync(there)).toBe(false);
    const seen = await box.call('POST', '/api/jobs/preview', {
      source_dirs: [src],
      destination_type: 'sftp',
      destination_config: (await box.call('GET', `/api/jobs/${job}`)).destination_config,
      credential_id: 1,
      job_id: job,
    });
    expect(seen).toMatchObject({ files: 2, transfer_files: 2, deletions: 0, problems: [], complete: true });
  });

  test('keeps what a run replaces and deletes when history is on', async () => {
    const { src, there, ...box } = await lab();
    buildTree(src, { a: 'old', gone: 'x' });
    const job = await box.remoteJob({ options: { delete_extraneous: true, history: { keep_last: 3 } } });
    await box.run(job);
    writeFileSync(join(src, 'a'), 'newer');
    rmSync(join(src, 'gone'));
    expect(await box.run(job)).toMatchObject({ status: 'completed', files_transferred: 1, files_deleted: 1 });
    const [key = ''] = readdirSync(join(there, '.dynamight/history'));
    const kept = join(there, '.dynamight/history', key, 'src');
    expect([readFileSync(join(kept, 'a'), 'utf8'), readFileSync(join(kept, 'gone'), 'utf8')]).toEqual(['old', 'x']);
  });

  test('names a file it cannot keep, and copies the rest', async () => {
    const { src, there, ...box } = await lab();
    buildTree(src, { good: '1' });
    writeFileSync(Buffer.concat([Buffer.from(`${src}/`), Buffer.from([0x62, 0xff])]), 'x');
    const job = await box.remoteJob();
    const run = await box.run(job);
    expect(run).toMatchObject({ status: 'failed', reason: 'partial', files_transferred: 1 });
    expect((await box.errors(run.id))[0]?.message).toContain('not valid UTF-8');
    expect(readdirSync(join(there, 'src'))).toEqual(['good']);
  });
});

describe('a backup to a server is stopped before any harm', () => {
  test('by an emptied source, until somebody confirms', async () => {
    const { src, there, ...box } = await lab();
    buildTree(src, { a: '1', b: '2' });
    const job = await box.remoteJob({ options: { delete_extraneous: true } });
    await box.run(job);
    for (const name of ['a', 'b']) rmSync(join(src, name));
    const stopped = await box.run(job);
    expect(stopped).toMatchObject({ status: 'failed', reason: 'source_empty' });
    expect(readdirSync(join(there, 'src')).sort()).toEqual(['a', 'b']);
  });

  test('by too many deletions, which are listed, until somebody confirms exactly these', async () => {
    const { src, there, ...box } = await lab();
    buildTree(src, Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`f${n}`, 'x'])));
    const job = await box.remoteJob({ options: { delete_extraneous: true } });
    await box.run(job);
    for (let n = 1; n < 30; n += 1) rmSync(join(src, `f${n}`));
    const stopped = await box.run(job);
    expect(stopped).toMatchObject({ status: 'failed', reason: 'too_many_deletions' });
    expect(await box.call('GET', `/api/runs/${stopped.id}/deletions?limit=100`)).toHaveLength(29);
    expect(readdirSync(join(there, 'src'))).toHaveLength(30);
    const confirmed = await box.run(job, { confirm: stopped.confirm });
    expect(confirmed).toMatchObject({ status: 'completed', files_deleted: 29 });
    expect(readdirSync(join(there, 'src'))).toEqual(['f0']);
  });

  test('by a destination that is not the one it was', async () => {
    const { src, there, ...box } = await lab();
    buildTree(src, { a: '1' });
    const job = await box.remoteJob();
    await box.run(job);
    rmSync(there, { recursive: true });
    expect(await box.run(job)).toMatchObject({ status: 'failed', reason: 'destination_changed' });
    expect(existsSync(there)).toBe(false);
  });

  test('by a folder that belongs to another job', async () => {
    const { src, there, ...box } = await lab();
    buildTree(src, { a: '1' });
    await box.run(await box.remoteJob());
    const stranger = await remoteLab({
      type: 'sftp',
      config: { host: '127.0.0.1', port: sshd.port, username: sshd.user, remote_path: there, key_based_auth: true },
      secret: { private_key: sshd.privateKey },
    });
    buildTree(stranger.src, { theirs: '1' });
    expect(await stranger.run(await stranger.remoteJob())).toMatchObject({ status: 'failed', reason: 'overlap' });
    expect(readdirSync(join(there, 'src'))).toEqual(['a']);
  });

  test('by a key that opens nothing, and by a path that leads nowhere', async () => {
    const { src, there } = await lab();
    const config = {
      host: '127.0.0.1',
      port: sshd.port,
      username: sshd.user,
      remote_path: there,
      key_based_auth: true,
    };
    const box = await remoteLab({ type: 'sftp', config, secret: { private_key: makePrivateKey() } });
    buildTree(box.src, { a: '1' });
    expect(await box.run(await box.remoteJob())).toMatchObject({ status: 'failed', reason: 'auth_failed' });
    const lost = await remoteLab({
      type: 'sftp',
      config: { ...config, remote_path: join(there, 'no/such/folder') },
      secret: { private_key: sshd.privateKey },
    });
    buildTree(lost.src, { a: '1' });
    expect(await lost.run(await lost.remoteJob())).toMatchObject({ status: 'failed', reason: 'destination_missing' });
    expect([existsSync(there), existsSync(src)]).toEqual([false, true]);
  });
});

test('a cancelled backup to a server ends soon, and the next one finishes the work', async () => {
  const { src, there, ...box } = await lab();
  mkdirSync(src, { recursive: true });
  for (let n = 0; n < 40; n += 1) writeFileSync(join(src, `f${n}`), Buffer.alloc(100_000, n));
  const job = await box.remoteJob({ options: { bandwidth_limit_kbps: 800 } });
  const run = await box.start(job);
  while ((await box.read(run)).status !== 'running' || !existsSync(join(there, 'src'))) await Bun.sleep(20);
  await box.call('POST', `/api/jobs/${job}/cancel`);
  await box.app.app.backups.idle();
  expect(await box.read(run)).toMatchObject({ status: 'cancelled' });
  const finished = await box.run(job, { sync_options: { bandwidth_limit_kbps: null } });
  expect(finished).toMatchObject({ status: 'completed' });
  expect(contents(join(there, 'src'))).toEqual(contents(src));
  expect((await box.run(job)).files_transferred).toBe(0);
});
