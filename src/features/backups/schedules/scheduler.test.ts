import { afterAll, describe, expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startTestApp, type TestApp } from '../../../../test/harness/app.ts';
import { fakeClock } from '../../../../test/harness/clock.ts';
import { scale } from '../../../../test/harness/scale.ts';
import { tempDir } from '../../../../test/harness/temp.ts';
import { buildTree } from '../../../../test/harness/trees.ts';
import { createLog } from '../../../core/log.ts';
import { defaultSyncOptions } from '../options.ts';
import { createRunStore, type NewRun } from '../runs.store.ts';
import type { RunView } from '../schema.ts';
import { scheduleSlots, schedules } from '../table.ts';
import { createScheduleStore } from './store.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** `2026-03-29 01:00`, UTC. */
const at = (text: string): number => Date.parse(`${text.replace(' ', 'T')}:00Z`);
const text = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');

interface BoxWish {
  ntp?: boolean;
  rtc?: boolean;
}

/** A machine with its clock, switched off and on again over the same data folder. */
function box(start: string, wish: BoxWish = { ntp: true }) {
  const clock = fakeClock(at(start));
  const home = tempDir('nights');
  const dataDir = tempDir('app');
  for (const name of ['src', 'dst']) mkdirSync(join(home, name));
  buildTree(join(home, 'src'), { a: 'one', 'b/c': 'two' });
  const lines: string[] = [];
  let app: TestApp;
  const on = () => {
    app = startTestApp({ ALLOWED_BROWSE_PATHS: home }, clock, dataDir, {
      clockSigns: { synchronised: () => wish.ntp === true, hasRtc: () => wish.rtc === true },
      log: createLog('info', (line) => lines.push(line), clock.now),
    });
    app.app.backups.start();
  };
  on();
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await app.call(method, path, { owner: true, body });
    if (answer.status !== 200) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return answer.json;
  };
  const self = {
    clock,
    lines,
    wish,
    call,
    get data() {
      return app.data.main;
    },
    get backups() {
      return app.app.backups;
    },
    /** A job whose source is not there ends at once: what counts is that it was started. */
    async job(name: string, source = join(home, `${name} is not there`), options: object = {}): Promise<number> {
      await call('PUT', '/api/settings', { max_runs_per_job: 10_000 });
      const body = {
        name,
        source_dirs: [source],
        destination_type: 'local',
        destination_config: { mount_point: join(home, 'dst'), backup_subdir: name },
        sync_options: options,
      };
      return (await call('POST', '/api/jobs', body)).id;
    },
    realJob: (name: string, options?: object) => self.job(name, join(home, 'src'), options),
    schedule: async (job: number, body: object): Promise<number> =>
      (await call('POST', `/api/jobs/${job}/schedules`, { timezone: 'UTC', ...body })).id,
    /** Looks at the time, and waits for what it started. */
    async look() {
      await app.app.backups.scheduler.tick();
      await app.app.backups.idle();
    },
    /** Looks at every full `step`, and at the end. */
    async pass(until: string, step = hour / 2) {
      while (clock.now() < at(until)) {
        clock.advance(Math.min(step - (clock.now() % step), at(until) - clock.now()));
        await self.look();
      }
    },
    /** Wall clock alone. */
    async set(wall: string) {
      clock.setWall(at(wall));
      await self.look();
    },
    /** Without power, and on again; the clock of the world goes on meanwhile. */
    async off(until?: string) {
      app.app.backups.scheduler.stop();
      app.close();
      if (until) clock.advance(at(until) - clock.now());
      on();
      app.app.backups.scheduler.start();
      await self.look();
    },
    runs: async (job: number): Promise<RunView[]> =>
      (await call('GET', `/api/jobs/${job}/runs?limit=1000`)).toReversed(),
    /** When the runs of a schedule were started, by the clock on the wall. */
    started: async (job: number, schedule?: number): Promise<string[]> =>
      (await self.runs(job))
        .filter((run) => schedule === undefined || run.schedule_id === schedule)
        .map((run) => (run.started_at ?? '').slice(0, 16).replace('T', ' ')),
    slots: (schedule: number): string[] =>
      app.data.main
        .select()
        .from(scheduleSlots)
        .all()
        .filter((row) => row.scheduleId === schedule)
        .map((row) => text(row.slot))
        .toSorted(),
  };
  afterAll(() => self.backups.scheduler.stop());
  return self;
}
type Box = ReturnType<typeof box>;
const nightly = { schedule_type: 'daily', hour: 2, minute: 0 };
const nights = (...days: string[]) => days.map((one) => `${one} 02:00`);

/** A box with one job that runs every night at 02:00 UTC. */
async function nightBox(start: string, wish?: BoxWish) {
  const machine = box(start, wish);
  const job = await machine.job('Night');
  const schedule = await machine.schedule(job, nightly);
  return { machine, job, schedule, started: () => machine.started(job), slots: () => machine.slots(schedule) };
}

test('two weeks of nights, through a change of the clocks, a power cut and a clock set wrong, leave exactly the runs that should have been (R-24, R-25, R-26)', async () => {
  const machine = box('2026-03-21 12:00');
  const berlin = { timezone: 'Europe/Berlin' };
  const photos = await machine.realJob('Photos');
  const nightId = await machine.schedule(photos, { schedule_type: 'daily', hour: 2, minute: 30, ...berlin });
  const archive = await machine.job('Archive');
  const sundayId = await machine.schedule(archive, {
    schedule_type: 'weekly',
    hour: 4,
    minute: 0,
    day_of_week: 0,
    ...berlin,
  });
  const lastDay = { schedule_type: 'monthly', hour: 23, minute: 0, day_of_month: 31, timezone: 'America/New_York' };
  const monthId = await machine.schedule(archive, lastDay);
  const office = await machine.job('Office');
  const workId = await machine.schedule(office, { schedule_type: 'custom', cron_expression: '0 18 * * 1-5' });
  const music = await machine.job('Music');
  const threeId = await machine.schedule(music, { schedule_type: 'daily', hour: 3, minute: 0, ...berlin });
  const alsoId = await machine.schedule(music, {
    schedule_type: 'weekly',
    hour: 3,
    minute: 0,
    day_of_week: 0,
    ...berlin,
  });
  const step = scale.scheduleStepMinutes * minute;

  await machine.pass('2026-03-22 04:00', step);
  await machine.set('2026-03-22 02:00'); // back: 03:00 comes a second time
  await machine.pass('2026-03-24 00:00', step);
  await machine.off('2026-03-26 09:00'); // three nights without power
  await machine.pass('2026-03-31 23:00', step);
  await machine.set('2026-04-01 01:00'); // ahead
  await machine.pass('2026-04-01 02:00', step);
  await machine.set('2026-04-01 00:00'); // and right again
  await machine.pass('2026-04-04 12:00', step);

  const april = ['01', '02', '03', '04'];
  // 29 March has no 02:30: it comes at 03:00, which is 01:00 UTC
  const night = [
    ...['22', '23', '26', '27', '28'].map((one) => `2026-03-${one} 01:30`),
    '2026-03-29 01:00',
    ...['30', '31'].map((one) => `2026-03-${one} 00:30`),
    ...april.map((one) => `2026-04-${one} 00:30`),
  ];
  expect(machine.slots(nightId)).toEqual(night);
  expect(await machine.started(photos)).toEqual(
    night.map(
      (slot) => ({ '2026-03-26 01:30': '2026-03-26 09:00', '2026-04-01 00:30': '2026-04-01 01:00' })[slot] ?? slot,
    ),
  );
  expect((await machine.runs(photos)).map((run) => run.status)).toEqual(night.map(() => 'completed'));

  expect(machine.slots(sundayId)).toEqual(['2026-03-22 03:00', '2026-03-29 02:00']);
  expect(machine.slots(monthId)).toEqual(['2026-04-01 03:00']);
  expect(await machine.started(archive)).toEqual(['2026-03-22 03:00', '2026-03-29 02:00', '2026-04-01 03:00']);

  const work = ['03-23', '03-25', '03-26', '03-27', '03-30', '03-31', '04-01', '04-02', '04-03'].map(
    (one) => `2026-${one} 18:00`,
  );
  expect(machine.slots(workId)).toEqual(work);
  expect(await machine.started(office)).toEqual(
    work.map((slot) => (slot === '2026-03-25 18:00' ? '2026-03-26 09:00' : slot)),
  );

  // On Sundays both schedules of this job name the same time: one run.
  const three = [
    ...['22', '23', '26', '27', '28'].map((one) => `2026-03-${one} 02:00`),
    ...['29', '30', '31'].map((one) => `2026-03-${one} 01:00`),
    ...april.map((one) => `2026-04-${one} 01:00`),
  ];
  expect(machine.slots(threeId)).toEqual(three);
  expect(machine.slots(alsoId)).toEqual(['2026-03-22 02:00', '2026-03-29 01:00']);
  expect(await machine.runs(music)).toHaveLength(three.length);
});

test('a box without a schedule that is switched on looks at the time for nothing', async () => {
  const machine = box('2026-01-05 12:00');
  const job = await machine.job('Night');
  const schedule = await machine.schedule(job, { ...nightly, enabled: false });
  await machine.look();
  machine.data.$client.run('UPDATE schedules SET enabled = 1'); // nobody is told
  await machine.pass('2026-01-07 12:00', 6 * hour);
  expect(await machine.runs(job)).toEqual([]);
  await machine.call('PUT', `/api/schedules/${schedule}`, { ...nightly, timezone: 'UTC', minute: 30 });
  await machine.pass('2026-01-08 12:00');
  expect(await machine.started(job)).toEqual(['2026-01-08 02:30']);
});

describe('a night that was missed (R-26)', () => {
  test('is made up for once, by the latest, however long the box was off', async () => {
    const { machine, started, slots } = await nightBox('2026-01-05 12:00');
    await machine.pass('2026-01-07 12:00', hour);
    await machine.off('2026-09-10 15:00');
    await machine.look();
    expect(await started()).toEqual([...nights('2026-01-06', '2026-01-07'), '2026-09-10 15:00']);
    expect(slots()).toEqual(nights('2026-01-06', '2026-01-07', '2026-09-10'));
  });

  test('before the schedule was made, changed or switched on is not', async () => {
    const { machine, job, schedule, started } = await nightBox('2026-01-05 12:00');
    await machine.look();
    expect(await started()).toEqual([]);
    await machine.call('PUT', `/api/schedules/${schedule}`, { ...nightly, enabled: false, timezone: 'UTC' });
    await machine.pass('2026-01-08 12:00', 6 * hour);
    expect(await started()).toEqual([]);
    await machine.call('PUT', `/api/schedules/${schedule}`, { ...nightly, timezone: 'UTC' });
    await machine.look();
    const saved = await machine.call('GET', `/api/jobs/${job}`);
    const put = (enabled: boolean) =>
      machine.call('PUT', `/api/jobs/${job}`, {
        name: saved.name,
        source_dirs: saved.source_dirs,
        destination_type: 'local',
        destination_config: saved.destination_config,
        enabled,
      });
    await put(false);
    await machine.pass('2026-01-10 12:00', 6 * hour);
    await put(true);
    await machine.look();
    expect(await started()).toEqual([]);
    await machine.pass('2026-01-11 12:00', 6 * hour);
    expect(await machine.started(job)).toHaveLength(1);
  });

  test('by two schedules of one job is made up for by one run, that of the latest', async () => {
    const machine = box('2026-01-05 12:00');
    const job = await machine.job('Night');
    const early = await machine.schedule(job, nightly);
    const late = await machine.schedule(job, { ...nightly, hour: 5 });
    await machine.off('2026-01-08 09:00');
    expect((await machine.runs(job)).map((run) => run.schedule_id)).toEqual([late]);
    expect([machine.slots(early), machine.slots(late)]).toEqual([nights('2026-01-08'), ['2026-01-08 05:00']]);
  });
});

describe('a slot is never run twice (R-24)', () => {
  test('when the clock is set back over it', async () => {
    const { machine, started } = await nightBox('2026-01-05 12:00');
    await machine.pass('2026-01-06 03:00', hour / 2);
    await machine.set('2026-01-06 01:00');
    await machine.pass('2026-01-08 12:00', hour / 2);
    expect(await started()).toEqual(nights('2026-01-06', '2026-01-07', '2026-01-08'));
    expect(machine.lines.filter((line) => line.includes('The clock was set back {"seconds":7200}'))).toHaveLength(1);
  });

  test('when the clock is set back while the box is off', async () => {
    const { machine, started } = await nightBox('2026-01-05 12:00');
    await machine.pass('2026-01-06 03:00', hour / 2);
    machine.clock.setWall(at('2026-01-06 01:00'));
    await machine.off();
    await machine.pass('2026-01-07 12:00', hour / 2);
    expect(await started()).toEqual(nights('2026-01-06', '2026-01-07'));
  });

  test('when the clock goes two hours ahead and comes back', async () => {
    const { machine, started } = await nightBox('2026-01-05 12:00');
    await machine.pass('2026-01-06 01:00', hour / 2);
    await machine.set('2026-01-06 03:00'); // one run: 02:00 is past
    await machine.set('2026-01-06 01:15');
    await machine.pass('2026-01-07 12:00', hour / 2);
    expect(await started()).toEqual(['2026-01-06 03:00', '2026-01-07 02:00']);
  });

  test('however often it is looked at', async () => {
    const { machine, started } = await nightBox('2026-01-06 01:59');
    machine.clock.advance(minute);
    await Promise.all(Array.from({ length: scale.parallelCalls }, () => machine.look()));
    for (let n = 0; n < 5; n += 1) await machine.look();
    expect(await started()).toEqual(nights('2026-01-06'));
  });
});

describe('a clock that was a year ahead for an hour (R-24)', () => {
  const afterwards = async (restart: boolean) => {
    const { machine, started, slots } = await nightBox('2026-01-05 12:00');
    await machine.pass('2026-01-06 12:00', hour);
    await machine.set('2027-01-06 12:00'); // one run: the night of 2027 looks missed
    await machine.pass('2027-01-06 13:00', hour);
    machine.clock.setWall(at('2026-01-06 13:00'));
    await (restart ? machine.off() : machine.look());
    expect(await started()).toEqual([...nights('2026-01-06'), '2027-01-06 12:00']);
    await machine.pass('2026-01-09 12:00', hour);
    // Noticed once: a later night without power is made up for as ever.
    await machine.off('2026-01-11 08:00');
    expect((await started()).slice(2)).toEqual([
      ...nights('2026-01-07', '2026-01-08', '2026-01-09'),
      '2026-01-11 08:00',
    ]);
    expect(slots()).toContain('2027-01-06 02:00');
  };
  test('does not silence a schedule for a year', () => afterwards(false));
  test('nor when it was put right while the box was off', () => afterwards(true));

  test('does not silence a schedule that was made meanwhile', async () => {
    const machine = box('2027-01-06 12:00');
    const job = await machine.job('Night');
    await machine.schedule(job, nightly);
    await machine.look();
    await machine.set('2026-01-06 12:00');
    await machine.pass('2026-01-08 12:00', hour);
    expect(await machine.started(job)).toEqual(nights('2026-01-07', '2026-01-08'));
  });
});

describe('after a start in 1970 (R-24)', () => {
  /** The box has its jobs, then loses its power, and with it its time. */
  const reborn = async (wish: BoxWish) => {
    const one = await nightBox('2026-01-05 12:00');
    await one.machine.pass('2026-01-06 12:00', hour);
    Object.assign(one.machine.wish, { ntp: false, ...wish });
    one.machine.clock.setWall(at('1970-01-01 00:00'));
    await one.machine.off();
    return one;
  };

  test('nothing is decided until the clock is set, and then the missed night is made up for', async () => {
    const { machine, started } = await reborn({ rtc: true });
    await machine.pass('1970-01-01 00:05', minute);
    expect(machine.backups.clockState()).toBe('waiting');
    expect(await started()).toEqual(nights('2026-01-06'));
    machine.wish.ntp = true;
    await machine.set('2026-01-07 06:00');
    expect(machine.backups.clockState()).toBe('good');
    await machine.pass('2026-01-08 12:00', hour);
    expect(await started()).toEqual([...nights('2026-01-06'), '2026-01-07 06:00', ...nights('2026-01-08')]);
    expect(machine.lines.filter((line) => line.includes('Schedules wait until the clock'))).toHaveLength(1);
    expect(machine.lines.filter((line) => line.includes('may be wrong'))).toHaveLength(0);
  });

  test('a box that never learns the time makes its backups all the same, after ten minutes', async () => {
    const { machine, started } = await reborn({});
    await machine.pass('1970-01-01 00:09', minute);
    expect(machine.lines.filter((line) => line.includes('may be wrong'))).toHaveLength(0);
    await machine.pass('1970-01-01 00:15', minute);
    await machine.pass('1970-01-03 12:00', hour / 2);
    expect(await started()).toEqual(nights('2026-01-06', '1970-01-01', '1970-01-02', '1970-01-03'));
    expect(machine.lines.filter((line) => line.includes('may be wrong'))).toHaveLength(1);
    expect(machine.backups.clockState()).toBe('doubtful');
    // One day it does learn it.
    machine.wish.ntp = true;
    await machine.set('2026-02-01 12:00');
    await machine.pass('2026-02-02 12:00', hour);
    expect((await started()).slice(4)).toEqual(['2026-02-01 12:00', '2026-02-02 02:00']);
    expect(machine.backups.clockState()).toBe('good');
  });
});

describe('a slot that comes while the job runs', () => {
  test('is used up, and both logs say so', async () => {
    const machine = box('2026-01-06 01:00');
    const job = await machine.realJob('Slow', { bandwidth_limit_kbps: 1 });
    const schedule = await machine.schedule(job, nightly);
    const { id } = await slowRun(machine, job);
    machine.clock.advance(hour);
    await machine.backups.scheduler.tick();
    await machine.call('POST', `/api/jobs/${job}/cancel`);
    await machine.backups.idle();
    expect(machine.slots(schedule)).toEqual(nights('2026-01-06'));
    await machine.off('2026-01-06 12:00');
    const told = await machine.call('GET', `/api/runs/${id}/logs`);
    expect(told.map((line: { message: string }) => line.message)).toContain(
      'Due by schedule at 2026-01-06T02:00:00Z while this run was at work: no second run is started',
    );
    expect(await machine.runs(job)).toHaveLength(1);
    expect(
      machine.lines.filter((line) => line.includes('A scheduled run falls away: the job is running')),
    ).toHaveLength(1);
  });
});

/** A run that goes on until it is cancelled. */
async function slowRun(machine: Box, job: number): Promise<{ id: number }> {
  const { source_dirs } = await machine.call('GET', `/api/jobs/${job}`);
  buildTree(source_dirs[0], { big: Buffer.alloc(2 ** 20, 'x') });
  const { run_id: id } = await machine.call('POST', `/api/jobs/${job}/run`);
  return { id };
}

describe('a process that dies', () => {
  const death = async (trigger: NewRun['trigger'] = 'scheduled', change: Partial<NewRun> = {}) => {
    const one = await nightBox('2026-01-05 12:00');
    await one.machine.pass('2026-01-06 01:59', hour);
    one.machine.clock.advance(minute);
    const scheduleId = trigger === 'scheduled' ? one.schedule : null;
    // Died at the first moment after the one transaction.
    const run = createRunStore(one.machine.data).start(
      {
        uuid: crypto.randomUUID(),
        jobId: one.job,
        jobName: 'Night',
        trigger,
        scheduleId,
        retryOf: null,
        dryRun: false,
        syncOptions: defaultSyncOptions,
        createdAt: one.machine.clock.now(),
        ...change,
      },
      scheduleId ? [{ scheduleId, slot: one.machine.clock.now() }] : [],
    );
    const again = async () => {
      one.machine.clock.advance(10 * minute);
      await one.machine.off();
      const runs = await one.machine.runs(one.job);
      return runs.map(({ status, reason, retry_of }): unknown[] => [status, reason, retry_of]);
    };
    return { ...one, id: run?.id ?? 0, again };
  };

  test('at the first moment of a scheduled run leaves a run that is made up for once', async () => {
    const { again, id, slots, machine, started } = await death();
    const twice = [
      ['failed', 'interrupted', null],
      ['failed', 'source_missing', id],
    ];
    expect(await again()).toEqual(twice);
    expect(await again()).toEqual(twice);
    expect(slots()).toEqual(nights('2026-01-06'));
    await machine.pass('2026-01-07 12:00', hour);
    expect(await started()).toHaveLength(3);
  });

  test('in the run that made up for it, too, leaves it at that', async () => {
    const { again } = await death('scheduled', { retryOf: 4711 });
    expect(await again()).toEqual([['failed', 'interrupted', 4711]]);
  });

  test('in a run somebody started by hand leaves it to that person, but not the next night', async () => {
    const { again } = await death('manual');
    // the slot of this very night had no run yet
    expect(await again()).toEqual([
      ['failed', 'interrupted', null],
      ['failed', 'source_missing', null],
    ]);
  });

  test('in the run of a plugged drive has it made up for', async () => {
    const { again, id, machine, schedule } = await death('drive');
    await machine.call('DELETE', `/api/schedules/${schedule}`);
    expect(await again()).toEqual([
      ['failed', 'interrupted', null],
      ['failed', 'source_missing', id],
    ]);
  });

  test('has nothing made up for when the schedule was switched off meanwhile', async () => {
    const { again, machine, schedule } = await death();
    await machine.call('PUT', `/api/schedules/${schedule}`, { ...nightly, enabled: false });
    expect(await again()).toEqual([['failed', 'interrupted', null]]);
  });

  test('before the clock is known has its run made up for all the same', async () => {
    const { again, machine, id } = await death();
    Object.assign(machine.wish, { ntp: false });
    expect((await again())[1]).toEqual(['failed', 'source_missing', id]);
    expect(machine.backups.clockState()).toBe('waiting');
  });
});

describe('a slot and its run', () => {
  const values = (jobId: number, scheduleId: number): NewRun => ({
    uuid: crypto.randomUUID(),
    jobId,
    jobName: 'Night',
    trigger: 'scheduled',
    scheduleId,
    retryOf: null,
    dryRun: false,
    syncOptions: defaultSyncOptions,
    createdAt: 0,
  });

  test('are written together or not at all', async () => {
    const { machine, job, schedule, slots } = await nightBox('2026-01-05 12:00');
    const store = createRunStore(machine.data);
    const slot = { scheduleId: schedule, slot: at('2026-01-06 02:00') };
    createScheduleStore(machine.data).useUp([slot], 0);
    const other = { scheduleId: schedule, slot: at('2026-01-07 02:00') };
    expect(() => store.start(values(job, schedule), [other, slot])).toThrow();
    expect([await machine.runs(job), slots()]).toEqual([[], nights('2026-01-06')]);
    expect(store.start(values(job, schedule), [])).not.toBeNull();
    expect(store.start(values(job, schedule), [other])).toBeNull(); // it runs already
    expect(slots()).toEqual(nights('2026-01-06'));
    machine.backups.start();
  });

  test('wait for room when the disk is full: nothing is used up, and the night is not lost', async () => {
    const { machine, started, slots } = await nightBox('2026-01-05 12:00');
    await machine.pass('2026-01-06 12:00', hour);
    const sqlite = machine.data.$client;
    const pages = sqlite.query<{ page_count: number }, []>('PRAGMA page_count').get()?.page_count;
    sqlite.run(`PRAGMA max_page_count = ${pages}`);
    const fill = () => {
      for (;;)
        sqlite.run(
          `INSERT INTO runs (uuid, job_id, job_name, status, trigger, schedule_id, dry_run, sync_options, created_at)
           SELECT 'fill' || hex(randomblob(16)), job_id, job_name, 'completed', 'manual', schedule_id, dry_run, sync_options, created_at
           FROM runs WHERE id = 1`,
        );
    };
    expect(fill).toThrow('full');
    await machine.pass('2026-01-07 03:00', hour / 2);
    expect(slots()).toEqual(nights('2026-01-06'));
    expect(machine.lines.filter((line) => line.includes('cannot be started: the disk is full'))).toHaveLength(1);
    sqlite.run('PRAGMA max_page_count = 100000');
    sqlite.run("DELETE FROM runs WHERE uuid LIKE 'fill%'");
    await machine.pass('2026-01-08 12:00', hour / 2);
    expect(slots()).toEqual(nights('2026-01-06', '2026-01-07', '2026-01-08'));
    expect(await started()).toEqual(['2026-01-06 02:00', '2026-01-07 03:30', '2026-01-08 02:00']);
  });
});

describe('used slots', () => {
  test('are forgotten after 400 days, but never the newest thousand', async () => {
    const { machine, schedule, slots } = await nightBox('2026-01-05 12:00');
    const store = createScheduleStore(machine.data);
    const now = machine.clock.now();
    const old = Array.from({ length: 1100 }, (_, n) => ({ scheduleId: schedule, slot: now - (500 + n) * day }));
    store.useUp(old, now);
    await machine.look();
    expect(slots()).toHaveLength(1000);
    expect(slots().at(-1)).toBe(text(now - 500 * day));
    const recent = Array.from({ length: 1000 }, (_, n) => ({ scheduleId: schedule, slot: now - n * minute }));
    store.useUp(recent, now);
    store.prune(now - 400 * day);
    expect(slots()).toHaveLength(1000);
    store.prune(now);
    expect(slots()).toHaveLength(1000);
  });

  test('go with their schedule', async () => {
    const { machine, schedule, slots } = await nightBox('2026-01-05 12:00');
    await machine.pass('2026-01-06 12:00', hour);
    expect(slots()).toHaveLength(1);
    await machine.call('DELETE', `/api/schedules/${schedule}`);
    expect(slots()).toEqual([]);
  });
});

test('a schedule whose times cannot be reckoned any more does not stop the others', async () => {
  const { machine, job, started } = await nightBox('2026-01-05 12:00');
  const broken = await machine.schedule(job, nightly);
  machine.data.update(schedules).set({ timezone: 'Mars/Base' }).run();
  machine.data.$client.run('UPDATE schedules SET timezone = ? WHERE id <> ?', ['UTC', broken]);
  await machine.pass('2026-01-06 12:00', 6 * hour);
  expect(await started()).toHaveLength(1);
  expect(machine.lines.some((line) => line.includes('The times of a schedule cannot be reckoned'))).toBe(true);
});

test('a stopped scheduler starts nothing any more', async () => {
  const { machine, started } = await nightBox('2026-01-05 12:00');
  machine.backups.scheduler.start();
  machine.backups.scheduler.stop();
  await machine.pass('2026-01-07 12:00', 6 * hour);
  expect(await started()).toEqual([]);
});
