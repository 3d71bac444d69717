import { describe, expect, test } from 'bun:test';
import { fieldsOf, formOf, proposed, scheduleOf, timeOf, timeText } from './schedule-form.ts';

describe('the form of a schedule', () => {
  test('proposes every day at two in the night', () => {
    expect(scheduleOf(proposed)).toEqual({ schedule_type: 'daily', hour: 2, minute: 0 });
  });

  test('sends only what the rhythm takes: the server refuses the rest', () => {
    const form = formOf({ schedule_type: 'monthly', hour: 4, minute: 30, day_of_month: 31 });
    expect(scheduleOf({ ...form, rhythm: 'daily' })).toEqual({ schedule_type: 'daily', hour: 4, minute: 30 });
    expect(scheduleOf({ ...form, rhythm: 'custom' })).toEqual({
      schedule_type: 'custom',
      cron_expression: '0 2 * * 1-5',
    });
  });

  test('remembers the time while somebody looks at other rhythms', () => {
    const set = formOf({ schedule_type: 'weekly', hour: 21, minute: 15, day_of_week: 3 });
    const byHand = formOf(null, set);
    expect(scheduleOf(byHand)).toBeNull();
    expect(scheduleOf({ ...byHand, rhythm: 'weekly' })).toEqual({
      schedule_type: 'weekly',
      hour: 21,
      minute: 15,
      day_of_week: 3,
    });
  });

  test('keeps the zone and the switch of a saved schedule', () => {
    const saved = { schedule_type: 'daily', hour: 2, minute: 0, enabled: false, timezone: 'Europe/Berlin' } as const;
    expect(scheduleOf(formOf(saved))).toEqual(saved);
  });

  test('shows a pattern in its five fields and puts it together again', () => {
    expect(fieldsOf(' */15  8-18 * * 1-5 ')).toEqual(['*/15', '8-18', '*', '*', '1-5']);
    expect(fieldsOf('0 2')).toEqual(['0', '2', '', '', '']);
    expect(scheduleOf(formOf({ schedule_type: 'custom', cron_expression: '0 2' }))).toMatchObject({
      cron_expression: '0 2 * * *',
    });
    expect(scheduleOf(formOf({ schedule_type: 'custom', cron_expression: '0 2 * * 1 2026' }))).toMatchObject({
      cron_expression: '0 2 * * 1 2026',
    });
  });
});

test('a time is read from its input, and an unfinished one is not taken', () => {
  expect([timeOf('02:05'), timeOf('23:59:00'), timeOf('')]).toEqual([
    { hour: 2, minute: 5 },
    { hour: 23, minute: 59 },
    null,
  ]);
  expect(timeText({ hour: 2, minute: 5 })).toBe('02:05');
});
