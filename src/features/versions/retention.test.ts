import { describe, expect, test } from 'bun:test';
import { dice } from '../../../test/harness/random.ts';
import { scale } from '../../../test/harness/scale.ts';
import { type RetentionPolicy, type RetentionVersion, retention } from './retention.ts';

const berlin = 'Europe/Berlin';
const dayMs = 86_400_000;
let number = 0;
const at = (time: string, over: Partial<RetentionVersion> = {}): RetentionVersion => {
  number += 1;
  return {
    key: String(number).padStart(8, '0'),
    completedAt: Date.parse(time),
    pinned: false,
    status: 'completed',
    ...over,
  };
};
/** Times of the versions kept, oldest first; all are given in the order they were made. */
function kept(versions: RetentionVersion[], policy: RetentionPolicy, zone = 'UTC'): string[] {
  const keys = new Set(retention(versions, policy, zone).keep.map(({ key }) => key));
  return versions
    .filter(({ key }) => keys.has(key))
    .map(({ completedAt }) => new Date(completedAt).toISOString().slice(0, 16));
}
const days = (from: string, count: number, everyDays = 1) =>
  Array.from({ length: count }, (_, day) => at(new Date(Date.parse(from) + day * everyDays * dayMs).toISOString()));

describe('what a policy keeps', () => {
  // Twelve Sundays: the example of restic's own documentation of `forget`.
  const sundays = () => days('2019-09-01T11:00:00Z', 12, 7);
  const day = (text: string) => `${text}T11:00`;

  test('four daily ones of a weekly backup are the last four Sundays', () => {
    expect(kept(sundays(), { keep_daily: 4 })).toEqual(
      ['2019-10-27', '2019-11-03', '2019-11-10', '2019-11-17'].map(day),
    );
  });

  const rows: [name: string, versions: () => RetentionVersion[], policy: RetentionPolicy, want: string[]][] = [
    ['the last two', sundays, { keep_last: 2 }, [day('2019-11-10'), day('2019-11-17')]],
    ['more than there are: all', () => sundays().slice(0, 2), { keep_last: 9 }, [day('2019-09-01'), day('2019-09-08')]],
    [
      'of each month the newest, and the oldest while counts are left',
      sundays,
      { keep_monthly: 5 },
      [day('2019-09-01'), day('2019-09-29'), day('2019-10-27'), day('2019-11-17')],
    ],
    ['of as many months as counted', sundays, { keep_monthly: 2 }, [day('2019-10-27'), day('2019-11-17')]],
    [
      'of a day the newest, not the first',
      () => [at('2026-01-05T02:00:00Z'), at('2026-01-05T14:00:00Z'), at('2026-01-06T02:00:00Z')],
      { keep_daily: 2 },
      ['2026-01-05T14:00', '2026-01-06T02:00'],
    ],
    [
      'days without a version use up no count',
      () => [at('2025-12-01T02:00:00Z'), at('2026-01-05T02:00:00Z'), at('2026-03-01T02:00:00Z')],
      { keep_daily: 2 },
      ['2026-01-05T02:00', '2026-03-01T02:00'],
    ],
    [
      'weeks begin on Monday and belong to the year of their Thursday',
      // Monday 2025-12-29 to Sunday 2026-01-04 is one week, the first of 2026
      () =>
        ['2025-12-28', '2025-12-29', '2026-01-01', '2026-01-04', '2026-01-05'].map((text) => at(`${text}T11:00:00Z`)),
      { keep_weekly: 3 },
      ['2025-12-28', '2026-01-04', '2026-01-05'].map(day),
    ],
    [
      'a year with 53 weeks',
      () => ['2026-12-27', '2026-12-31', '2027-01-03', '2027-01-04'].map((text) => at(`${text}T11:00:00Z`)),
      { keep_weekly: 2 },
      ['2027-01-03', '2027-01-04'].map(day),
    ],
    [
      'of each year the newest',
      () => ['2023-12-31', '2024-02-29', '2024-12-30', '2026-01-01'].map((text) => at(`${text}T11:00:00Z`)),
      { keep_yearly: 3 },
      ['2023-12-31', '2024-12-30', '2026-01-01'].map(day),
    ],
    ['rules add up', sundays, { keep_last: 1, keep_monthly: 2 }, [day('2019-10-27'), day('2019-11-17')]],
    [
      'a policy of no number removes nothing',
      () => sundays().slice(0, 3),
      { keep_last: 0, keep_daily: null },
      [day('2019-09-01'), day('2019-09-08'), day('2019-09-15')],
    ],
    ['of none, none', () => [], { keep_last: 3 }, []],
  ];
  for (const [name, versions, policy, want] of rows) test(name, () => expect(kept(versions(), policy)).toEqual(want));

  test('says why', () => {
    const [first, second, third] = [at('2026-01-05T02:00:00Z', { pinned: true }), ...days('2026-02-01T02:00:00Z', 2)];
    expect(retention([first, second, third] as RetentionVersion[], { keep_last: 1, keep_daily: 1 }, 'UTC')).toEqual({
      keep: [
        { key: third?.key ?? '', reasons: ['newest', 'last', 'daily'] },
        { key: first?.key ?? '', reasons: ['pinned'] },
      ],
      remove: [second?.key ?? ''],
    });
  });
});

describe('the calendar is that of the box', () => {
  test('a night in Berlin is another day than in UTC', () => {
    const nights = () => [at('2026-07-01T21:30:00Z'), at('2026-07-01T22:30:00Z'), at('2026-07-02T21:30:00Z')];
    expect(kept(nights(), { keep_daily: 2 }, 'UTC')).toEqual(['2026-07-01T22:30', '2026-07-02T21:30']);
    expect(kept(nights(), { keep_daily: 2 }, berlin)).toEqual(['2026-07-01T21:30', '2026-07-02T21:30']);
  });

  test('days of 23 and 25 hours are days', () => {
    // 2026-03-29 and 2026-10-25 in Berlin, an hour after midnight and an hour before the next
    const spring = ['2026-03-28T22:59:00Z', '2026-03-28T23:01:00Z', '2026-03-29T21:59:00Z', '2026-03-29T22:01:00Z'];
    expect(
      kept(
        spring.map((text) => at(text)),
        { keep_daily: 2 },
        berlin,
      ),
    ).toEqual(['2026-03-29T21:59', '2026-03-29T22:01']);
    const autumn = ['2026-10-24T21:59:00Z', '2026-10-24T22:01:00Z', '2026-10-25T22:59:00Z', '2026-10-25T23:01:00Z'];
    expect(
      kept(
        autumn.map((text) => at(text)),
        { keep_daily: 3 },
        berlin,
      ),
    ).toEqual(['2026-10-24T21:59', '2026-10-25T22:59', '2026-10-25T23:01']);
  });

  test('a zone nobody knows is an error', () => {
    expect(() => retention([at('2026-01-05T02:00:00Z')], { keep_daily: 1 }, 'Mars/Olympus')).toThrow(RangeError);
  });
});

describe('a partial version', () => {
  const partial = { status: 'partial' as const };

  test('never pushes a complete one out', () => {
    const versions = [
      at('2026-01-01T02:00:00Z'),
      at('2026-01-02T02:00:00Z'),
      at('2026-01-03T02:00:00Z', partial),
      at('2026-01-04T02:00:00Z', partial),
    ];
    expect(kept(versions, { keep_last: 2 })).toEqual([
      '2026-01-01T02:00',
      '2026-01-02T02:00',
      '2026-01-03T02:00',
      '2026-01-04T02:00',
    ]);
    expect(kept(versions, { keep_daily: 1 })).toEqual(['2026-01-02T02:00', '2026-01-04T02:00']);
  });

  test('goes when its day has a complete one', () => {
    const versions = [at('2026-01-01T02:00:00Z'), at('2026-01-01T12:00:00Z', partial), at('2026-01-02T02:00:00Z')];
    expect(kept(versions, { keep_daily: 5 })).toEqual(['2026-01-01T02:00', '2026-01-02T02:00']);
  });

  test('counts like any other where no run was ever complete', () => {
    const versions = Array.from({ length: 10 }, (_, day) => at(`2026-01-${10 + day}T02:00:00Z`, partial));
    expect(kept(versions, { keep_daily: 4 }).length).toBe(4);
  });
});

test('two years of backups, each followed by forgetting, leave what the policy says', () => {
  const policy = { keep_last: 3, keep_daily: 7, keep_weekly: 5, keep_monthly: 12, keep_yearly: 5 };
  let versions: RetentionVersion[] = [];
  const start = Date.parse('2024-01-01T01:30:00Z');
  const times: number[] = [];
  for (let hour = 0; hour < 2 * 366 * 24; hour += 12) {
    versions.push(at(new Date(start + hour * 3_600_000).toISOString()));
    times.push(start + hour * 3_600_000);
    const { remove } = retention(versions, policy, berlin);
    versions = versions.filter(({ key }) => !remove.includes(key));
    expect(versions.length).toBeLessThanOrEqual(3 + 7 + 5 + 12 + 5);
  }
  const there = versions.map(({ completedAt }) => completedAt);
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: berlin, dateStyle: 'short' });
  const lastOf = (length: number) => {
    const newest = new Map(times.map((time) => [format.format(time).slice(0, length), time]));
    return [...newest.values()];
  };
  // what a person expects to find: the last days and months, each as it was at its end
  expect(there).toEqual(expect.arrayContaining(lastOf(10).slice(-7)));
  expect(there).toEqual(expect.arrayContaining(lastOf(7).slice(-12)));
  expect(there).toEqual(expect.arrayContaining(lastOf(4)));
  expect(there).toEqual(expect.arrayContaining(times.slice(-3)));
  expect(there.length).toBeLessThan(28);
});

describe('whatever the versions and the policy', () => {
  const { next, pick } = dice(3);
  const someVersions = (): RetentionVersion[] => {
    let time = Date.parse('2025-11-01T00:00:00Z');
    return Array.from({ length: next(40) }, () => {
      time += (next(60) - 3) * 3_600_000; // a clock may also go back
      return at(new Date(time).toISOString(), {
        pinned: next(12) === 0,
        status: next(5) === 0 ? 'partial' : 'completed',
      });
    });
  };
  const somePolicy = (): Record<keyof RetentionPolicy, number> => ({
    keep_last: next(4),
    keep_daily: next(6),
    keep_weekly: next(5),
    keep_monthly: next(4),
    keep_yearly: 1 + next(2),
  });
  const each = (look: (versions: RetentionVersion[], policy: ReturnType<typeof somePolicy>) => void) => {
    for (let round = 0; round < scale.propertyRounds; round += 1) look(someVersions(), somePolicy());
  };
  const keys = (versions: RetentionVersion[], policy: RetentionPolicy) =>
    new Set(retention(versions, policy, berlin).keep.map(({ key }) => key));

  test('every version is either kept or removed; pinned ones, the newest and the newest complete one are kept', () =>
    each((versions, policy) => {
      const { keep, remove } = retention(versions, policy, berlin);
      expect([...keep.map(({ key }) => key), ...remove].toSorted()).toEqual(versions.map(({ key }) => key));
      const stays = new Set(keep.map(({ key }) => key));
      const always = [
        ...versions.filter(({ pinned }) => pinned),
        versions.at(-1),
        versions.findLast(({ status }) => status === 'completed'),
      ];
      for (const version of always) if (version) expect(stays).toContain(version.key);
    }));

  test('forgetting twice is forgetting once', () =>
    each((versions, policy) => {
      const once = keys(versions, policy);
      const left = versions.filter(({ key }) => once.has(key));
      expect(keys(left, policy)).toEqual(once);
    }));

  test('a larger number never removes more', () =>
    each((versions, policy) => {
      const rule = pick(['keep_last', 'keep_daily', 'keep_weekly', 'keep_monthly', 'keep_yearly'] as const);
      const larger = keys(versions, { ...policy, [rule]: policy[rule] + 1 });
      for (const key of keys(versions, policy)) expect(larger).toContain(key);
    }));

  test('partial versions never cost a complete one', () =>
    each((versions, policy) => {
      const complete = versions.filter(({ status }) => status === 'completed');
      const among = keys(versions, policy);
      for (const key of keys(complete, policy)) expect(among).toContain(key);
    }));
});
