import { describe, expect, test } from 'bun:test';
import type { RunView } from '../../api/jobs.ts';
import { addressOf, factsOf, outcomeOf, phaseOf } from './words.ts';

const run = (changes: Partial<RunView>): RunView => ({
  id: 10,
  job_id: 1,
  job_name: 'Photos',
  status: 'completed',
  trigger: 'manual',
  schedule_id: null,
  started_at: '2026-01-05T02:00:00Z',
  completed_at: '2026-01-05T02:15:00Z',
  files_transferred: 150,
  bytes_transferred: 52_428_800,
  files_deleted: 0,
  error_message: null,
  uuid: '1c7b4ad2-5d4a-4c62-8f24-6a8f9d3e1b55',
  reason: null,
  phase: null,
  progress: null,
  files_total: 150,
  bytes_total: 52_428_800,
  warning_count: 0,
  error_count: 0,
  dry_run: false,
  retry_of: null,
  confirm: null,
  ...changes,
});

describe('a run in words', () => {
  test('a run that could not copy everything is never called completed', () => {
    expect(outcomeOf(run({ status: 'failed', reason: 'partial', error_count: 3 }))).toBe('partial');
    expect(outcomeOf(run({ status: 'failed', reason: 'no_space' }))).toBe('failed');
    expect(outcomeOf(run({ status: 'cancelled', reason: null }))).toBe('cancelled');
  });
  test('a dry run never says that it copies or has copied', () => {
    const dry = { dry_run: true, phase: 'transferring', status: 'running' } as const;
    expect(phaseOf(run(dry))).toBe('Dry run: looking what it would do');
    expect(phaseOf(run({ ...dry, dry_run: false }))).toBe('Copying');
    expect(phaseOf(run({ ...dry, phase: 'waiting' }))).toBe('Waiting for the destination');
    expect(factsOf(run({ dry_run: true }))).toEqual(['would copy 150 files, 52 MB']);
    expect(factsOf(run({ dry_run: true, files_transferred: 0 }))).toEqual(['would change nothing']);
  });
  test('warnings and dry runs are told from plain success', () => {
    expect(outcomeOf(run({}))).toBe('completed');
    expect(outcomeOf(run({ warning_count: 2 }))).toBe('warned');
    expect(outcomeOf(run({ dry_run: true }))).toBe('dry');
  });

  const rows: [string, Partial<RunView>, string[]][] = [
    ['copied files and their size', {}, ['150 files, 52 MB']],
    ['one file', { files_transferred: 1, bytes_transferred: 900 }, ['1 file, 900 B']],
    ['nothing to do', { files_transferred: 0, bytes_transferred: 0 }, ['nothing had changed']],
    ['only removals', { files_transferred: 0, files_deleted: 2 }, ['2 files removed']],
    [
      'what is missing',
      { status: 'failed', error_count: 3, warning_count: 1 },
      ['150 files, 52 MB', '3 files not copied', '1 warning'],
    ],
    ['nothing of a run that failed at once', { status: 'failed', files_transferred: 0 }, []],
  ];
  for (const [name, changes, words] of rows) test(`tells ${name}`, () => expect(factsOf(run(changes))).toEqual(words));
});

describe('the address of a destination', () => {
  const rows: [string, Record<string, unknown>, string][] = [
    ['local', { mount_point: '/mnt/usb', backup_subdir: 'daily' }, '/mnt/usb/daily'],
    ['local', { mount_point: '/mnt/usb', backup_subdir: '' }, '/mnt/usb'],
    ['sftp', { username: 'anna', host: 'nas', port: 22, remote_path: '/backups' }, 'anna@nas:/backups'],
  ];
  for (const [type, config, words] of rows)
    test(`of ${type} reads ${words}`, () =>
      expect(addressOf({ destination_type: type, destination_config: config })).toBe(words));
});
