import { describe, expect, test } from 'bun:test';
import { reasons } from '../../../../src/features/backups/reasons.ts';
import type { RunView } from '../../api/runs.ts';
import { runs as german } from '../../i18n/de/runs.ts';
import { runs as english } from '../../i18n/en/runs.ts';
import { averageRate, cutAtFinds, oneLine, secondsOf, sentenceOf, stateOf } from './run-words.ts';

const run = (changes: Partial<RunView> = {}): RunView => ({
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

describe('what a run comes to', () => {
  const rows: [name: string, Partial<RunView>, says: string][] = [
    ['a run that copied', {}, 'Everything is safe: 150 files (52 MB) were new or changed'],
    ['one file', { files_transferred: 1 }, '1 file (52 MB) was new or changed and has been copied, in 15 min.'],
    [
      'nothing new',
      { files_transferred: 0, bytes_transferred: 0 },
      'none of the 150 files had changed since the last run',
    ],
    ['only removals', { files_transferred: 0, files_deleted: 1 }, '1 file that is gone at the source was removed'],
    ['a dry run', { dry_run: true, files_deleted: 2 }, '150 files (52 MB) would be copied. Nothing was written.'],
    ['a stopped run', { status: 'cancelled' }, 'It was stopped. 150 files had been copied by then and stay'],
    ['an incomplete run', { status: 'failed', reason: 'partial', error_count: 3 }, '3 files could not be copied. 150'],
    ['a full drive', { status: 'failed', reason: 'no_space' }, 'There was not enough room.'],
  ];
  for (const [name, changes, says] of rows)
    test(`is said of ${name}`, () => expect(sentenceOf(run(changes))).toContain(says));

  test('is never "everything is safe" when there are warnings or files are missing', () => {
    for (const changes of [
      { warning_count: 1 },
      { status: 'failed', reason: 'partial', error_count: 1 },
      { status: 'failed', reason: 'interrupted' },
      { status: 'cancelled' },
      { dry_run: true },
    ] as const)
      expect(sentenceOf(run(changes))).not.toContain('Everything is safe');
  });
});

test('every reason is explained, with what to do next, in both languages', () => {
  for (const reason of reasons)
    for (const words of [english, german]) {
      expect(words.reasons[reason].what).toMatch(/\.$/);
      expect(words.reasons[reason].next).toMatch(/\.$/);
    }
});

describe('the state of a run', () => {
  test('tells a run that waits for another from one that works', () => {
    expect(stateOf(run({ status: 'pending' }))).toBe('waiting');
    expect(stateOf(run({ status: 'running', phase: 'waiting' }))).toBe('waiting');
    expect(stateOf(run({ status: 'running', phase: 'scanning' }))).toBe('running');
    expect(stateOf(run({ status: 'failed', reason: 'partial' }))).toBe('partial');
  });
});

describe('time and speed', () => {
  test('are left out where they mean nothing', () => {
    expect(secondsOf(run())).toBe(900);
    expect(secondsOf(run({ completed_at: '2026-01-05T01:00:00Z' }))).toBeNull();
    expect(secondsOf(run({ started_at: null }))).toBeNull();
    expect(averageRate(run())).toBeCloseTo(58_254.2, 1);
    expect(averageRate(run({ completed_at: '2026-01-05T02:00:00Z' }))).toBeNull();
    expect(averageRate(run({ dry_run: true }))).toBeNull();
  });
});

describe('a line of a log', () => {
  test('stays one line that reads from left to right, whatever a file is called', () => {
    expect(oneLine('a\nb\u2028c\u202egpj.exe\u0007')).toBe('a\\u000ab\\u2028c\\u202egpj.exe\\u0007');
    expect(oneLine('"><img src=x onerror=alert(1)>')).toBe('"><img src=x onerror=alert(1)>');
    expect(oneLine('שלום.txt')).toBe('שלום.txt');
  });

  test('shows where the searched text stands', () => {
    expect(cutAtFinds('Photos/PHOTO 1', 'photo')).toEqual(['', 'Photo', 's/', 'PHOTO', ' 1']);
    expect(cutAtFinds('a+b', '+')).toEqual(['a', '+', 'b']);
    expect(cutAtFinds('abc', 'x')).toEqual(['abc']);
    expect(cutAtFinds('abc', '')).toEqual(['abc']);
    expect(cutAtFinds('İx', 'x')).toEqual(['İx']);
  });
});
