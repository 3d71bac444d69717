import { describe, expect, test } from 'bun:test';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CloudWorld, halfDone, mebi, noise } from '../../harness/cloud-world.ts';
import { expected, sha256 } from '../../harness/clouds.ts';
import { buildTree } from '../../harness/trees.ts';

/** Backups as they go when nothing goes wrong. */
export function life({ clouds, box, alone }: CloudWorld): void {
  describe.each(clouds)('%s', (_, cloud) => {
    test.concurrent(
      'from the credential to a destination that equals the source, run after run',
      alone([cloud], async () => {
        const place = await cloud.place();
        const credential = await box.credential(cloud);
        const asked = { destination_type: cloud.type, destination_config: place.config, credential_id: credential };
        expect(await box.api.post('/api/providers/test', asked)).toMatchObject({
          success: true,
          message: 'Connection successful',
        });
        expect([...(await place.seen()).keys()]).toEqual([]);

        const job = await box.job(cloud, {
          place,
          options: { delete_extraneous: true, exclude_patterns: ['*.tmp', 'cache/'] },
        });
        const { src } = job;
        buildTree(src, {
          'a.txt': 'a',
          empty: '',
          'with space & plus+ #%20.txt': 'odd',
          'ü/日本 😀.txt': 'wide',
          'deep/er/est/file': 'deep',
          'large.bin': noise(3 * mebi + 17),
          'no folder/at all/': null,
          'left.tmp': 'out',
          'cache/left': 'out',
        });
        const same = async () => {
          const wanted = expected('src', src, cloud.keepsFolders);
          for (const path of wanted.keys()) if (/\.tmp$|\/cache(\/|$)/.test(path)) wanted.delete(path);
          expect(await place.seen()).toEqual(wanted);
        };
        const dry = await box.run(job, { dry_run: true });
        expect(dry).toMatchObject({ status: 'completed', dry_run: true, files_transferred: 6 });
        expect([...(await place.seen()).keys()]).toEqual([]);

        const first = await box.run(job);
        expect(first).toMatchObject({ status: 'completed', error_count: 0, files_transferred: 6, files_total: 6 });
        await same();
        const up = cloud.network.bytes.up;
        expect(await box.run(job)).toMatchObject({ status: 'completed', files_transferred: 0, files_deleted: 0 });
        expect(cloud.network.bytes.up - up).toBeLessThan(100_000);

        writeFileSync(join(src, 'a.txt'), 'b');
        writeFileSync(join(src, 'large.bin'), noise(3 * mebi + 17, 2));
        renameSync(join(src, 'deep/er'), join(src, 'deep/other'));
        rmSync(join(src, 'empty'));
        buildTree(src, { 'new/one': '1' });
        const third = await box.run(job);
        expect(third).toMatchObject({ status: 'completed', error_count: 0, files_transferred: 4, files_deleted: 2 });
        await same();
        expect(await box.run(job)).toMatchObject({ status: 'completed', files_transferred: 0, files_deleted: 0 });
      }),
    );

    test.concurrent(
      'many files in one folder, under a bandwidth limit, and a cancel in the middle',
      alone([cloud], async () => {
        const job = await box.job(cloud);
        for (let n = 0; n < 40; n += 1) buildTree(job.src, { [`f${n}`]: noise(64 * 1024, n + 1) });
        const begun = performance.now();
        const run = await box.start(job, { bandwidth_limit_kbps: 1024 });
        await box.until(run, 'some files are there', (view) => view.files_transferred > 4);
        const asked = performance.now();
        await box.api.post(`/api/jobs/${job.id}/cancel`);
        expect(await box.ended(run)).toMatchObject({ status: 'cancelled' });
        expect(performance.now() - asked).toBeLessThan(10_000);
        const wanted = expected('src', job.src, cloud.keepsFolders);
        expect(halfDone(await job.place.seen(), wanted)).toEqual([]);
        // 2.5 MiB at 1 MiB/s.
        const left = (await box.run(job, { bandwidth_limit_kbps: 1024 })).bytes_transferred;
        expect(performance.now() - begun).toBeGreaterThan((left / mebi) * 700);
        expect(await job.place.seen()).toEqual(wanted);
      }),
    );

    const field = { sftp: 'remote_path', webdav: 'remote_path', onedrive: 'folder_path' }[cloud.type];
    if (field)
      test.concurrent(
        'a folder that is not there yet: the test says that the first run makes it, and the first run makes it',
        alone([cloud], async () => {
          const place = await cloud.place();
          const config = { ...place.config, [field]: `${place.config[field]}/new one` };
          const credential_id = await box.credential(cloud);
          const asked = { destination_type: cloud.type, destination_config: config, credential_id };
          const tried = () => box.api.post('/api/providers/test', asked);
          expect(await tried()).toMatchObject({ success: true, details: { folder_exists: false } });
          const job = await box.job(cloud, { place, config });
          buildTree(job.src, { a: 'a' });
          expect(await box.run(job, { dry_run: true })).toMatchObject({ status: 'completed', files_transferred: 1 });
          expect([...(await place.seen()).keys()]).toEqual([]);
          expect(await box.run(job)).toMatchObject({ status: 'completed', files_transferred: 1 });
          expect((await place.seen()).get('new one/src/a')).toBe(sha256('a'));
          expect(await tried()).toMatchObject({ success: true, details: { folder_exists: true } });
        }),
      );
  });
}
