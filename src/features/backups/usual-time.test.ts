import { expect, test } from 'bun:test';
import { backupLab } from '../../../test/harness/backup.ts';
import { buildTree } from '../../../test/harness/trees.ts';
import { defaultSyncOptions } from './options.ts';
import { createRunStore } from './runs.store.ts';
import { runs } from './table.ts';

const minuteMs = 60_000;

/** A finished run that found nearly everything there, unless told otherwise. */
function past(lab: ReturnType<typeof backupLab>, jobId: number, tookMs: number, values: object = {}): void {
  const now = lab.app.clock.now();
  lab.app.data.main
    .insert(runs)
    .values({
      uuid: crypto.randomUUID(),
      jobId,
      jobName: 'Backup',
      status: 'completed',
      trigger: 'manual',
      dryRun: false,
      syncOptions: defaultSyncOptions,
      filesTransferred: 1,
      bytesTransferred: 10,
      filesTotal: 100,
      bytesTotal: 1000,
      createdAt: now,
      startedAt: now,
      completedAt: now + tookMs,
      ...values,
    })
    .run();
}

test('how long a job usually takes is the middle of its last runs; first copies, failures and dry runs tell nothing', async () => {
  const lab = backupLab();
  const job = await lab.job();
  const store = createRunStore(lab.app.data.main);
  expect(store.usualMs(job)).toBeNull();
  past(lab, job, 90 * minuteMs, { bytesTransferred: 1000 });
  past(lab, job, minuteMs, { dryRun: true });
  past(lab, job, minuteMs, { status: 'failed' });
  expect(store.usualMs(job)).toBeNull();
  past(lab, job, 50 * minuteMs); // older than the last five
  for (const minutes of [3, 40, 2, 5, 4]) past(lab, job, minutes * minuteMs);
  expect(store.usualMs(job)).toBe(4 * minuteMs);
});

test('a run that does not look ahead tells by the runs before it how long it will take', async () => {
  const lab = backupLab();
  buildTree(lab.src, { a: '1' });
  const job = await lab.job();
  await lab.run(job);
  past(lab, job, 4 * minuteMs);
  buildTree(lab.src, { large: 'x'.repeat(400_000) });
  const run = await lab.start(job, { sync_options: { bandwidth_limit_kbps: 40 } });
  for (let view = await lab.read(run); ; view = await lab.read(run)) {
    expect(view.completed_at).toBeNull();
    if (view.progress?.eta_seconds) {
      expect(view.progress).toMatchObject({ bytes_total: null, eta_seconds: 240 });
      break;
    }
    await Bun.sleep(10);
  }
  await lab.app.call('POST', `/api/jobs/${job}/cancel`, { owner: true });
  await lab.app.app.backups.idle();
});
