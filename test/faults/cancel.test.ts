import { expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { backupLab } from '../harness/backup.ts';
import { processesWith, temporaryFiles } from '../harness/crash-box.ts';
import { dice, seedFor } from '../harness/random.ts';
import { scale } from '../harness/scale.ts';
import { expectSameTree } from '../harness/snapshot.ts';
import { buildTree } from '../harness/trees.ts';

test('a run cancelled at any moment is called cancelled only when nothing of it runs, and leaves nothing (R-45)', async () => {
  const lab = backupLab();
  const { next } = dice(seedFor('cancel at random moments'));
  const job = await lab.job();
  const seen: string[] = [];
  for (let round = 0; round < scale.cancelRounds; round += 1) {
    buildTree(lab.src, { large: Buffer.alloc(2_000_000, `${round}`), [`new${round}`]: 'n', 'sub/a': `a${round}` });
    const run = await lab.start(job, { sync_options: { bandwidth_limit_kbps: 2048 } });
    // At the first rounds: at once, and as soon as it copies; then anywhere.
    if (round > 0) await Bun.sleep(round === 1 ? 400 : next(1200));
    const asked = await lab.app.call('POST', `/api/jobs/${job}/cancel`, { owner: true });
    expect([200, 409]).toContain(asked.status); // 409: it had ended
    for (;;) {
      const { status } = await lab.read(run);
      const running = processesWith('rsync', lab.dir).length;
      if (status === 'running' || status === 'pending') {
        await Bun.sleep(5);
        continue;
      }
      expect([status, running]).toEqual([
        asked.status === 200 ? expect.stringMatching(/cancelled|completed/) : 'completed',
        0,
      ]);
      seen.push(status);
      break;
    }
    await lab.app.app.backups.idle();
    expect(temporaryFiles(lab.dst)).toEqual([]);
    if (existsSync(join(lab.dst, '.dynamight')))
      expect(spawnSync('flock', ['-n', join(lab.dst, '.dynamight/lock'), 'true']).status).toBe(0);
    const spool = join(lab.app.dir, 'spool');
    expect(existsSync(spool) ? readdirSync(spool) : []).toEqual([]);
  }
  expect(seen).toContain('cancelled');
  expect(await lab.run(job)).toMatchObject({ status: 'completed', error_count: 0 });
  expectSameTree(lab.src, join(lab.dst, 'src'));
  expect(await lab.run(job)).toMatchObject({ status: 'completed', files_transferred: 0 });
}, 120_000);
