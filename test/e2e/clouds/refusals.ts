import { describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { chownSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { type CloudWorld, halfDone, mebi, noise } from '../../harness/cloud-world.ts';
import { type Cloud, type CloudPlace, expected } from '../../harness/clouds.ts';
import { tmpfs } from '../../harness/filesystems.ts';
import { fillUp } from '../../harness/full-disk.ts';
import { buildTree } from '../../harness/trees.ts';
import { startApache } from '../../servers/apache.ts';
import { startChaosProxy } from '../../servers/chaos-proxy.ts';
import { makePrivateKey } from '../../servers/sshd.ts';

const small = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, noise(100_000, n + 1)]));

/** What a service says no to: the run says why, in its own reason, and nothing that was there is lost. */
export function refusals(world: CloudWorld): void {
  const { s3, sftp, apache, nextcloud, drive, oneDrive, clouds, box, alone } = world;

  /** Nothing more fits from now on, until the answer is called. */
  const fill: Record<string, (root: string) => Promise<() => unknown>> = {
    [s3.name]: async () => {
      const { user_id } = JSON.parse(
        await s3.server.admin('user', 'info', `--access-key=${s3.server.user.accessKeyId}`),
      );
      const whose = ['--quota-scope=user', `--uid=${user_id}`];
      await s3.server.admin('quota', 'set', ...whose, '--max-objects=1');
      await s3.server.admin('quota', 'enable', ...whose);
      return async () => void (await s3.server.admin('quota', 'disable', ...whose));
    },
    [sftp.name]: async (root) => (fillUp(join(root, '.other')), () => rmSync(join(root, '.other'))),
    [apache.name]: async (root) => (fillUp(join(root, '.other')), () => rmSync(join(root, '.other'))),
    [nextcloud.name]: async () => {
      const { files, setQuota } = nextcloud.server;
      setQuota([...files.values()].reduce((sum, one) => sum + (one === 'folder' ? 0 : one.bytes.length), 0));
      return () => setQuota(Number.POSITIVE_INFINITY);
    },
    [drive.name]: async () => {
      drive.server.store.quotaBytes = 1;
      return () => void (drive.server.store.quotaBytes = null);
    },
    [oneDrive.name]: async () => {
      oneDrive.server.store.totalBytes = 1;
      return () => void (oneDrive.server.store.totalBytes = 1024 ** 4);
    },
  };
  const full = (cloud: Cloud, root: string) => (fill[cloud.name] as (root: string) => Promise<() => unknown>)(root);
  /** Made before the tests: one that runs beside others cannot leave the cleaning up to anybody. */
  const disks = [sftp, sftp, apache].map(() => tmpfs({ size: '32m' }));
  /** A place on a small disk of its own, where the service's room is a disk. */
  async function smallPlace(cloud: Cloud) {
    const place = await cloud.place();
    const served = cloud === apache ? apache.server.folder : '';
    const root = join(served, String(place.config['remote_path'] ?? ''));
    if (cloud !== sftp && cloud !== apache) return { place, root };
    const { uid, gid } = statSync(root);
    disks.pop()?.mount(root);
    chownSync(root, uid, gid);
    return { place, root };
  }

  describe.each(clouds)('%s', (_, cloud) => {
    test.concurrent(
      'that becomes full in the middle says so, keeps what is there, and takes the rest later',
      alone([cloud], async () => {
        const { place, root } = await smallPlace(cloud);
        const job = await box.job(cloud, { place });
        buildTree(job.src, small(40));
        // Ceph's own tool takes longer than the whole run.
        let free = cloud === s3 ? await full(cloud, root) : null;
        const run = await box.start(job, { bandwidth_limit_kbps: 1024 });
        if (cloud !== s3) await box.until(run, 'some files are there', (view) => view.files_transferred > 2);
        free ??= await full(cloud, root);
        const ended = await box.ended(run);
        const seen = await place.seen();
        seen.delete('.other');
        await free();
        expect(ended).toMatchObject({ status: 'failed', reason: 'quota' });
        expect(halfDone(seen, expected('src', job.src, cloud.keepsFolders))).toEqual([]);
        expect(await box.run(job)).toMatchObject({ status: 'completed', error_count: 0 });
        expect(halfDone(await place.seen(), expected('src', job.src, cloud.keepsFolders))).toEqual([]);
      }),
    );
  });

  test.concurrent(
    'a place without room for what is planned is not begun with',
    alone([sftp, nextcloud, drive, oneDrive], async () => {
      for (const cloud of [sftp, nextcloud, drive, oneDrive]) {
        const { place, root } = await smallPlace(cloud);
        const job = await box.job(cloud, { place });
        buildTree(job.src, { a: 'a' });
        expect(await box.run(job)).toMatchObject({ status: 'completed' });
        buildTree(job.src, { large: { sparse: 64 * mebi } });
        const free = await full(cloud, root);
        const stopped = await box.run(job);
        await free();
        expect([cloud.name, stopped.status, stopped.reason]).toEqual([cloud.name, 'failed', 'no_space']);
      }
    }),
  );

  const known = { client_id: drive.server.microsoft.client.id, client_secret: drive.server.microsoft.client.secret };
  test.concurrent.each([
    [s3, { secret_access_key: 'wrong' }, 'auth_failed'],
    [sftp, { private_key: makePrivateKey() }, 'auth_failed'],
    [apache, { password: 'wrong' }, 'auth_failed'],
    [nextcloud, { password: 'wrong' }, 'auth_failed'],
    [drive, { access_token: 'old', expires_at: 1, refresh_token: 'ended' }, 'auth_expired'],
    [oneDrive, { access_token: 'old', expires_at: 1, refresh_token: 'ended', ...known }, 'auth_expired'],
  ] as const)(
    '$name with a wrong secret: the test and the run say so, and nothing is tried often',
    // Google's door is Microsoft's, too.
    (cloud, wrong, reason) =>
      alone([cloud, drive], async () => {
        const place = await cloud.place();
        const secret = { ...cloud.secret, ...wrong };
        const asked = { destination_type: cloud.type, destination_config: place.config, credential_data: secret };
        const told = await box.api.post<{ success: boolean; message: string }>('/api/providers/test', asked);
        expect(told).toMatchObject({
          success: false,
          message:
            reason === 'auth_failed' ? 'Access denied: invalid credentials' : expect.stringContaining('Sign in again'),
        });
        const job = await box.job(cloud, { place, secret });
        buildTree(job.src, { a: 'a' });
        const before = cloud.network.connections;
        const run = await box.run(job);
        expect(run).toMatchObject({ status: 'failed', reason });
        for (const value of Object.values(secret).filter((one) => typeof one === 'string' && one.length > 8))
          expect(run.error_message).not.toContain(value as string);
        expect(cloud.network.connections - before).toBeLessThan(4);
        expect([...(await place.seen()).keys()]).toEqual([]);
      })(),
  );

  test.concurrent(
    'a sign-in that ends in the middle is renewed; one that was revoked is said to be',
    alone([drive], async () => {
      const job = await box.job(drive);
      buildTree(job.src, small(30));
      const run = await box.start(job, { bandwidth_limit_kbps: 2048 });
      await box.until(run, 'some files are there', (view) => view.files_transferred > 2);
      drive.server.google.expireAll();
      expect(await box.ended(run)).toMatchObject({ status: 'completed', error_count: 0 });
      expect(await job.place.seen()).toEqual(expected('src', job.src, true));
      const { accessToken, refreshToken } = drive.server.google.signIn();
      const other = await box.job(drive, {
        secret: { ...drive.secret, access_token: accessToken, refresh_token: refreshToken },
      });
      buildTree(other.src, small(30));
      const second = await box.start(other, { bandwidth_limit_kbps: 2048 });
      await box.until(second, 'some files are there', (view) => view.files_transferred > 2);
      drive.server.google.revokeAll();
      expect(await box.ended(second)).toMatchObject({ status: 'failed', reason: 'auth_expired' });
      expect(halfDone(await other.place.seen(), expected('src', other.src, true))).toEqual([]);
      const again = drive.server.google.signIn();
      Object.assign(drive.secret, { access_token: again.accessToken, refresh_token: again.refreshToken });
    }),
  );

  test.concurrent(
    'a server with another host key gets nothing until somebody accepts the key',
    alone([sftp], async () => {
      const job = await box.job(sftp);
      buildTree(job.src, { a: 'a' });
      expect(await box.run(job)).toMatchObject({ status: 'completed' });
      await sftp.server.restart({ newHostKey: true });
      buildTree(job.src, { b: 'b' });
      expect(await box.run(job)).toMatchObject({ status: 'failed', reason: 'host_key_changed' });
      const asked = { destination_type: 'sftp', destination_config: job.place.config, credential_data: sftp.secret };
      const told = await box.api.post<{ details: Record<string, unknown> }>('/api/providers/test', asked);
      expect(told.details).toMatchObject({ reason: 'host_key_changed', fingerprint: sftp.server.fingerprint() });
      const { host, port, fingerprint } = told.details;
      await box.api.post('/api/providers/host-keys/accept', { host, port, fingerprint });
      expect(await box.run(job)).toMatchObject({ status: 'completed', files_transferred: 1 });
    }),
  );

  test.concurrent(
    'a server with another certificate than the pinned one gets nothing until somebody pins it',
    alone([apache], async () => {
      const [first, second] = await Promise.all([startApache({ tls: true }), startApache({ tls: true })]);
      const target = { port: first.port };
      const network = await startChaosProxy(target);
      try {
        const config = { url: `https://127.0.0.1:${network.port}/`, remote_path: '/' };
        const cloud: Cloud = { ...apache, network, secret: { username: first.user, password: first.password } };
        const place = { config, seen: async () => new Map<string, string>() };
        const asked = { destination_type: 'webdav', destination_config: config, credential_data: cloud.secret };
        const told = await box.api.post<{ details: Record<string, unknown> }>('/api/providers/test', asked);
        expect(told.details).toMatchObject({ reason: 'certificate', fingerprint: first.certificate?.fingerprint });
        const job = await box.job(cloud, { place, config: { certificate_sha256: told.details['fingerprint'] } });
        buildTree(job.src, { a: 'a' });
        expect(await box.run(job)).toMatchObject({ status: 'completed', files_transferred: 1 });
        target.port = second.port;
        network.reset();
        expect(await box.run(job)).toMatchObject({ status: 'failed', reason: 'certificate_changed' });
      } finally {
        await network.stop();
        await Promise.all([first.stop(), second.stop()]);
      }
    }),
  );

  test.concurrent.each([
    [s3, { bucket: 'no-such-bucket' }],
    [sftp, { remote_path: join(sftp.server.folder, 'not/there') }],
    [apache, { url: `http://127.0.0.1:${apache.network.port}/not-there/` }],
    [nextcloud, { url: `http://127.0.0.1:${nextcloud.network.port}/remote.php/dav/files/nobody/` }],
    [drive, { folder_id: 'not-there' }],
    [oneDrive, { drive_id: 'b!another' }],
  ] as const)(
    '$name without the place that is named: the test and the run say so, and nothing is made',
    (cloud, wrong) =>
      alone([cloud], async () => {
        const place = await cloud.place();
        const job = await box.job(cloud, { place, config: wrong });
        const destination_config = { ...place.config, ...wrong };
        const asked = { destination_type: cloud.type, destination_config, credential_data: cloud.secret };
        expect(await box.api.post('/api/providers/test', asked)).toEqual({
          success: false,
          message: 'The folder or bucket is not there',
          details: null,
        });
        buildTree(job.src, { a: 'a' });
        const run = await box.run(job);
        expect(run).toMatchObject({ status: 'failed', reason: 'destination_missing', files_transferred: 0 });
        expect([...(await place.seen()).keys()]).toEqual([]);
      })(),
  );

  test.concurrent(
    'a service that refuses our time: the test and the run say that it is the clock',
    alone([s3], async () => {
      const job = await box.job(s3);
      buildTree(job.src, { a: 'a' });
      const code = '<Error><Code>RequestTimeTooSkewed</Code><Message>Your time is wrong</Message></Error>';
      const headers = { 'content-type': 'application/xml' };
      s3.network.setRules({ when: /./, times: 1000, strike: { status: 403, headers, body: code } });
      const asked = {
        destination_type: 's3',
        destination_config: job.place.config,
        credential_data: s3.secret,
      };
      const told = await box.api.post('/api/providers/test', asked);
      const run = await box.run(job);
      s3.network.setRules();
      const message = 'The service refuses our time. Set the clock of this box.';
      expect(told).toEqual({ success: false, message, details: null });
      expect(run).toMatchObject({ status: 'failed', reason: 'auth_failed' });
      expect(run.error_message).toContain('clock');
      expect(await box.run(job)).toMatchObject({ status: 'completed', files_transferred: 1 });
    }),
  );

  /** Nothing may be written into `src/shut` from now on, until the answer is called. */
  const shut: [Cloud, (config: CloudPlace['config']) => Promise<() => void>][] = [
    [
      s3,
      async ({ bucket, prefix }) => {
        const { endpoint, region, user } = s3.server;
        const client = new S3Client({ endpoint, region, credentials: user, forcePathStyle: true });
        const Action = ['s3:PutObject', 's3:DeleteObject'];
        const Resource = [`arn:aws:s3:::${bucket}/${prefix}src/shut/*`];
        const Statement = [{ Effect: 'Deny', Principal: '*', Action, Resource }];
        const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
        await client.send(new PutBucketPolicyCommand({ Bucket: String(bucket), Policy }));
        return () => client.destroy();
      },
    ],
    [
      sftp,
      async ({ remote_path }) => {
        const chattr = (flag: string) => spawnSync('chattr', [flag, join(String(remote_path), 'src/shut')]);
        expect(chattr('+i').status).toBe(0);
        return () => void chattr('-i');
      },
    ],
    [
      apache,
      async ({ remote_path }) => {
        chownSync(join(apache.server.folder, String(remote_path), 'src/shut'), 0, 0);
        return () => {};
      },
    ],
    [
      nextcloud,
      async () => {
        nextcloud.network.setRules({ when: /^(PUT|DELETE|MOVE) \S*\/shut\//, times: 1000, strike: { status: 403 } });
        return () => nextcloud.network.setRules();
      },
    ],
    [
      drive,
      async () => {
        const { files, limited } = drive.server.store;
        for (const file of files.values()) if (file.name === 'shut') limited.add(file.id);
        return () => limited.clear();
      },
    ],
    [
      oneDrive,
      async () => {
        oneDrive.server.fail({
          when: /^(PUT|POST|PATCH|DELETE) \S*shut/,
          times: 1000,
          answer: { status: 403, code: 'accessDenied' },
        });
        return () => oneDrive.server.fail();
      },
    ],
  ];
  test.concurrent.each(shut.map(([cloud, close]) => [cloud.name, cloud, close] as const))(
    '%s with one folder that may not be written to: its files are named, the others are copied',
    (_, cloud, close) =>
      alone([cloud], async () => {
        const job = await box.job(cloud);
        buildTree(job.src, { 'shut/old': 'old', 'open/old': 'old' });
        expect(await box.run(job)).toMatchObject({ status: 'completed' });
        const open = await close(job.place.config);
        try {
          buildTree(job.src, { 'shut/new': 'new', 'open/new': 'new', 'open/old': 'changed', last: 'last' });
          const run = await box.run(job);
          expect(run).toMatchObject({ status: 'failed', reason: 'partial', files_transferred: 3, error_count: 1 });
          expect((await box.errors(run.id)).map(({ path }) => path)).toEqual(['shut/new']);
          const wanted = expected('src', job.src, cloud.keepsFolders);
          wanted.delete('src/shut/new');
          expect(await job.place.seen()).toEqual(wanted);
        } finally {
          open();
        }
      })(),
  );

  test.concurrent(
    'two jobs to one destination go one after the other',
    alone([nextcloud], async () => {
      const one = await box.job(nextcloud);
      buildTree(one.src, small(30));
      const src = join(box.source(), 'other');
      buildTree(src, small(5));
      const two = await box.job(nextcloud, { place: one.place, src });
      const first = await box.start(one, { bandwidth_limit_kbps: 1024 });
      await box.until(first, 'it runs', (view) => view.status === 'running');
      const second = await box.start(two);
      expect(await box.read(second)).toMatchObject({ status: 'pending', phase: 'waiting' });
      expect(await box.ended(first)).toMatchObject({ status: 'completed' });
      expect(await box.ended(second)).toMatchObject({ status: 'completed', files_transferred: 5 });
      const both = new Map([...expected('other', src, true), ...expected('src', one.src, true)]);
      expect(await one.place.seen()).toEqual(both);
      writeFileSync(join(src, 'f0'), 'new');
      expect(await box.run(two)).toMatchObject({ status: 'completed', files_transferred: 1 });
    }),
  );
}
