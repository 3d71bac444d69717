import { describe, expect, test } from 'bun:test';
import { nextOf } from './schedule-body.ts';

const job = { enabled: true, destination_config: {} };
const early = { enabled: true, next_run: '2026-01-05T02:00:00Z' };
const late = { enabled: true, next_run: '2026-01-06T02:00:00Z' };
const paused = { enabled: false, next_run: null };

describe('the next run of a backup', () => {
  test('is the earliest of all its schedules', () =>
    expect(nextOf(job, [late, early, paused])).toEqual({ at: '2026-01-05T02:00:00Z' }));
  test('without a schedule comes only by hand, or with the drive', () => {
    expect(nextOf(job, [])).toEqual({ why: 'byHand' });
    expect(nextOf({ ...job, destination_config: { run_on_plug: true } }, [])).toEqual({ why: 'onPlug' });
  });
  test('is never promised for a backup that is switched off', () =>
    expect(nextOf({ ...job, enabled: false }, [{ enabled: true, next_run: null }])).toEqual({ why: 'off' }));
  test('is none while every schedule is switched off', () => expect(nextOf(job, [paused])).toEqual({ why: 'paused' }));
});
