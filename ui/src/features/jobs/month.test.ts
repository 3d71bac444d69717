import { describe, expect, test } from 'bun:test';
import type { StatisticsView } from '../../api/jobs.ts';
import { honestShare, monthOf } from './month.ts';

const now = Date.parse('2026-02-01T00:00:00Z');
const line = (daysAgo: number, changes: Partial<StatisticsView> = {}): StatisticsView => ({
  job_id: 1,
  started_at: new Date(now - daysAgo * 86_400_000).toISOString(),
  status: 'completed',
  reason: null,
  dry_run: false,
  files: 10,
  bytes: 1000,
  seconds: 60,
  ...changes,
});

describe('the last thirty days of a backup', () => {
  test('count nothing older', () =>
    expect(monthOf([line(1), line(29), line(31)], now)).toMatchObject({ runs: 2, bytes: 2000 }));
  test('count what failed runs copied, too', () =>
    expect(monthOf([line(1), line(2, { status: 'failed', bytes: 500 })], now)).toMatchObject({
      bytes: 1500,
      success: 0.5,
    }));
  test('count dry runs apart: they made no copy, and took no time a backup takes', () =>
    expect(monthOf([line(1), line(2, { dry_run: true, seconds: 1 })], now)).toMatchObject({
      runs: 1,
      dryRuns: 1,
      completed: 1,
      typicalSeconds: 60,
    }));
  test('a run somebody stopped is neither success nor failure', () =>
    expect(monthOf([line(1), line(2, { status: 'cancelled' })], now)).toMatchObject({
      success: 1,
      judged: 1,
      runs: 2,
    }));
  test('say nothing about success where nothing ended', () => {
    expect(monthOf([], now)).toMatchObject({ success: null, typicalSeconds: null });
    expect(monthOf([line(1, { status: 'cancelled' })], now).success).toBeNull();
  });
  test('the usual duration is the middle one of completed runs', () => {
    const seconds = [5, 500, 40].map((value) => line(1, { seconds: value }));
    expect(monthOf([...seconds, line(1, { status: 'failed', seconds: 1 })], now).typicalSeconds).toBe(40);
  });
});

test('one failure in a thousand runs is never told as all went well', () => {
  expect(honestShare(0.999)).toBe(0.99);
  expect(honestShare(1)).toBe(1);
  expect(honestShare(0.001)).toBe(0.01);
});
