import { describe, expect, test } from 'bun:test';
import type { JobView } from '../../api/jobs.ts';
import type { Standing } from '../backups/safety.ts';
import { type Entry, findEntries, isOf, pageOf, stateChoiceOf } from './find.ts';

const job = (changes: Partial<JobView>): JobView => ({
  id: 1,
  name: 'Photos',
  description: '',
  enabled: true,
  source_dirs: ['/home/anna/Pictures'],
  destination_type: 'local',
  destination_config: { mount_point: '/mnt/usb', backup_subdir: 'photos' },
  sync_options: {},
  credential_id: null,
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
  last_run: null,
  schedules: [],
  uuid: 'a',
  landings: ['Pictures'],
  ...changes,
});
const entry = (standing: Standing, changes: Partial<JobView> = {}): Entry => ({
  job: job(changes),
  run: undefined,
  standing,
});

describe('the list of backups', () => {
  const photos = entry('safe');
  const letters = entry('failed', { name: 'Letters', description: 'Taxes and such', source_dirs: ['/home/ben/Paper'] });
  const old = entry('safe', { name: 'Old laptop', enabled: false });
  const all = [photos, letters, old];

  test('shows everything without words and state', () => expect(findEntries(all, '  ', 'all')).toEqual(all));
  test('finds by name, description, folder and destination, in any case', () => {
    expect(findEntries(all, 'LETT', 'all')).toEqual([letters]);
    expect(findEntries(all, 'taxes', 'all')).toEqual([letters]);
    expect(findEntries(all, 'anna', 'all')).toEqual([photos, old]);
    expect(findEntries(all, 'usb/photos laptop', 'all')).toEqual([old]);
  });
  test('wants words and state both', () => {
    expect(findEntries(all, '', 'attention')).toEqual([letters]);
    expect(findEntries(all, 'anna', 'attention')).toEqual([]);
    expect(findEntries(all, '', 'off')).toEqual([old]);
  });
  test('puts everything that is not plainly well under "needs a look"', () => {
    for (const standing of ['failed', 'partial', 'warned', 'overdue', 'stopped', 'off'] as const)
      expect(isOf(entry(standing), 'attention')).toBe(true);
    for (const standing of ['safe', 'running', 'never'] as const)
      expect(isOf(entry(standing), 'attention')).toBe(false);
  });
  test('takes an unknown state of the address for all', () => {
    expect(stateChoiceOf('off')).toBe('off');
    expect(stateChoiceOf('nonsense')).toBe('all');
    expect(stateChoiceOf(undefined)).toBe('all');
  });
});

describe('a page of the list', () => {
  const rows = Array.from({ length: 120 }, (_, index) => index);
  test('holds fifty rows, the last one the rest', () => {
    expect(pageOf(rows, 0)).toMatchObject({ from: 1, to: 50, pages: 3 });
    expect(pageOf(rows, 2)).toMatchObject({ from: 101, to: 120, page: 2 });
    expect(pageOf(rows, 2).rows).toHaveLength(20);
  });
  test('that is no more becomes the last one', () => {
    expect(pageOf(rows, 9).page).toBe(2);
    expect(pageOf(rows, Number.NaN).page).toBe(0);
    expect(pageOf([], 3)).toMatchObject({ page: 0, pages: 1, from: 0, to: 0 });
  });
});
