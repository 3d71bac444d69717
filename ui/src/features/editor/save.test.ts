import { describe, expect, test } from 'bun:test';
import type { JobBody, JobView } from '../../api/jobs.ts';
import type { ScheduleBody, ScheduleView } from '../../api/schedules.ts';
import { type SaveDoors, save } from './save.ts';
import { addedTo, draftsOf, retimed, schedulePlan, usualTime } from './schedule-plan.ts';

const view = (id: number, over: Partial<ScheduleView> = {}): ScheduleView => ({
  id,
  job_id: 1,
  enabled: true,
  schedule_type: 'daily',
  hour: 2,
  minute: 0,
  day_of_week: null,
  day_of_month: null,
  cron_expression: null,
  next_run: null,
  created_at: '2026-01-01T00:00:00Z',
  uuid: `u${id}`,
  timezone: 'Europe/Berlin',
  ...over,
});
const body = { name: 'Photos' } as JobBody;
const weekly: ScheduleBody = { schedule_type: 'weekly', hour: 3, minute: 0, day_of_week: 1 };

/** A box that notes what it is asked, and refuses what is named. */
function box(refuses: readonly string[] = []) {
  const asked: string[] = [];
  const door = <T>(name: string, answer: T): Promise<T> => {
    asked.push(name);
    return refuses.includes(name) ? Promise.reject(new Error(name)) : Promise.resolve(answer);
  };
  const doors: SaveDoors = {
    create: () => door('create', { id: 9 } as JobView),
    update: (id) => door(`update ${id}`, { id } as JobView),
    tryOut: (schedule) => door(`try ${schedule.schedule_type}`, null),
    createSchedule: (jobId, schedule) =>
      door(`add to ${jobId}`, view(50, { schedule_type: schedule.schedule_type, hour: schedule.hour ?? null })),
    updateSchedule: (id, schedule) => door(`change ${id}`, view(id, { hour: schedule.hour ?? null })),
    removeSchedule: (id) => door(`remove ${id}`, null),
  };
  return { asked, doors };
}

describe('schedules of a job', () => {
  test('that were only looked at are left alone', () => {
    const saved = [
      view(1),
      view(2, { schedule_type: 'custom', hour: null, minute: null, cron_expression: '0 2 * * 1' }),
    ];
    expect(schedulePlan(saved, draftsOf(saved))).toEqual([]);
  });

  test('are changed, added and removed, and removed last', () => {
    const saved = [view(1), view(2)];
    const [first] = draftsOf(saved);
    if (!first) throw new Error('there is one');
    const drafts = addedTo([{ ...first, body: { ...usualTime, hour: 5, timezone: 'Europe/Berlin' } }], weekly);
    expect(schedulePlan(saved, drafts).map((step) => step.kind)).toEqual(['update', 'create', 'remove']);
  });

  test('set to "only by hand" are removed', () => {
    const saved = [view(1)];
    expect(schedulePlan(saved, [{ key: 1, id: 1, body: null }])).toEqual([{ kind: 'remove', id: 1 }]);
  });

  test('keep their zone and their switch when the time is changed', () => {
    const [draft] = draftsOf([view(1, { enabled: false, timezone: 'Asia/Tokyo' })]);
    expect(retimed(draft?.body ?? null, weekly)).toEqual({ ...weekly, enabled: false, timezone: 'Asia/Tokyo' });
    expect(retimed(usualTime, weekly)).toEqual(weekly);
  });
});

describe('saving', () => {
  test('a new job comes with its schedule', async () => {
    const { asked, doors } = box();
    const outcome = await save({ jobId: null, body, saved: [], schedules: addedTo([], usualTime) }, doors);
    expect(asked).toEqual(['try daily', 'create', 'add to 9']);
    expect(outcome).toMatchObject({ kind: 'saved', troubles: [], schedules: [{ id: 50 }], saved: [{ id: 50 }] });
  });

  test('a time the box refuses leaves no half of a job behind', async () => {
    const { asked, doors } = box(['try daily']);
    const outcome = await save({ jobId: null, body, saved: [], schedules: addedTo([], usualTime) }, doors);
    expect(asked).toEqual(['try daily']);
    expect(outcome).toMatchObject({ kind: 'refused', at: 0 });
  });

  test('a job the box refuses touches no schedule', async () => {
    const { asked, doors } = box(['update 1']);
    const saving = save({ jobId: 1, body, saved: [view(1)], schedules: [] }, doors);
    expect(await saving.catch(String)).toBe('Error: update 1');
    expect(asked).toEqual(['update 1']);
  });

  test('a schedule that fails after the job is told, and the second try makes no second job', async () => {
    const first = box(['add to 9']);
    const schedules = addedTo([], usualTime);
    const outcome = await save({ jobId: null, body, saved: [], schedules }, first.doors);
    if (outcome.kind !== 'saved') throw new Error('saved');
    expect(outcome.troubles).toMatchObject([{ at: 0 }]);
    const second = box();
    await save({ jobId: outcome.job.id, body, saved: outcome.saved, schedules: outcome.schedules }, second.doors);
    expect(second.asked).toEqual(['try daily', 'update 9', 'add to 9']);
  });

  test('one schedule that fails keeps no other from being saved', async () => {
    const saved = [view(1), view(2)];
    const [first] = draftsOf(saved);
    if (!first) throw new Error('there is one');
    const { asked, doors } = box(['change 1']);
    const schedules = [{ ...first, body: { ...usualTime, hour: 5 } }];
    const outcome = await save({ jobId: 1, body, saved, schedules }, doors);
    expect(asked).toEqual(['try daily', 'update 1', 'change 1', 'remove 2']);
    expect(outcome).toMatchObject({ saved: [{ id: 1 }], troubles: [{ at: 0 }] });
  });
});
