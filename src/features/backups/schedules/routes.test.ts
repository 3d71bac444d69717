import { describe, expect, test } from 'bun:test';
import { startTestApp } from '../../../../test/harness/app.ts';
import { type Scenario, scenarios } from '../../../../test/harness/scenario.ts';
import { scheduleSlots, schedules } from '../table.ts';

const app = startTestApp({ TZ: 'Europe/Berlin' }); // it is 2026-01-05T02:00:00Z, a Monday
const owner = { owner: true };
const call = (method: string, path: string, body?: unknown) => app.call(method, path, { ...owner, body });
const daily = { schedule_type: 'daily', hour: 2, minute: 0 };
const weekly = { ...daily, schedule_type: 'weekly', day_of_week: 0 };
const monthly = { ...daily, schedule_type: 'monthly', day_of_month: 31 };
const custom = { schedule_type: 'custom', cron_expression: '0 2 * * 1-5' };

const job = (change: object = {}) => ({
  name: 'Photos',
  source_dirs: ['/home/user/photos'],
  destination_type: 'local',
  destination_config: { mount_point: '/mnt/backup' },
  ...change,
});
const savedJob = async (): Promise<number> =>
  (await call('POST', '/api/jobs', job({ source_dirs: [`/home/user/${crypto.randomUUID()}`] }))).json.id;
const saved = async (body: object = daily, jobId?: number) => {
  const answer = await call('POST', `/api/jobs/${jobId ?? (await savedJob())}/schedules`, body);
  expect(`${answer.status} ${answer.text}`).toStartWith('200');
  return answer.json;
};
const activeSince = (id: number) =>
  app.data.main
    .select()
    .from(schedules)
    .all()
    .find((row) => row.id === id)?.activeSince;

describe('every route about schedules', () => {
  const routes: [method: string, path: string, body: unknown, what: string | null][] = [
    ['GET', '/api/jobs/:id/schedules', undefined, 'Job'],
    ['POST', '/api/jobs/:id/schedules', daily, 'Job'],
    ['PUT', '/api/schedules/:id', daily, 'Schedule'],
    ['DELETE', '/api/schedules/:id', undefined, 'Schedule'],
    ['POST', '/api/schedules/preview', daily, null],
    ['GET', '/api/schedules/upcoming', undefined, null],
  ];
  scenarios(
    () => app,
    routes.flatMap(([method, path, body, what]): Scenario[] => {
      const ask = (id: string) => ({ method, path: path.replace(':id', id), body });
      const noLogin = {
        as: 'nobody' as const,
        status: 401,
        exactly: { error: 'Unauthorized', message: 'Invalid or expired token' },
      };
      const rows: Scenario[] = [
        { name: `${method} ${path} needs a login before anything is looked at`, ...ask('x'), body: 5, ...noLogin },
      ];
      if (what === null) return rows;
      return [
        ...rows,
        {
          name: `${method} ${path} of something that is not there`,
          ...ask('999999'),
          status: 404,
          exactly: { error: 'Not found', message: `${what} not found` },
        },
        {
          name: `${method} ${path} with a number that is none`,
          ...ask('01'),
          status: 400,
          exactly: { error: 'Invalid request', message: "Field 'id' must be a whole number from 1" },
        },
      ];
    }),
  );
});

describe('a schedule is refused', () => {
  const rows: [name: string, body: object, says: string][] = [
    ['without a type', { hour: 2, minute: 0 }, "Field 'schedule_type' is required"],
    ['of an unknown type', { ...daily, schedule_type: 'hourly' }, 'must be one of "daily", "weekly", "monthly"'],
    ['without an hour', { schedule_type: 'daily', minute: 0 }, "Field 'hour' is required for a daily schedule"],
    ['without a minute', { schedule_type: 'daily', hour: 0 }, "Field 'minute' is required for a daily schedule"],
    ['with an hour that is null', { ...daily, hour: null }, "Field 'hour' is required for a daily schedule"],
    ['of a week without a day', { ...daily, schedule_type: 'weekly' }, "Field 'day_of_week' is required for a weekly"],
    ['of a month without a day', { ...daily, schedule_type: 'monthly' }, "Field 'day_of_month' is required for a mon"],
    ['without an expression', { schedule_type: 'custom' }, "Field 'cron_expression' is required for a custom schedule"],
    ['that is daily with a weekday', { ...weekly, schedule_type: 'daily' }, "'day_of_week' does not belong to a daily"],
    ['that is daily with a day', { ...monthly, schedule_type: 'daily' }, "'day_of_month' does not belong to a daily"],
    ['that is weekly with a day of the month', { ...weekly, day_of_month: 1 }, "'day_of_month' does not belong to a w"],
    ['that is monthly with a weekday', { ...monthly, day_of_week: 1 }, "'day_of_week' does not belong to a monthly"],
    ['that is daily with cron', { ...daily, cron_expression: '0 2 * * *' }, "'cron_expression' does not belong to a d"],
    ['that is custom with an hour', { ...custom, hour: 0 }, "Field 'hour' does not belong to a custom schedule"],
    ['at hour 24', { ...daily, hour: 24 }, "Field 'hour' must be a whole number"],
    ['at hour -1', { ...daily, hour: -1 }, "Field 'hour' must be a whole number"],
    ['at half past by fraction', { ...daily, hour: 2.5 }, "Field 'hour' must be a whole number"],
    ['at an hour in text', { ...daily, hour: '2' }, "Field 'hour' must be a whole number"],
    ['at minute 60', { ...daily, minute: 60 }, "Field 'minute' must be a whole number"],
    ['on weekday 7', { ...weekly, day_of_week: 7 }, "Field 'day_of_week' must be a whole number"],
    ['on day 0', { ...monthly, day_of_month: 0 }, "Field 'day_of_month' must be a whole number"],
    ['on day 32', { ...monthly, day_of_month: 32 }, "Field 'day_of_month' must be a whole number"],
    ['that never comes', { ...custom, cron_expression: '0 0 30 2 *' }, 'names no time in the next five years'],
    ['with seconds', { ...custom, cron_expression: '0 0 2 * * *' }, 'must have five fields: minute, hour, day of mon'],
    ['with a nickname', { ...custom, cron_expression: '@daily' }, "'cron_expression' must have five fields"],
    ['with a nickname among fields', { ...custom, cron_expression: '@daily * * * *' }, 'must have five fields'],
    ['with blanks alone', { ...custom, cron_expression: '   ' }, "'cron_expression' must have five fields"],
    ['with an impossible minute', { ...custom, cron_expression: '60 * * * *' }, 'Invalid value for minute: 60'],
    ['with an expression without end', { ...custom, cron_expression: '0,'.repeat(200) }, 'characters long'],
    ['in a zone that is none', { ...daily, timezone: 'Mars/Base' }, "'timezone' must be an IANA time zone such as"],
    ['in a zone by its distance', { ...daily, timezone: '+01:00' }, "'timezone' must be an IANA time zone such as"],
    ['in a zone that is a number', { ...daily, timezone: 1 }, "Field 'timezone' must be a text or null"],
    ['switched neither on nor off', { ...daily, enabled: 'yes' }, "Field 'enabled' must be true or false"],
    ['that is a list', [daily], 'The body must be a JSON object'],
  ];
  const doors: [method: string, path: () => Promise<string>][] = [
    ['POST', async () => `/api/jobs/${await savedJob()}/schedules`],
    ['PUT', async () => `/api/schedules/${(await saved()).id}`],
    ['POST', async () => '/api/schedules/preview'],
  ];
  test.each(rows)('%s', async (_, body, says) => {
    const before = app.data.main.select().from(schedules).all().length;
    for (const [method, path] of doors) {
      const answer = await call(method, await path(), body);
      expect([answer.status, answer.json.error]).toEqual([400, 'Invalid request']);
      expect(answer.json.message).toContain(says);
    }
    expect(app.data.main.select().from(schedules).all()).toHaveLength(before + 1); // the one PUT was tried on
  });
});

test('what runs next is told for all jobs at once, the soonest first, without what is switched off', async () => {
  const box = startTestApp({ TZ: 'Europe/Berlin' });
  const ask = async (method: string, path: string, body?: unknown) =>
    (await box.call(method, path, { ...owner, body })).json;
  const next = async (query = '') =>
    (await ask('GET', `/api/schedules/upcoming${query}`)).map((one: { id: number }) => one.id);
  expect(await next()).toEqual([]);
  const jobWith = async (name: string, schedule: object, change: object = {}) => {
    const { id } = await ask('POST', '/api/jobs', job({ name, source_dirs: [`/home/user/${name}`], ...change }));
    return (await ask('POST', `/api/jobs/${id}/schedules`, schedule)).id as number;
  };
  const late = await jobWith('late', monthly);
  const soon = await jobWith('soon', { ...daily, hour: 4 });
  await jobWith('job-off', daily, { enabled: false });
  await jobWith('schedule-off', { ...daily, enabled: false });
  expect(await next()).toEqual([soon, late]);
  expect(await next('?limit=1&offset=1')).toEqual([late]);
  expect((await ask('GET', '/api/schedules/upcoming'))[0]).toMatchObject({ next_run: '2026-01-05T03:00:00Z' });
});

describe('a schedule', () => {
  test('is made switched on, in the zone of the server, and shown as it is stored', async () => {
    const jobId = await savedJob();
    const made = await saved(daily, jobId);
    expect(made).toEqual({
      id: expect.any(Number),
      job_id: jobId,
      enabled: true,
      schedule_type: 'daily',
      hour: 2,
      minute: 0,
      day_of_week: null,
      day_of_month: null,
      cron_expression: null,
      next_run: '2026-01-06T01:00:00Z',
      created_at: '2026-01-05T02:00:00Z',
      uuid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/),
      timezone: 'Europe/Berlin',
    });
    const { json } = await call('GET', `/api/jobs/${jobId}/schedules`);
    expect(json).toEqual([made]);
    const shown = (await call('GET', `/api/jobs/${jobId}`)).json.schedules;
    expect(shown).toEqual([{ id: made.id, schedule_type: 'daily', hour: 2, minute: 0 }]);
  });

  test.each([
    ['in a zone of its own', { ...daily, timezone: 'America/New_York' }, '2026-01-05T07:00:00Z'],
    ['in UTC', { ...daily, timezone: 'UTC' }, '2026-01-06T02:00:00Z'],
    ['every week', { ...weekly, timezone: 'UTC' }, '2026-01-11T02:00:00Z'],
    ['on the last day of every month', { ...monthly, timezone: 'UTC' }, '2026-01-31T02:00:00Z'],
    ['by cron', { ...custom, timezone: 'UTC' }, '2026-01-06T02:00:00Z'],
    [
      'by cron with odd blanks',
      { ...custom, cron_expression: ' 0  2 * *\t1-5 ', timezone: 'UTC' },
      '2026-01-06T02:00:00Z',
    ],
  ])('can run %s', async (_, body, next) => {
    const made = await saved(body);
    expect(made.next_run).toBe(next);
    if ('cron_expression' in body) expect(made.cron_expression).toBe('0 2 * * 1-5');
  });

  test('may name what its type does not use as null, as it is shown', async () => {
    const made = await saved(weekly);
    const again = await call('PUT', `/api/schedules/${made.id}`, made);
    expect([again.status, again.json]).toEqual([200, made]);
  });

  test('has no next run while it or its job is switched off', async () => {
    const jobId = await savedJob();
    const off = await saved({ ...daily, enabled: false }, jobId);
    expect(off).toMatchObject({ enabled: false, next_run: null });
    const on = await saved(daily, jobId);
    expect(on.next_run).not.toBeNull();
    const { json } = await call('GET', `/api/jobs/${jobId}`);
    await call('PUT', `/api/jobs/${jobId}`, job({ source_dirs: json.source_dirs, enabled: false }));
    const listed = (await call('GET', `/api/jobs/${jobId}/schedules`)).json;
    expect(listed.map((one: { next_run: unknown }) => one.next_run)).toEqual([null, null]);
  });

  test('names as its next run none that is used up already', async () => {
    const made = await saved(daily);
    app.data.main
      .insert(scheduleSlots)
      .values({ scheduleId: made.id, slot: Date.UTC(2026, 0, 6, 1), decidedAt: 0 })
      .run();
    const [shown] = (await call('GET', `/api/jobs/${made.job_id}/schedules`)).json;
    expect(shown.next_run).toBe('2026-01-07T01:00:00Z');
  });

  test('is replaced whole: number, identity and birth stay, what is left out takes its default', async () => {
    const made = await saved({ ...weekly, enabled: false, timezone: 'UTC' });
    app.clock.advance(1000);
    const { json } = await call('PUT', `/api/schedules/${made.id}`, custom);
    expect(json).toEqual({
      ...made,
      enabled: true,
      schedule_type: 'custom',
      hour: null,
      minute: null,
      day_of_week: null,
      cron_expression: '0 2 * * 1-5',
      timezone: 'Europe/Berlin',
      next_run: '2026-01-06T01:00:00Z',
    });
  });

  test('begins anew when its times change or it is switched on, and never else', async () => {
    const made = await saved(daily);
    const begins = async (body: object) => {
      app.clock.advance(1000);
      await call('PUT', `/api/schedules/${made.id}`, body);
      return activeSince(made.id) === app.clock.now();
    };
    expect(await begins(daily)).toBe(false);
    expect(await begins({ ...daily, minute: 1 })).toBe(true);
    expect(await begins({ ...daily, minute: 1, timezone: 'UTC' })).toBe(true);
    expect(await begins({ ...daily, minute: 1, timezone: 'UTC', enabled: false })).toBe(false);
    expect(await begins({ ...daily, minute: 1, timezone: 'UTC' })).toBe(true);
    expect(await begins(weekly)).toBe(true);
    expect(await begins({ ...weekly, day_of_week: 1 })).toBe(true);
    expect(await begins({ ...weekly, day_of_week: 1 })).toBe(false);
  });

  test('begins anew when its job is switched on', async () => {
    const made = await saved(daily);
    const { source_dirs } = (await call('GET', `/api/jobs/${made.job_id}`)).json;
    const put = async (enabled: boolean) => {
      app.clock.advance(1000);
      await call('PUT', `/api/jobs/${made.job_id}`, job({ source_dirs, enabled }));
      return activeSince(made.id) === app.clock.now();
    };
    expect([await put(true), await put(false), await put(true), await put(true)]).toEqual([false, false, true, false]);
  });

  test('is told to who watches its job, with every change', async () => {
    const jobId = await savedJob();
    const told: number[] = [];
    const end = app.app.backups.events.on('job.changed', ({ jobId: id }) => told.push(id));
    const made = await saved(daily, jobId);
    await call('PUT', `/api/schedules/${made.id}`, weekly);
    await call('DELETE', `/api/schedules/${made.id}`);
    end();
    expect(told).toEqual([jobId, jobId, jobId]);
    expect((await call('GET', `/api/jobs/${jobId}`)).json.schedules).toEqual([]);
    expect((await call('DELETE', `/api/schedules/${made.id}`)).status).toBe(404);
  });

  test('goes with its job', async () => {
    const made = await saved();
    await call('DELETE', `/api/jobs/${made.job_id}`);
    expect((await call('PUT', `/api/schedules/${made.id}`, daily)).status).toBe(404);
  });
});

describe('the preview', () => {
  test.each([
    ['of a daily schedule', daily, ['2026-01-06T01:00:00Z', '2026-01-07T01:00:00Z', '2026-01-08T01:00:00Z']],
    [
      'of the last day of the month',
      { ...monthly, timezone: 'UTC' },
      ['2026-01-31T02:00:00Z', '2026-02-28T02:00:00Z', '2026-03-31T02:00:00Z'],
    ],
    [
      'of one that is switched off',
      { ...daily, enabled: false, timezone: 'UTC' },
      ['2026-01-06T02:00:00Z', '2026-01-07T02:00:00Z', '2026-01-08T02:00:00Z'],
    ],
  ])('%s names its next three runs and stores nothing', async (_, body, next) => {
    const before = app.data.main.select().from(schedules).all().length;
    const answer = await call('POST', '/api/schedules/preview', body);
    const timezone = 'timezone' in body ? body.timezone : 'Europe/Berlin';
    expect([answer.status, answer.json]).toEqual([200, { timezone, next_runs: next }]);
    expect(app.data.main.select().from(schedules).all()).toHaveLength(before);
  });
});
