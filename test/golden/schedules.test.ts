import { describe, expect, test } from 'bun:test';
import { startTestApp } from '../harness/app.ts';
import { fakeClock } from '../harness/clock.ts';
import { printed } from '../harness/printed.ts';

describe('Schedules, as printed', () => {
  const clock = fakeClock(Date.UTC(2026, 0, 1));
  const app = startTestApp({}, clock);
  const call = (method: string, path: string, body?: unknown) => app.call(method, path, { body, owner: true });
  const [daily] = printed('schedules.list');
  /** What a schedule may carry besides the printed members. */
  const ours = ['uuid', 'timezone'];

  test('create a daily schedule', async () => {
    await call('POST', '/api/jobs', {
      name: 'Daily Backup',
      source_dirs: ['/home/user/documents'],
      destination_type: 'local',
      destination_config: { mount_point: '/mnt/backup' },
    });
    const answer = await call('POST', '/api/jobs/1/schedules', printed('schedules.create-daily.request'));
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ ...daily, next_run: '2026-01-01T02:00:00Z' });
    expect(Object.keys(answer.json)).toEqual([...Object.keys(daily), ...ours]);
  });

  test('list the schedules of a job', async () => {
    clock.advance(Date.UTC(2026, 0, 5, 2) - clock.now());
    const answer = await call('GET', '/api/jobs/1/schedules');
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject(printed('schedules.list'));
    expect(answer.json).toHaveLength(1);
    expect(Object.keys(answer.json[0])).toEqual([...Object.keys(daily), ...ours]);
  });

  const unused = { hour: null, minute: null, day_of_week: null, day_of_month: null, cron_expression: null };
  test.each([
    ['weekly', '2026-01-11T02:00:00Z'],
    ['monthly', '2026-02-01T02:00:00Z'],
    ['custom', '2026-01-06T02:00:00Z'],
  ])('create a %s schedule', async (type, next) => {
    const request = printed(`schedules.create-${type}.request`);
    const answer = await call('POST', '/api/jobs/1/schedules', request);
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ ...unused, ...request, job_id: 1, enabled: true, next_run: next });
    expect(Object.keys(answer.json)).toEqual([...Object.keys(daily), ...ours]);
  });

  test('update a schedule', async () => {
    const request = printed('schedules.create-weekly.request');
    const answer = await call('PUT', '/api/schedules/1', request);
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ ...daily, ...request, next_run: '2026-01-11T02:00:00Z' });
  });

  test('delete a schedule', async () => {
    const answer = await call('DELETE', '/api/schedules/1');
    expect([answer.status, answer.json]).toEqual([200, printed('schedules.delete')]);
    expect((await call('GET', '/api/jobs/1/schedules')).json).toHaveLength(3);
  });
});
