import { describe, expect, test } from 'bun:test';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type CloudWorld, finished, halfDone, mebi, noise } from '../../harness/cloud-world.ts';
import { expected } from '../../harness/clouds.ts';
import { scale } from '../../harness/scale.ts';
import { buildTree } from '../../harness/trees.ts';

/** What becomes of a backup when the network ends it in the middle. */
export function network({ clouds, box, alone }: CloudWorld): void {
  describe.each(clouds)('%s', (_, cloud) => {
    /** Connections that are struck; where there are many, most of them carry little. */
    const times = { s3: 6, sftp: 2 }[cloud.type] ?? 4;
    test.concurrent(
      'connections that break in the middle of an upload are made again, and nobody notices',
      alone([cloud], async () => {
        const job = await box.job(cloud);
        buildTree(job.src, { a: 'a', 'large.bin': noise(8 * mebi), b: 'b' });
        const before = cloud.network.strikes;
        cloud.network.setRules({ strike: { cut: 'up', afterBytes: 0.7 * mebi }, times });
        cloud.network.reset(); // what is kept open from before is not struck
        expect(await box.run(job)).toMatchObject({ status: 'completed', error_count: 0, files_transferred: 3 });
        expect(cloud.network.strikes - before).toBeGreaterThan(0);
        cloud.network.setRules();
        expect(await job.place.seen()).toEqual(expected('src', job.src, cloud.keepsFolders));
      }),
    );

    test.concurrent(
      'a connection that falls silent is given up, and the file is sent all the same',
      alone([cloud], async () => {
        const job = await box.job(cloud);
        buildTree(job.src, { a: 'a', 'large.bin': noise(8 * mebi), b: 'b' });
        const before = cloud.network.strikes;
        cloud.network.setRules({ strike: { stall: 'up', afterBytes: 0.7 * mebi }, times });
        cloud.network.reset();
        expect(await box.run(job)).toMatchObject({ status: 'completed', error_count: 0, files_transferred: 3 });
        expect(cloud.network.strikes - before).toBeGreaterThan(0);
        cloud.network.setRules();
        expect(await job.place.seen()).toEqual(expected('src', job.src, cloud.keepsFolders));
      }),
    );

    test.concurrent(
      'a network that is gone ends the run with that reason, and the next run finishes it',
      alone([cloud], async () => {
        const job = await box.job(cloud);
        const files = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`f${n}`, noise(20_000, n + 1)]));
        buildTree(job.src, { ...files, 'large.bin': noise(3 * mebi) });
        const run = await box.start(job, { bandwidth_limit_kbps: 768 });
        await box.until(run, 'some files are there', (view) => view.files_transferred > 2);
        cloud.network.reset(true);
        const ended = await box.ended(run);
        cloud.network.reset(false);
        expect(ended).toMatchObject({ status: 'failed', reason: 'unreachable' });
        const wanted = expected('src', job.src, cloud.keepsFolders);
        expect(halfDone(await job.place.seen(), wanted)).toEqual([]);
        expect(await box.run(job)).toMatchObject({ status: 'completed', error_count: 0 });
        expect(finished(await job.place.seen())).toEqual(wanted);
      }),
    );

    test.concurrent(
      'a folder of thousands is copied, and a list of it that breaks off deletes nothing',
      alone([cloud], async () => {
        const job = await box.job(cloud, { options: { delete_extraneous: true } });
        const paths = async () => ((await job.place.paths?.()) ?? [...(await job.place.seen()).keys()]).sort();
        const wanted = () => [...expected('src', job.src, cloud.keepsFolders).keys()].sort();
        // More than a page of its listing.
        const inGate = cloud.type === 's3' ? 1_050 : 500;
        const count = scale.long ? scale.cloudFolder : inGate;
        const names = Array.from({ length: count }, (_, n) => `file ${n}`);
        buildTree(job.src, Object.fromEntries(names.map((name) => [`many/${name}`, name])));
        expect(await box.run(job)).toMatchObject({ status: 'completed', error_count: 0, files_transferred: count });
        const whole = wanted();
        for (const name of names.slice(0, 50)) rmSync(join(job.src, 'many', name));
        cloud.network.setRules({ strike: { cut: 'down', afterBytes: 30_000, how: 'end' }, times: 1_000 });
        cloud.network.reset();
        const broken = await box.run(job);
        cloud.network.setRules();
        expect(broken).toMatchObject({ status: 'failed', files_deleted: 0, files_transferred: 0 });
        expect(['unreachable', 'partial']).toContain(broken.reason as string);
        expect(await paths()).toEqual(whole);
        expect(await box.run(job)).toMatchObject({ status: 'completed', files_transferred: 0, files_deleted: 50 });
        expect(await paths()).toEqual(wanted());
      }),
    );
  });
}
