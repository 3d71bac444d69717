import { describe, expect, test } from 'bun:test';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { get, insistSample, namesIn, put, sampleContent } from '../../../src/storage/checks/context.ts';
import { scale } from '../../harness/scale.ts';
import { tempDir } from '../../harness/temp.ts';
import type { Radosgw } from '../../servers/radosgw.ts';
import { codeOf, openS3 } from './place.ts';

const { signal } = new AbortController();
const run = promisify(execFile);

/** Other programs use the bucket, too: what they wrote, and what they see of ours. */
export function neighbours(server: Radosgw): void {
  const { user } = server;
  async function rclone(...args: string[]): Promise<string> {
    const env: Record<string, string | undefined> = {
      ...process.env,
      RCLONE_CONFIG: '/dev/null',
      RCLONE_CONFIG_S_TYPE: 's3',
      RCLONE_CONFIG_S_PROVIDER: 'Ceph',
      RCLONE_CONFIG_S_ENDPOINT: server.endpoint,
      RCLONE_CONFIG_S_ACCESS_KEY_ID: user.accessKeyId,
      RCLONE_CONFIG_S_SECRET_ACCESS_KEY: user.secretAccessKey,
    };
    delete env['AWS_CA_BUNDLE'];
    return (await run('rclone', args, { env, maxBuffer: 64 * 1024 * 1024 })).stdout;
  }

  describe('beside other programs in one bucket', () => {
    test('rclone sees our files with their bytes and their time to the nanosecond', async () => {
      const bucket = await server.makeBucket();
      const driver = openS3(server, { bucket, prefix: 'ours/' });
      const mtimeNs = 1_700_000_123_456_789_123n;
      const large = 3 * scale.cloudPartBytes + 5;
      await put({ driver, signal }, 'small & odd/ä+b.txt', 'small', { mtimeNs });
      await put({ driver, signal }, 'large', sampleContent(large, 1), { mtimeNs });
      interface Listed {
        Path: string;
        Size: number;
        ModTime: string;
      }
      const listing = await rclone('lsjson', '-R', '--files-only', `s:${bucket}/ours`);
      const told = JSON.parse(listing) as Listed[];
      expect(told.map(({ Path, Size, ModTime }) => `${Path} ${Size} ${Date.parse(ModTime)}`).sort()).toEqual([
        `large ${large} 1700000123456`,
        'small & odd/ä+b.txt 5 1700000123456',
      ]);
      expect(told[0]?.ModTime).toContain('.456789123');
      const folder = tempDir('s3');
      await rclone('copy', `s:${bucket}/ours`, folder);
      const bytes = await sampleContent(large, 1).read(0, large);
      expect(readFileSync(join(folder, 'large')).equals(bytes)).toBe(true);
      await driver.close();
    });

    test('what rclone wrote is read by us, with its time', async () => {
      const bucket = await server.makeBucket();
      const folder = tempDir('s3');
      mkdirSync(join(folder, 'sub'));
      writeFileSync(join(folder, 'sub/file'), 'of rclone');
      utimesSync(join(folder, 'sub/file'), 1_600_000_000, 1_600_000_000.25);
      await rclone('copy', folder, `s:${bucket}`);
      const driver = openS3(server, { bucket });
      const entry = await driver.stat('sub/file', signal);
      expect(entry?.mtimeNs).toBe(1_600_000_000_250_000_000n);
      expect(entry?.hash).toEqual({ kind: 'md5', hex: createHash('md5').update('of rclone').digest('hex') });
      expect((await get({ driver, signal }, 'sub/file')).toString()).toBe('of rclone');
      await driver.close();
    });

    test('a prefix is the same root with and without a slash, and nothing beside it is seen or touched', async () => {
      const bucket = await server.makeBucket();
      const [plain, slashed, whole] = ['a/b', 'a/b/', ''].map((prefix) => openS3(server, { bucket, prefix }));
      if (!plain || !slashed || !whole) throw new Error('three drivers');
      await put({ driver: plain, signal }, 'file', 'x');
      await put({ driver: whole, signal }, 'a/beside', 'x');
      await put({ driver: whole, signal }, 'a/b2', 'x');
      expect(await namesIn({ driver: slashed, signal }, '')).toEqual(['file']);
      expect(await namesIn({ driver: whole, signal }, 'a')).toEqual(['b', 'b2', 'beside']);
      await slashed.removeMany(['file', 'beside', '2'], signal);
      expect(await namesIn({ driver: whole, signal }, 'a')).toEqual(['b2', 'beside']);
      expect(await slashed.list('', signal)).toEqual([]);
      for (const driver of [plain, slashed, whole]) await driver.close();
    });

    test('markers of folders are no files, and names that are no paths stop the listing', async () => {
      const bucket = await server.makeBucket();
      const client = new S3Client({
        endpoint: server.endpoint,
        region: server.region,
        credentials: user,
        forcePathStyle: true,
      });
      const mark = (Key: string) =>
        client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: '', ContentLength: 0 }));
      const driver = openS3(server, { bucket });
      await mark('folder/');
      await mark('folder/empty/');
      await put({ driver, signal }, 'folder/file', 'x');
      expect(await namesIn({ driver, signal }, 'folder')).toEqual(['empty', 'file']);
      expect(await driver.list('folder/empty', signal)).toEqual([]);
      const told: string[] = [];
      for await (const page of driver.listBelow('', signal)) told.push(...page.map(({ path }) => path));
      expect(told).toEqual(['folder/file']);
      await mark('bad//name');
      await mark('worse/../name');
      for (const folder of ['bad', 'worse']) expect(await codeOf(driver.list(folder, signal))).toBe('protocol');
      const all = async () => {
        for await (const _ of driver.listBelow('', signal)) continue;
      };
      expect(await codeOf(all())).toBe('protocol');
      client.destroy();
      await driver.close();
    });

    test('copies in parts keep content and time, and replace what was there', async () => {
      const bucket = await server.makeBucket();
      const driver = openS3(server, { bucket });
      const size = 5 * scale.cloudPartBytes + 3;
      await put({ driver, signal }, 'large', sampleContent(size, 1), { mtimeNs: 123_456_789n });
      await put({ driver, signal }, 'moved', 'in the way');
      await driver.move('large', 'moved', signal);
      expect((await driver.stat('moved', signal))?.mtimeNs).toBe(123_456_789n);
      expect(await driver.stat('large', signal)).toBe(null);
      await insistSample({ driver, signal }, 'moved', size, 1);
      expect(await driver.sweep('', [], 0, signal)).toBe(0);
      await driver.close();
    });

    test('a file moved onto itself stays', async () => {
      const bucket = await server.makeBucket();
      const driver = openS3(server, { bucket });
      await put({ driver, signal }, 'file', 'x');
      await driver.move('file', 'file', signal);
      expect((await get({ driver, signal }, 'file')).toString()).toBe('x');
      expect(await codeOf(driver.move('missing', 'missing', signal))).toBe('not_found');
      await driver.close();
    });

    test('a storage class the bucket does not have is told, and nothing is written', async () => {
      const bucket = await server.makeBucket();
      const driver = openS3(server, { bucket, storageClass: 'GLACIER_IR' });
      const code = await codeOf(put({ driver, signal }, 'file', 'x'));
      expect(code).toBe('unsupported');
      expect(await driver.stat('file', signal)).toBe(null);
      await driver.close();
    });
  });
}
