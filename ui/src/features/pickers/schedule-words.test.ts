import { afterEach, describe, expect, test } from 'bun:test';
import { setLanguage } from '../../i18n/words.ts';
import { momentWords, scheduleWords, weekdayWords } from './schedule-words.ts';

const plain = (text: string) => text.replace(/\s/g, ' ');
const document = { documentElement: { lang: '' } };
const german = async () => {
  Object.assign(globalThis, { document });
  await setLanguage('de');
};
afterEach(async () => {
  Object.assign(globalThis, { document });
  await setLanguage('en');
  Reflect.deleteProperty(globalThis, 'document');
});

const times = [
  { schedule_type: 'daily', hour: 2, minute: 0 },
  { schedule_type: 'weekly', hour: 18, minute: 5, day_of_week: 1 },
  { schedule_type: 'monthly', hour: 0, minute: 30, day_of_month: 22 },
  { schedule_type: 'custom', cron_expression: '0 2 * * 1-5' },
] as const;

describe('a schedule in words', () => {
  test('says when it runs', () => {
    expect(times.map((one) => plain(scheduleWords(one)))).toEqual([
      'Every day at 2:00 AM',
      'Every Monday at 6:05 PM',
      'On the 22nd of every month at 12:30 AM',
      'By the pattern 0 2 * * 1-5',
    ]);
  });

  test('says it in German, too', async () => {
    await german();
    expect(times.map((one) => plain(scheduleWords(one)))).toEqual([
      'Jeden Tag um 02:00',
      'Jeden Montag um 18:05',
      'Am 22. jedes Monats um 00:30',
      'Nach dem Muster 0 2 * * 1-5',
    ]);
  });

  test('begins the week with Sunday, as the server counts', () => {
    expect([0, 1, 6].map(weekdayWords)).toEqual(['Sunday', 'Monday', 'Saturday']);
  });
});

describe('the next runs', () => {
  const now = Date.parse('2026-01-05T22:30:00Z');
  const words = (iso: string, zone = 'UTC') => plain(momentWords(iso, now, zone));

  test('are told by day and time', () => {
    expect(
      ['2026-01-05T23:00:00Z', '2026-01-06T02:00:00Z', '2026-01-09T02:00:00Z', '2026-02-01T02:00:00Z'].map((iso) =>
        words(iso),
      ),
    ).toEqual(['Today at 11:00 PM', 'Tomorrow at 2:00 AM', 'Friday at 2:00 AM', 'Sun, February 1 at 2:00 AM']);
    expect(words('2027-01-05T02:00:00Z')).toBe('Tue, January 5, 2027 at 2:00 AM');
  });

  test('follow the clock of the box, not that of the reader', () => {
    // in Berlin it is Monday 23:30, and 1:00 on Tuesday is tomorrow
    expect(words('2026-01-06T00:00:00Z', 'Europe/Berlin')).toBe('Tomorrow at 1:00 AM');
    // in Auckland it is Tuesday already
    expect(words('2026-01-06T00:00:00Z', 'Pacific/Auckland')).toBe('Today at 1:00 PM');
  });
});
