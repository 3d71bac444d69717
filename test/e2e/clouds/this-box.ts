import { describe, expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type CloudWorld, noise } from '../../harness/cloud-world.ts';
import { expected } from '../../harness/clouds.ts';
import { tmpfs } from '../../harness/filesystems.ts';
import { scale } from '../../harness/scale.ts';
import { buildTree } from '../../harness/trees.ts';

/** What becomes of a backup when the box itself fails. One after the other: there is one box. */
export function thisBox({ sftp, clouds, box }: CloudWorld): void {
  describe.each(clouds)('%s', (_, cloud) => {
    test('a program that is killed in the middle of a large upload goes on with it', async () => {
      const job = await box.job(cloud);
      const bytes = scale.cloudKilledBytes;
      buildTree(job.src, { small: 's', 'large.bin': noise(bytes) });
      const { network } = cloud;
      const before = network.bytes.up;
      const run = await box.start(job, { bandwidth_limit_kbps: Math.round((bytes / 1024) * 0.4) });
      await box.until(run, '60 % are there', () => network.bytes.up - before > bytes * 0.6);
      await box.killAndStart();
      const sent = network.bytes.up - before;
      expect(await box.ended(run)).toMatchObject({ status: 'failed', reason: 'interrupted' });
      expect((await job.place.seen()).has('src/large.bin')).toBe(false);
      const again = network.bytes.up;
      expect(await box.run(job)).toMatchObject({ status: 'completed', error_count: 0 });
      const sentAgain = network.bytes.up - again;
      if (cloud.resumes) expect(sentAgain).toBeLessThan(bytes - sent + bytes / 4);
      else expect(sentAgain).toBeGreaterThan(bytes);
      expect(await job.place.seen()).toEqual(expected('src', job.src, cloud.keepsFolders));
      expect(await box.run(job)).toMatchObject({ status: 'completed', files_transferred: 0 });
    });
  });

  test('our own disk being full is not taken for a full destination', async () => {
    const job = await box.job(sftp);
    buildTree(
      job.src,
      Object.fromEntries(Array.from({ length: 1_500 }, (_, n) => [`a file with a long name ${n}`, ''])),
    );
    mkdirSync(join(box.data, 'spool'), { recursive: true });
    const spool = tmpfs({ size: '64k' });
    spool.mount(join(box.data, 'spool'));
    const run = await box.run(job);
    spool.unmount();
    expect(run).toMatchObject({ status: 'failed', reason: 'no_space' });
    expect(run.error_message).toContain('Dynamight keeps its own data');
    expect(await box.run(job)).toMatchObject({ status: 'completed', files_transferred: 1_500 });
  });
}
