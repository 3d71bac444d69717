import { describe, expect, test } from 'bun:test';
import type { RunView } from '../../api/jobs.ts';
import { findingOf, nameAndFolder, whatFollows } from './findings.ts';

const stopped: RunView = {
  id: 7,
  job_id: 1,
  job_name: 'Photos',
  status: 'failed',
  trigger: 'manual',
  schedule_id: null,
  started_at: '2026-01-05T02:00:00Z',
  completed_at: '2026-01-05T02:00:03Z',
  files_transferred: 0,
  bytes_transferred: 0,
  files_deleted: 0,
  error_message: 'This run would delete 40 of 41 files at the destination.',
  uuid: '1c7b4ad2-5d4a-4c62-8f24-6a8f9d3e1b55',
  reason: 'too_many_deletions',
  phase: null,
  progress: null,
  files_total: null,
  bytes_total: null,
  warning_count: 0,
  error_count: 0,
  dry_run: false,
  retry_of: null,
  confirm: 'token',
};

describe('a finding', () => {
  test('can be confirmed for seven days', () => {
    expect(findingOf(stopped)).toEqual({
      reason: 'too_many_deletions',
      token: 'token',
      until: '2026-01-12T02:00:00.000Z',
    });
  });
  test('that was confirmed is no question any more', () => expect(findingOf({ ...stopped, confirm: null })).toBeNull());
  test('nobody may overrule is never offered', () =>
    expect(findingOf({ ...stopped, reason: 'drive_absent' })).toBeNull());
  test('of a run that is over well is none', () =>
    expect(findingOf({ ...stopped, status: 'completed', reason: null })).toBeNull());
});

describe('a confirmed run', () => {
  const follows = (reason: Parameters<typeof whatFollows>[0], options = {}, dryRun = false) =>
    whatFollows(reason, { options, dryRun });
  test('deletes the list for good, or keeps it where history is on', () => {
    expect(follows('too_many_deletions').does).toContain('deletesListed');
    const kept = follows('too_many_deletions', { history: { keep_last: 3 } }).does;
    expect(kept).toContain('keepsListed');
    expect(kept).not.toContain('deletesListed');
  });
  test('of a backup that deletes nothing never says that it deletes', () => {
    for (const reason of ['source_empty', 'source_changed', 'destination_changed'] as const)
      expect(follows(reason, { delete_extraneous: false }).does.join()).not.toContain('deletes');
  });
  test('of a backup that deletes says so for every finding', () => {
    for (const reason of ['too_many_deletions', 'source_empty', 'source_changed', 'destination_changed'] as const)
      expect(follows(reason, { delete_extraneous: true }).does.join()).toContain('deletes');
  });
  test('tells that it is real when a dry run asked', () => {
    expect(follows('source_empty', {}, true).does[0]).toBe('forReal');
    expect(follows('source_empty', { dry_run: true }, true).does).not.toContain('forReal');
  });
});

test('a path is told as its name and its folder', () => {
  expect(nameAndFolder({ landing: 'photos', path: '2024/a.jpg' })).toEqual({ name: 'a.jpg', folder: 'photos/2024' });
  expect(nameAndFolder({ landing: 'photos', path: 'a.jpg' })).toEqual({ name: 'a.jpg', folder: 'photos' });
});
