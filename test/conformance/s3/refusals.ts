import { describe, expect, test } from 'bun:test';
import { PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { get, namesIn, put } from '../../../src/storage/checks/context.ts';
import type { Radosgw } from '../../servers/radosgw.ts';
import { codeOf, openS3, problemOf } from './place.ts';

const { signal } = new AbortController();

/** What people get wrong, and services refuse: a reason in their words. */
export function refusals(server: Radosgw): void {
  const { user } = server;

  describe('what S3 refuses', () => {
    test('a key that is not known, and a secret that is not its own, are told as wrong credentials', async () => {
      const bucket = await server.makeBucket();
      for (const wrong of [
        { ...user, accessKeyId: 'NOBODY' },
        { ...user, secretAccessKey: 'guessed' },
      ]) {
        const driver = openS3(server, { bucket, user: wrong });
        for (const call of [
          () => driver.probe(signal),
          () => driver.list('', signal),
          () => driver.stat('file', signal),
          () => driver.read('file', {}, signal),
          () => put({ driver, signal }, 'file', 'x'),
          () => driver.remove('file', signal),
          () => driver.removeMany(['file'], signal),
        ]) {
          const problem = await problemOf(call());
          expect(problem.code).toBe('auth_failed');
          expect(problem.message).toContain(bucket);
          expect(Bun.inspect(problem)).not.toContain(wrong.secretAccessKey);
        }
        await driver.close();
      }
    });

    test('a clock that is wrong is told every time, not only the first', async () => {
      const bucket = await server.makeBucket();
      const driver = openS3(server, { bucket, ports: { now: () => Date.now() - 3_600_000 } });
      expect(await codeOf(driver.probe(signal))).toBe('clock');
      expect(await codeOf(driver.probe(signal))).toBe('clock');
      expect(await codeOf(put({ driver, signal }, 'file', 'x'))).toBe('clock');
      expect(await codeOf(driver.stat('file', signal))).toBe('clock');
      await driver.close();
    });

    test('a bucket that is not there is told by name', async () => {
      const driver = openS3(server, { bucket: 'no-such-bucket' });
      const problem = await problemOf(put({ driver, signal }, 'file', 'x'));
      expect(problem.code).toBe('no_root');
      expect(problem.message).toContain('no-such-bucket');
      expect(await codeOf(driver.stat('file', signal))).toBe('no_root');
      expect(await codeOf(driver.removeMany(['file'], signal))).toBe('no_root');
      await driver.close();
    });

    test('a bucket of somebody else may not be used', async () => {
      const bucket = await server.makeBucket();
      const driver = openS3(server, { bucket, user: await server.makeUser() });
      expect(await codeOf(driver.probe(signal))).toBe('permission');
      expect(await codeOf(put({ driver, signal }, 'file', 'x'))).toBe('permission');
      expect(await codeOf(driver.stat('file', signal))).toBe('permission');
      await driver.close();
    });

    test('one forbidden prefix stops only what lies in it, and each file that could not be removed is named', async () => {
      const bucket = await server.makeBucket();
      const driver = openS3(server, { bucket });
      for (const path of ['open/a', 'open/b', 'shut/a', 'shut/b']) await put({ driver, signal }, path, path);
      const client = new S3Client({
        endpoint: server.endpoint,
        region: server.region,
        credentials: user,
        forcePathStyle: true,
      });
      const shut = [`arn:aws:s3:::${bucket}/shut/*`];
      const Action = ['s3:PutObject', 's3:GetObject', 's3:DeleteObject'];
      const Policy = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Principal: '*', Action, Resource: shut }],
      });
      await client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
      client.destroy();

      expect(await codeOf(put({ driver, signal }, 'shut/a', 'new'))).toBe('permission');
      expect(await codeOf(driver.read('shut/a', {}, signal))).toBe('permission');
      expect(await codeOf(driver.move('shut/a', 'open/moved', signal))).toBe('permission');
      await put({ driver, signal }, 'open/c', 'new');
      const left = await driver.removeMany(['open/a', 'shut/a', 'open/b', 'shut/b', 'open/never'], signal);
      expect(left.map(({ path, error }) => `${path} ${error.code}`).sort()).toEqual([
        'shut/a permission',
        'shut/b permission',
      ]);
      expect(await namesIn({ driver, signal }, 'open')).toEqual(['c']);
      expect(await namesIn({ driver, signal }, 'shut')).toEqual(['a', 'b']);
      await driver.close();
    });

    test('a full quota is told as such, and the file that was there stays', async () => {
      const owner = await server.makeUser();
      const told = JSON.parse(await server.admin('user', 'info', `--access-key=${owner.accessKeyId}`)) as {
        user_id: string;
      };
      const bucket = await server.makeBucket(undefined, owner);
      const driver = openS3(server, { bucket, user: owner });
      await put({ driver, signal }, 'file', 'old');
      const quota = ['--quota-scope=user', `--uid=${told.user_id}`];
      await server.admin('quota', 'set', ...quota, '--max-objects=1');
      await server.admin('quota', 'enable', ...quota);
      expect(await codeOf(put({ driver, signal }, 'more', 'x'))).toBe('quota');
      expect((await get({ driver, signal }, 'file')).toString()).toBe('old');
      await driver.close();
    });

    test('a server with its own certificate is spoken to only when it is pinned', async () => {
      const bucket = await server.makeBucket();
      const { endpoint, fingerprint } = server.tls;
      const strange = openS3(server, { bucket, endpoint });
      const problem = await problemOf(strange.probe(signal));
      expect(problem.code).toBe('certificate');
      expect(problem.details['fingerprint']).toBe(fingerprint);
      await strange.close();
      const wrong = openS3(server, { bucket, endpoint, certificate: 'ab'.repeat(32) });
      expect(await codeOf(wrong.probe(signal))).toBe('certificate');
      await wrong.close();
      const pinned = openS3(server, { bucket, endpoint, certificate: fingerprint });
      await put({ driver: pinned, signal }, 'file', 'over TLS');
      expect((await get({ driver: pinned, signal }, 'file')).toString()).toBe('over TLS');
      await pinned.close();
    });

    test('a key that is too long with its prefix is refused by name, before anything is sent', async () => {
      const bucket = await server.makeBucket();
      const driver = openS3(server, { bucket, prefix: 'p'.repeat(500) });
      expect(await codeOf(put({ driver, signal }, 'ä'.repeat(262), 'x'))).toBe('name');
      const longest = 'x'.repeat(1024 - 501);
      await put({ driver, signal }, longest, 'fits');
      expect(await namesIn({ driver, signal }, '')).toEqual([longest]);
      await driver.close();
    });
  });
}
