import { describe, expect, test } from 'bun:test';
import { cronProblem, latestSlot, nextSlots, type Times } from './slots.ts';

const none = { hour: null, minute: null, dayOfWeek: null, dayOfMonth: null, cronExpression: null };
const daily = (hour: number, minute: number, timezone = 'UTC'): Times => ({
  ...none,
  scheduleType: 'daily',
  hour,
  minute,
  timezone,
});
const weekly = (dayOfWeek: number, hour: number, minute: number, timezone = 'UTC'): Times => ({
  ...daily(hour, minute, timezone),
  scheduleType: 'weekly',
  dayOfWeek,
});
const monthly = (dayOfMonth: number, hour = 2, minute = 0, timezone = 'UTC'): Times => ({
  ...daily(hour, minute, timezone),
  scheduleType: 'monthly',
  dayOfMonth,
});
const custom = (cronExpression: string, timezone = 'UTC'): Times => ({
  ...none,
  scheduleType: 'custom',
  cronExpression,
  timezone,
});

/** `2026-03-29 01:00` is UTC. */
const at = (text: string): number => Date.parse(`${text.replace(' ', 'T')}:00Z`);
const text = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');

/** The slots between two times, found forwards; and that looking back from every one of them finds the same. */
function between(times: Times, from: string, to: string): string[] {
  const slots = nextSlots(times, at(from) - 1, 200).filter((slot) => slot <= at(to));
  let back: number[] = [];
  for (let before = at(to); ; before = (back[0] ?? 0) - 1) {
    const slot = latestSlot(times, before, at(from) - 1);
    if (slot === null) break;
    back = [slot, ...back];
  }
  expect(back.map(text)).toEqual(slots.map(text));
  return slots.map(text);
}

/** One test per schedule around a change of its zone's clocks. */
function around(rows: [Times, string, string, string[]][]): void {
  for (const [times, from, to, slots] of rows) {
    const { hour, minute, cronExpression, scheduleType, timezone } = times;
    test(`${scheduleType} at ${cronExpression ?? `${hour}:${minute}`} in ${timezone}`, () => {
      expect(between(times, from, to)).toEqual(slots);
    });
  }
}

describe('a schedule names', () => {
  test.each([
    ['a time each day', daily(2, 0), '2026-01-05 02:00', '2026-01-07 01:59', ['2026-01-05 02:00', '2026-01-06 02:00']],
    [
      'a Sunday each week',
      weekly(0, 2, 30),
      '2026-01-01 00:00',
      '2026-01-15 00:00',
      ['2026-01-04 02:30', '2026-01-11 02:30'],
    ],
    ['a Saturday each week', weekly(6, 0, 0), '2026-01-01 00:00', '2026-01-09 00:00', ['2026-01-03 00:00']],
    [
      'a day each month',
      monthly(1),
      '2026-01-01 02:00',
      '2026-03-01 02:00',
      ['2026-01-01 02:00', '2026-02-01 02:00', '2026-03-01 02:00'],
    ],
    [
      'workdays by cron',
      custom('0 2 * * 1-5'),
      '2026-01-02 00:00',
      '2026-01-06 00:00',
      ['2026-01-02 02:00', '2026-01-05 02:00'],
    ],
    [
      'a local time, in its zone',
      daily(2, 0, 'Asia/Kolkata'),
      '2026-01-05 00:00',
      '2026-01-07 00:00',
      ['2026-01-05 20:30', '2026-01-06 20:30'],
    ],
  ] as [string, Times, string, string, string[]][])('%s', (_, times, from, to, slots) => {
    expect(between(times, from, to)).toEqual(slots);
  });

  const yearOf = (times: Times, year: number) =>
    between(times, `${year}-01-01 00:00`, `${year}-12-31 23:59`).map((slot) => slot.slice(5, 10));
  test.each([
    [28, 2026, '01-28 02-28 03-28 04-28 05-28 06-28 07-28 08-28 09-28 10-28 11-28 12-28'],
    [29, 2026, '01-29 02-28 03-29 04-29 05-29 06-29 07-29 08-29 09-29 10-29 11-29 12-29'],
    [29, 2028, '01-29 02-29 03-29 04-29 05-29 06-29 07-29 08-29 09-29 10-29 11-29 12-29'],
    [30, 2026, '01-30 02-28 03-30 04-30 05-30 06-30 07-30 08-30 09-30 10-30 11-30 12-30'],
    [30, 2028, '01-30 02-29 03-30 04-30 05-30 06-30 07-30 08-30 09-30 10-30 11-30 12-30'],
    [31, 2026, '01-31 02-28 03-31 04-30 05-31 06-30 07-31 08-31 09-30 10-31 11-30 12-31'],
    [31, 2028, '01-31 02-29 03-31 04-30 05-31 06-30 07-31 08-31 09-30 10-31 11-30 12-31'],
  ])('day %i of every month of %i, or the last day of a shorter one', (day, year, days) => {
    expect(yearOf(monthly(day), year).join(' ')).toBe(days);
  });
});

describe('where the clocks are set forward, a time that does not exist comes at the first minute that does, once (R-25)', () => {
  around([
    // Europe/Berlin, 29 March: 02:00 → 03:00 at 01:00 UTC
    [
      daily(2, 30, 'Europe/Berlin'),
      '2026-03-28 00:00',
      '2026-03-30 12:00',
      ['2026-03-28 01:30', '2026-03-29 01:00', '2026-03-30 00:30'],
    ],
    [
      daily(3, 0, 'Europe/Berlin'),
      '2026-03-28 00:00',
      '2026-03-30 12:00',
      ['2026-03-28 02:00', '2026-03-29 01:00', '2026-03-30 01:00'],
    ],
    [
      weekly(0, 2, 15, 'Europe/Berlin'),
      '2026-03-28 00:00',
      '2026-04-05 12:00',
      ['2026-03-29 01:00', '2026-04-05 00:15'],
    ],
    [
      monthly(29, 2, 30, 'Europe/Berlin'),
      '2026-03-28 00:00',
      '2026-04-30 00:00',
      ['2026-03-29 01:00', '2026-04-29 00:30'],
    ],
    // a list of hours is fixed times too
    [
      custom('0 2,14 * * *', 'Europe/Berlin'),
      '2026-03-29 00:00',
      '2026-03-30 00:00',
      ['2026-03-29 01:00', '2026-03-29 12:00', '2026-03-30 00:00'],
    ],
    // America/New_York, 8 March: 02:00 → 03:00 at 07:00 UTC
    [
      daily(2, 30, 'America/New_York'),
      '2026-03-07 00:00',
      '2026-03-09 12:00',
      ['2026-03-07 07:30', '2026-03-08 07:00', '2026-03-09 06:30'],
    ],
    // Australia/Lord_Howe, 4 October: 02:00 → 02:30 at 15:30 UTC the day before
    [
      daily(2, 15, 'Australia/Lord_Howe'),
      '2026-10-02 00:00',
      '2026-10-04 20:00',
      ['2026-10-02 15:45', '2026-10-03 15:30', '2026-10-04 15:15'],
    ],
    // America/Santiago, 6 September: midnight does not exist
    [
      daily(0, 0, 'America/Santiago'),
      '2026-09-05 00:00',
      '2026-09-07 12:00',
      ['2026-09-05 04:00', '2026-09-06 04:00', '2026-09-07 03:00'],
    ],
  ]);
});

describe('where the clocks are set back, a time that comes twice counts once (R-25)', () => {
  around([
    // Europe/Berlin, 25 October: 03:00 → 02:00 at 01:00 UTC
    [
      daily(2, 30, 'Europe/Berlin'),
      '2026-10-24 00:00',
      '2026-10-26 12:00',
      ['2026-10-24 00:30', '2026-10-25 00:30', '2026-10-26 01:30'],
    ],
    [
      custom('0,30 2 * * *', 'Europe/Berlin'),
      '2026-10-25 00:00',
      '2026-10-25 12:00',
      ['2026-10-25 00:00', '2026-10-25 00:30'],
    ],
    // America/New_York, 1 November: 02:00 → 01:00 at 06:00 UTC
    [
      daily(1, 30, 'America/New_York'),
      '2026-10-31 00:00',
      '2026-11-02 12:00',
      ['2026-10-31 05:30', '2026-11-01 05:30', '2026-11-02 06:30'],
    ],
    // Australia/Lord_Howe, 5 April: 02:00 → 01:30 at 15:00 UTC the day before
    [
      daily(1, 45, 'Australia/Lord_Howe'),
      '2026-04-03 00:00',
      '2026-04-05 20:00',
      ['2026-04-03 14:45', '2026-04-04 14:45', '2026-04-05 15:15'],
    ],
  ]);
});

describe('what runs every hour runs through both changes (R-25)', () => {
  const hours = (zone: string, from: string, to: string) => between(custom('0 * * * *', zone), from, to);
  const everyHour = (from: string, count: number) =>
    Array.from({ length: count }, (_, hour) => text(at(from) + hour * 3_600_000));
  test.each([
    ['Europe/Berlin', '2026-03-28 22:00'],
    ['Europe/Berlin', '2026-10-24 22:00'],
    ['America/New_York', '2026-03-08 04:00'],
    ['America/New_York', '2026-11-01 03:00'],
  ])('%s from %s', (zone, from) => {
    expect(hours(zone, from, text(at(from) + 6 * 3_600_000))).toEqual(everyHour(from, 7));
  });
  test('Australia/Lord_Howe, where the change is half an hour', () => {
    expect(hours('Australia/Lord_Howe', '2026-04-04 13:00', '2026-04-04 16:30')).toEqual([
      '2026-04-04 13:00',
      '2026-04-04 14:00',
      '2026-04-04 15:30',
      '2026-04-04 16:30',
    ]);
    expect(hours('Australia/Lord_Howe', '2026-10-03 13:30', '2026-10-03 17:00')).toEqual([
      '2026-10-03 13:30',
      '2026-10-03 14:30',
      '2026-10-03 16:00',
      '2026-10-03 17:00',
    ]);
  });
});

describe('the latest slot', () => {
  const nights = daily(2, 0);
  test.each([
    ['is the one that is now', '2026-01-05 02:00', '2026-01-01 00:00', '2026-01-05 02:00'],
    ['is not one that comes', '2026-01-05 01:59', '2026-01-01 00:00', '2026-01-04 02:00'],
    ['is one alone, however many were missed', '2026-06-01 00:00', '2026-01-01 00:00', '2026-05-31 02:00'],
    ['is none when the schedule began after it', '2026-01-05 03:00', '2026-01-05 02:00', null],
    ['counts from the moment after the schedule began', '2026-01-05 02:00', '2026-01-05 01:59', '2026-01-05 02:00'],
    ['is none when the time is before the beginning', '1970-01-01 00:10', '2026-01-01 00:00', null],
  ] as [string, string, string, string | null][])('%s', (_, now, since, slot) => {
    const found = latestSlot(nights, at(now), at(since));
    expect(found && text(found)).toBe(slot);
  });

  test('is found in the last millisecond of its minute and not in the one before it', () => {
    const slot = at('2026-01-05 02:00');
    expect(latestSlot(nights, slot + 59_999, slot - 1)).toBe(slot);
    expect(latestSlot(nights, slot - 1, slot - 1)).toBeNull();
  });
});

describe('a cron expression (R-27)', () => {
  const now = at('2026-01-05 02:00');
  test.each([
    '0 2 * * 1-5',
    '*/15 * * * *',
    '0 0 29 2 *',
    '0 0 L * *',
    '30 4 1,15 * 5',
    '0 22 * * MON-FRI',
    '0 0 * JAN 7',
  ])('%s is taken', (expression) => {
    expect(cronProblem(expression, 'UTC', now)).toBeNull();
    expect(cronProblem(expression, 'Europe/Berlin', now)).toBeNull();
  });

  const five = 'must have five fields: minute, hour, day of month, month, day of week';
  const never = 'names no time in the next five years';
  test.each([
    ['0 0 30 2 *', never],
    ['0 0 31 4,6,9,11 *', never],
    ['@daily', five],
    ['@reboot', five],
    ['0 0 2 * * *', five],
    ['0 2 * *', five],
    ['', five],
    ['60 * * * *', 'cannot be understood: Invalid value for minute: 60'],
    ['0 24 * * *', 'cannot be understood: Invalid value for hour: 24'],
    ['0 2 * * 8', 'cannot be understood: Invalid value for dayOfWeek: 8'],
    ['*/0 * * * *', 'cannot be understood: Syntax error, illegal stepping: 0'],
    ['a b c d e', 'cannot be understood: configuration entry 1 (a) contains illegal characters.'],
  ])('%s is refused', (expression, problem) => {
    expect(cronProblem(expression, 'UTC', now)).toBe(problem);
  });

  test('that would run again in eight years only is refused', () => {
    expect(cronProblem('0 0 29 2 *', 'UTC', at('2096-03-01 00:00'))).toBe(never);
  });
});
