import { expect, test } from 'bun:test';
import { startTestApp } from '../../../test/harness/app.ts';
import { fakeClock } from '../../../test/harness/clock.ts';
import type { AttentionLine } from '../../core/attention.ts';
import { createAttentionService } from './attention.service.ts';

const line = (id: AttentionLine['id'], change: Partial<AttentionLine> = {}): AttentionLine => ({
  id,
  level: 'warning',
  topic: 'job',
  message: id,
  since: Date.UTC(2026, 0, 1),
  ...change,
});

test('what all rooms say comes in one list, errors first, the oldest first', async () => {
  const rooms = [
    () => [line('job:1:overdue', { since: Date.UTC(2026, 0, 3) }), line('job:2:overdue')],
    async () => [
      line('job:1:failed', { level: 'error', since: Date.UTC(2026, 0, 4), jobId: 1, runId: 2, confirm: 'c' }),
    ],
    () => [],
  ];
  const list = await createAttentionService(rooms, fakeClock()).list();
  expect(list.map(({ id }) => id)).toEqual(['job:1:failed', 'job:2:overdue', 'job:1:overdue']);
  expect(list[0]).toEqual({
    id: 'job:1:failed',
    level: 'error',
    topic: 'job',
    message: 'job:1:failed',
    job_id: 1,
    run_id: 2,
    confirm: 'c',
    since: '2026-01-04T00:00:00Z',
  });
  expect(list[1]).not.toHaveProperty('confirm');
});

test('trouble whose beginning nobody knows counts from when it was seen, and anew when it comes back', async () => {
  const clock = fakeClock();
  let lines = [line('destination:local:/mnt:nearly-full', { since: null })];
  const attention = createAttentionService([() => lines], clock);
  const since = async () => (await attention.list())[0]?.since;
  expect(await since()).toBe('2026-01-05T02:00:00Z');
  clock.advance(3_600_000);
  expect(await since()).toBe('2026-01-05T02:00:00Z');
  const again = lines;
  lines = [];
  expect(await since()).toBeUndefined();
  lines = again;
  expect(await since()).toBe('2026-01-05T03:00:00Z');
});

test('a room that cannot say is not taken for one where all is well', async () => {
  const attention = createAttentionService([() => [], () => Promise.reject(new Error('no'))], fakeClock());
  expect(attention.list()).rejects.toThrow('no');
});

test('a clock that is not known to be right is worth a look: schedules wait for it, and then go by it', async () => {
  const clock = fakeClock();
  const app = startTestApp({}, clock, undefined, {
    clockSigns: { synchronised: () => false, hasRtc: () => false },
  });
  const look = async () => (await app.call('GET', '/api/attention', { owner: true })).json;
  const line = { id: 'clock', level: 'warning', topic: 'clock' };
  expect(await look()).toMatchObject([{ ...line, message: expect.stringContaining('Schedules wait for it') }]);
  clock.advance(11 * 60_000);
  expect(await look()).toMatchObject([{ ...line, message: expect.stringContaining('may run at wrong times') }]);
});
