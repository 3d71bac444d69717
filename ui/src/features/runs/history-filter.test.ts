import { describe, expect, test } from 'bun:test';
import type { RunView } from '../../api/runs.ts';
import { byDay, type Filter, filterOf, freshRuns, isNarrow, isoOf, paramsOf, sinceOf } from './history-filter.ts';

const all: Filter = { jobId: null, outcome: 'all', time: 'all', page: 1 };
const now = new Date(2026, 0, 5, 12).getTime();

describe('what an address asks for', () => {
  test('is kept in it, and comes back as it was', () => {
    const filters: Filter[] = [all, { jobId: 7, outcome: 'failed', time: 'month', page: 3 }, { ...all, time: 'day' }];
    for (const filter of filters) expect(filterOf(paramsOf(filter))).toEqual(filter);
    expect(paramsOf(all)).toEqual({ job: undefined, outcome: undefined, time: undefined, page: undefined });
  });

  for (const params of [
    {},
    { job: '0', outcome: 'done', time: 'ever', page: '0' },
    { job: '-1', page: '1e3' },
    { job: 'x', page: ' 2' },
    { job: '99999999999', page: '1.5' },
  ] as Record<string, string>[])
    test(`is everything for ${JSON.stringify(params)}`, () => expect(filterOf(params)).toEqual(all));

  test('said twice counts once', () => expect(filterOf({ job: ['3', '4'] }).jobId).toBe(3));

  test('another choice begins at the first page', () => {
    expect(paramsOf({ ...filterOf({ page: '4' }), outcome: 'failed', page: 1 }).page).toBeUndefined();
  });

  test('tells whether something is left out', () => {
    expect(isNarrow(all)).toBe(false);
    expect(isNarrow({ ...all, page: 2 })).toBe(false);
    expect(isNarrow({ ...all, jobId: 1 })).toBe(true);
    expect(isNarrow({ ...all, time: 'day' })).toBe(true);
  });

  test('the last seven days begin seven days ago', () => {
    expect(sinceOf('all', now)).toBeNull();
    expect(isoOf(sinceOf('week', Date.UTC(2026, 0, 8, 1, 2, 3, 400)) ?? 0)).toBe('2026-01-01T01:02:03Z');
  });
});

describe('runs of a page', () => {
  const at = (day: number, hour: number) => new Date(2026, 0, day, hour).toISOString();

  test('stand under the days they began on', () => {
    const runs = [
      { started_at: null, completed_at: null },
      { started_at: at(5, 11), completed_at: null },
      { started_at: at(4, 23), completed_at: at(5, 1) },
      { started_at: at(4, 1), completed_at: null },
      { started_at: null, completed_at: at(2, 1) },
    ];
    const groups = byDay(runs, now);
    expect(groups.map((group) => group.runs.length)).toEqual([2, 2, 1]);
    expect(groups.map((group) => new Date(group.day).getDate())).toEqual([5, 4, 2]);
    expect(groups.flatMap((group) => group.runs)).toEqual(runs);
  });

  test('say how many newer ones there are, where newer ones would be shown', () => {
    const run = (id: number, job_id = 1) => ({ id, job_id }) as RunView;
    const live = [run(3), run(8), run(9, 2)];
    expect(freshRuns([run(7), run(6)], live, all)).toBe(2);
    expect(freshRuns([run(7)], live, { ...all, jobId: 2 })).toBe(1);
    expect(freshRuns([run(9)], live, all)).toBe(0);
    expect(freshRuns([run(7)], live, { ...all, page: 2 })).toBe(0);
    expect(freshRuns([run(7)], live, { ...all, outcome: 'failed' })).toBe(0);
    expect(freshRuns([], live, all)).toBe(3);
  });
});
