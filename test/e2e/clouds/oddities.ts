import { describe, expect, test } from 'bun:test';
import { appendFileSync, unlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type CloudWorld, mebi, noise } from '../../harness/cloud-world.ts';
import { expected, sha256 } from '../../harness/clouds.ts';
import { scale } from '../../harness/scale.ts';
import { buildTree } from '../../harness/trees.ts';

/** Sources that hold what a service does not. */
export function oddities({ oneDrive, clouds, box, alone }: CloudWorld): void {
  describe.each(clouds)('%s', (_, cloud) => {
    test.concurrent(
      'links, pipes and sockets are no errors, and a name it cannot hold is one of that file alone',
      alone([cloud], async () => {
        const job = await box.job(cloud, { options: { delete_extraneous: true } });
        buildTree(job.src, {
          good: 'g',
          link: { symlink: 'good' },
          astray: { symlink: '/no/where' },
          pipe: { fifo: true },
        });
        const socket = createServer();
        await new Promise<void>((resolve) => socket.listen(join(job.src, 'socket'), resolve));
        expect(await box.run(job)).toMatchObject({ status: 'completed', error_count: 0, files_transferred: 1 });
        const wanted = expected('src', job.src, cloud.keepsFolders);
        expect(await job.place.seen()).toEqual(wanted);
        const bytes = Buffer.from([0x62, 0xff]);
        buildTree(job.src, [[bytes, 'x']]);
        for (let n = 0; n < 2; n += 1) {
          const run = await box.run(job);
          expect(run).toMatchObject({ status: 'failed', reason: 'partial', files_deleted: 0, error_count: 1 });
          expect((await box.errors(run.id))[0]?.message).toContain('not valid UTF-8');
        }
        socket.close();
        expect(await job.place.seen()).toEqual(wanted);
      }),
    );
  });

  // What the service does not know of: two of them show it as well as all.
  const some = clouds.filter(([, cloud]) => scale.long || cloud.type === 's3' || cloud.type === 'onedrive');
  describe.each(some)('%s', (_, cloud) => {
    test.concurrent(
      'a file that grows while it is sent is never kept as a mix',
      alone([cloud], async () => {
        const job = await box.job(cloud);
        const start = noise(3 * mebi);
        const log = join(job.src, 'log');
        buildTree(job.src, { log: start });
        const kept = (seen: Map<string, string>) => seen.get('src/log');
        expect(await box.run(job)).toMatchObject({ status: 'completed' });
        appendFileSync(log, 'more');
        const run = await box.start(job, { bandwidth_limit_kbps: 1536 });
        await box.until(run, 'it is being sent', (view) => view.phase === 'transferring');
        // As often as it takes: it is sent anew while it does not hold still.
        let grows = true;
        const growing = (async () => {
          while (grows) {
            appendFileSync(log, 'and more');
            await Bun.sleep(100);
          }
        })();
        const ended = await box.ended(run);
        grows = false;
        await growing;
        expect(ended).toMatchObject({ status: 'failed', reason: 'partial', error_count: 1 });
        expect((await box.errors(run))[0]).toMatchObject({
          path: 'log',
          message: expect.stringContaining('changed while'),
        });
        expect(kept(await job.place.seen())).toBe(sha256(start));
        expect(await box.run(job)).toMatchObject({ status: 'completed', files_transferred: 1 });
        expect(await job.place.seen()).toEqual(expected('src', job.src, cloud.keepsFolders));
      }),
    );
  });

  test.concurrent(
    'names OneDrive takes for one are told with both names, and the same one is kept run after run',
    alone([oneDrive], async () => {
      const job = await box.job(oneDrive, { options: { delete_extraneous: true } });
      buildTree(job.src, { 'Readme.md': 'one', 'README.md': 'two', 'sub/x': 'x', 'Sub/y': 'y', other: 'o' });
      const looks: unknown[] = [];
      for (let n = 0; n < 3; n += 1) {
        const run = await box.run(job);
        expect(run).toMatchObject({ status: 'failed', reason: 'partial' });
        const errors = (await box.errors(run.id)).map(({ path, message }) => `${path}: ${message}`).sort();
        expect(errors.join('\n')).toContain('Readme.md');
        expect(errors.join('\n')).toContain('README.md');
        looks.push({ errors, seen: await job.place.seen(), deleted: run.files_deleted });
      }
      expect(looks[1]).toEqual(looks[0]);
      expect(looks[2]).toEqual(looks[0]);
      const seen = await job.place.seen();
      expect([...seen.keys()].filter((path) => path.toLowerCase() === 'src/readme.md')).toHaveLength(1);
      expect(seen.has('src/other')).toBe(true);
      // When there is only one of them, everything is as it should be.
      const kept = seen.has('src/Readme.md') ? 'README.md' : 'Readme.md';
      unlinkSync(join(job.src, kept));
      const run = await box.run(job);
      expect((await box.errors(run.id)).filter(({ path }) => /readme/i.test(path))).toEqual([]);
    }),
  );
}
