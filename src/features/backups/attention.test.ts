import { describe, expect, test } from 'bun:test';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BackupLab, backupLab } from '../../../test/harness/backup.ts';
import { tmpfs } from '../../../test/harness/filesystems.ts';
import { buildTree } from '../../../test/harness/trees.ts';
import { destinationLines, type JobStanding, jobLines } from './attention.ts';
import type { DestinationView } from './destinations.schema.ts';
import { rhythmOf } from './schedules/rhythm.ts';

const dayMs = 86_400_000;
const now = Date.UTC(2026, 0, 31, 12);
const ago = (days: number) => now - days * dayMs;

const schedule = (change: object = {}) => ({
  enabled: true,
  scheduleType: 'daily' as const,
  hour: 2,
  minute: 0,
  dayOfWeek: null,
  dayOfMonth: null,
  cronExpression: null,
  timezone: 'UTC',
  activeSince: ago(30),
  ...change,
});
const finished = (change: object = {}) => ({
  id: 7,
  jobId: 1,
  status: 'completed',
  errorMessage: null,
  warningCount: 0,
  confirm: null,
  confirmUsedAt: null,
  createdAt: ago(1),
  completedAt: ago(1),
  ...change,
});
const job = { id: 1, name: 'Photos', enabled: true, createdAt: ago(40), updatedAt: ago(20), destinationConfig: {} };
const well = { job, schedules: [], begun: true, lastFinished: finished(), lastCompletedAt: ago(1), destination: null };
const linesOf = (change: object) =>
  jobLines({ ...well, ...change } as unknown as JobStanding, (one) => rhythmOf(one, now), now);

describe('what a person should know of a job', () => {
  const away = { present: false, path: '/mnt/usb', last_seen: '2026-01-20T02:00:00Z' };
  const rows: [name: string, standing: object, lines: object[]][] = [
    ['nothing, when all is well', { schedules: [schedule()] }, []],
    ['nothing, when it was cancelled', { lastFinished: finished({ status: 'cancelled' }) }, []],
    [
      'that it has never run',
      { begun: false, lastFinished: null, lastCompletedAt: null },
      [{ id: 'job:1:never-run', level: 'warning', message: '"Photos" has never run.', since: ago(40) }],
    ],
    ['nothing, while its first run is on', { lastFinished: null, lastCompletedAt: null }, []],
    [
      'why it failed, and how to go on',
      { lastFinished: finished({ status: 'failed', errorMessage: 'No room.', confirm: 'tok' }) },
      [
        {
          id: 'job:1:failed',
          level: 'error',
          message: '"Photos" failed: No room.',
          runId: 7,
          confirm: 'tok',
          since: ago(1),
        },
      ],
    ],
    [
      'that there were warnings',
      { lastFinished: finished({ warningCount: 3 }) },
      [{ id: 'job:1:warnings', level: 'warning', message: '"Photos" completed with 3 warnings.', runId: 7 }],
    ],
    ['nothing, within twice its rhythm', { schedules: [schedule()], lastCompletedAt: ago(1.9) }, []],
    [
      'that it is overdue',
      { schedules: [schedule()], lastCompletedAt: ago(2.1) },
      [{ id: 'job:1:overdue', message: expect.stringContaining('is to run every day'), since: ago(2.1) }],
    ],
    [
      'that it is overdue by its fastest schedule',
      { schedules: [schedule({ scheduleType: 'monthly', dayOfMonth: 1 }), schedule()], lastCompletedAt: ago(3) },
      [{ id: 'job:1:overdue' }],
    ],
    [
      'nothing, when weekdays are its rhythm and the weekend is over',
      { schedules: [schedule({ scheduleType: 'custom', cronExpression: '0 2 * * 1-5' })], lastCompletedAt: ago(5) },
      [],
    ],
    ['nothing, when it may have no schedule at all', { schedules: [], lastCompletedAt: ago(300) }, []],
    [
      'nothing, when its schedule was switched on only now',
      { schedules: [schedule({ activeSince: ago(1) })], lastCompletedAt: ago(30) },
      [],
    ],
    [
      'that it has not completed once in a week',
      { schedules: [schedule({ activeSince: ago(7.1) })], lastCompletedAt: null },
      [{ id: 'job:1:overdue', message: expect.stringContaining('since 2026-01-24') }],
    ],
    ['nothing, in its first week', { schedules: [schedule({ activeSince: ago(6.9) })], lastCompletedAt: null }, []],
    [
      'that it is off although it has a schedule, and nothing more about time',
      { job: { ...job, enabled: false }, schedules: [schedule()], lastCompletedAt: ago(20) },
      [{ id: 'job:1:switched-off', since: ago(20) }],
    ],
    [
      'nothing, when the schedule is off, too',
      { job: { ...job, enabled: false }, schedules: [schedule({ enabled: false })] },
      [],
    ],
    [
      'that its drive is away',
      { job: { ...job, destinationConfig: { usb_uuid: '1234-5678' } }, schedules: [schedule()], destination: away },
      [{ id: 'job:1:absent', topic: 'drive', since: Date.UTC(2026, 0, 20, 2) }],
    ],
    [
      'that its folder is away',
      { schedules: [schedule()], destination: away },
      [{ id: 'job:1:absent', topic: 'destination', message: expect.stringContaining('/mnt/usb') }],
    ],
    ['nothing, when nobody waits for that drive', { schedules: [], destination: away }, []],
  ];
  for (const [name, standing, lines] of rows)
    test(name, () => {
      const found = linesOf(standing);
      expect(found).toHaveLength(lines.length);
      expect(found).toMatchObject(lines);
    });
});

test('a way to go on that was used, or is a week old, is not handed out', () => {
  const failed = { status: 'failed', errorMessage: 'x', confirm: 'tok' };
  for (const change of [{ createdAt: ago(7.1) }, { confirmUsedAt: ago(0.5) }])
    expect(linesOf({ lastFinished: finished({ ...failed, ...change }) })[0]).not.toHaveProperty('confirm');
  expect(linesOf({ lastFinished: finished({ ...failed, createdAt: ago(6.9) }) })[0]).toHaveProperty('confirm', 'tok');
});

describe('what a person should know of a destination', () => {
  const GB = 1e9;
  const rows: [name: string, free: number | null, total: number | null, says: string | null][] = [
    ['nothing, with room', 100 * GB, 1000 * GB, null],
    ['nothing, while it is away', null, null, null],
    ['less than a twentieth', 49 * GB, 1000 * GB, '49 GB of 1.0 TB are free'],
    ['less than a gigabyte', 0.9 * GB, 4 * GB, '900 MB of 4.0 GB are free'],
    ['nothing left', 0, 4 * GB, '0 bytes of 4.0 GB'],
  ];
  for (const [name, free, total, says] of rows)
    test(name, () => {
      const view = { address: 'local:/mnt', path: '/mnt', free_bytes: free, total_bytes: total } as DestinationView;
      const lines = destinationLines(view);
      expect(lines.map((line) => line.id)).toEqual(says === null ? [] : ['destination:local:/mnt:nearly-full']);
      if (says !== null) expect(lines[0]?.message).toContain(says);
    });
});

describe('GET /api/attention', () => {
  const ask = async (lab: BackupLab) => (await lab.app.call('GET', '/api/attention', { owner: true })).json;
  const idsOf = async (lab: BackupLab) => (await ask(lab)).map(({ id }: { id: string }) => id);

  test('needs a login, and is empty when all is well', async () => {
    const lab = backupLab();
    expect((await lab.app.call('GET', '/api/attention')).status).toBe(401);
    expect(await ask(lab)).toEqual([]);
  });

  test('hands out the way on, and is empty again when it was gone', async () => {
    const lab = backupLab();
    for (let n = 0; n < 40; n += 1) buildTree(lab.src, { [`f${n}`]: String(n) });
    const job = await lab.job({ options: { delete_extraneous: true } });
    expect(await idsOf(lab)).toEqual([`job:${job}:never-run`]);
    await lab.run(job);
    expect(await ask(lab)).toEqual([]);
    for (let n = 0; n < 30; n += 1) rmSync(join(lab.src, `f${n}`));
    await lab.run(job, { sync_options: { dry_run: true } });
    expect(await ask(lab)).toEqual([]);
    const stopped = await lab.run(job);
    expect(await ask(lab)).toEqual([
      {
        id: `job:${job}:failed`,
        level: 'error',
        topic: 'job',
        message: `"Backup" failed: ${stopped.error_message}`,
        job_id: job,
        run_id: stopped.id,
        confirm: stopped.confirm,
        since: '2026-01-05T02:00:00Z',
      },
    ]);
    await lab.run(job, { confirm: stopped.confirm });
    expect(await ask(lab)).toEqual([]);
  });

  test('says when a destination fills up, errors before it, and since when', async () => {
    const small = tmpfs({ size: '40m' });
    const lab = backupLab(undefined, [small.path]);
    buildTree(lab.src, { a: '1' });
    const job = await lab.job({ to: small.path });
    await lab.run(job);
    const full = `destination:local:${small.path}:nearly-full`;
    expect(await ask(lab)).toMatchObject([{ id: full, topic: 'destination', since: '2026-01-05T02:00:00Z' }]);
    lab.app.clock.advance(dayMs);
    rmSync(join(small.path, '.dynamight'), { recursive: true });
    // Without its records it is another place: how full that is, is nobody's business.
    expect(await idsOf(lab)).toEqual([]);
    expect((await lab.run(job)).reason).toBe('destination_changed');
    expect(await idsOf(lab)).toEqual([`job:${job}:failed`]);
    writeFileSync(join(lab.src, 'b'), '1');
    const { confirm } = (await ask(lab))[0];
    expect((await lab.run(job, { confirm })).status).toBe('completed');
    expect(await ask(lab)).toMatchObject([{ id: full, since: '2026-01-06T02:00:00Z' }]);
    small.unmount();
  });

  test('says when a job with a schedule is off, and when it is overdue', async () => {
    const lab = backupLab();
    buildTree(lab.src, { a: '1' });
    const job = await lab.job();
    await lab.run(job);
    const made = await lab.app.call('POST', `/api/jobs/${job}/schedules`, {
      owner: true,
      body: { schedule_type: 'daily', hour: 2, minute: 0 },
    });
    expect(`${made.status} ${made.text}`).toStartWith('200');
    expect(await idsOf(lab)).toEqual([]);
    lab.app.clock.advance(3 * dayMs);
    expect(await idsOf(lab)).toEqual([`job:${job}:overdue`]);
    rmSync(lab.dst, { recursive: true });
    expect(await idsOf(lab)).toEqual([`job:${job}:overdue`, `job:${job}:absent`]);
    await lab.app.call('PUT', `/api/jobs/${job}`, {
      owner: true,
      body: {
        name: 'Backup',
        enabled: false,
        source_dirs: [lab.src],
        destination_type: 'local',
        destination_config: { mount_point: lab.dst },
      },
    });
    expect(await idsOf(lab)).toEqual([`job:${job}:switched-off`]);
  });
});
