import { describe, expect, test } from 'bun:test';
import type { RunErrorView, RunView } from '../features/backups/schema.ts';
import { exitCodeOf, summaryLines } from './summary.ts';

const run = (changes: Partial<RunView> = {}): RunView => ({
  id: 5,
  job_id: 1,
  job_name: 'Pictures',
  status: 'completed',
  trigger: 'manual',
  schedule_id: null,
  started_at: '2026-01-05T02:00:00Z',
  completed_at: '2026-01-05T02:00:03Z',
  files_transferred: 150,
  bytes_transferred: 52_428_800,
  files_deleted: 0,
  error_message: null,
  uuid: '6b1f',
  reason: null,
  phase: null,
  progress: null,
  files_total: 41_203,
  bytes_total: 1e9,
  warning_count: 0,
  error_count: 0,
  dry_run: false,
  retry_of: null,
  confirm: null,
  ...changes,
});
const problem = (n: number): RunErrorView => ({
  landing: 'Pictures',
  path: `broken ${n}\n.jpg`,
  level: 'error',
  message: 'permission denied',
});
const text = (changes: Partial<RunView>, errors: RunErrorView[] = []) =>
  summaryLines({ run: run(changes), errors, destination: '/mnt/usb', command: 'dynamight backup /a /mnt/usb' }).join(
    '\n',
  );

describe('a finished backup tells', () => {
  test('how much, how long and where to', () => {
    expect(text({})).toBe('Backed up 150 files (52.4 MB) in 3 s to /mnt/usb. Everything was written and checked.');
  });

  test('that there was nothing to do', () => {
    expect(text({ files_transferred: 0, bytes_transferred: 0 })).toBe('Nothing to do: 41,203 files are up to date.');
    expect(text({ files_transferred: 0, files_total: 1 })).toBe('Nothing to do: 1 file is up to date.');
  });

  test('what was removed', () => {
    expect(text({ files_deleted: 2 })).toContain('2 files that the source does not have any more were removed');
    expect(text({ files_transferred: 0, files_deleted: 1 })).not.toContain('Backed up');
  });

  test('that a dry run changed nothing', () => {
    const said = text({ dry_run: true, files_deleted: 3 });
    expect(said).toContain('would copy 150 files (52.4 MB), and remove 3 files');
    expect(said).toContain('Nothing was changed.');
    expect(said).not.toContain('Backed up');
  });

  test('its warnings', () => {
    const warning: RunErrorView = { landing: 'Pictures', path: 'a', level: 'warning', message: 'vanished' };
    expect(text({ warning_count: 1 }, [warning])).toContain('With 1 warning:\n  warning: Pictures/a: vanished');
  });
});

describe('a backup that is no success tells', () => {
  test('the first ten files, how many more, and what to do; names cannot forge lines', () => {
    const said = text(
      { status: 'failed', reason: 'partial', error_count: 12 },
      Array.from({ length: 12 }, (_, n) => problem(n)),
    );
    expect(said).toStartWith('12 files could not be backed up. The rest is: 150 files (52.4 MB)');
    expect(said.match(/^ {2}error: Pictures\/broken \d\\u000a\.jpg: permission denied$/gm)).toHaveLength(10);
    expect(said).toContain('and 2 more: GET /api/runs/5/errors');
    expect(said).not.toContain('Everything was written');
  });

  test('why a guard stopped it, and the exact command that overrules it', () => {
    const said = text({
      status: 'failed',
      reason: 'source_empty',
      error_message: 'The source /a is empty.',
      confirm: 't0k',
    });
    expect(said).toContain('The source /a is empty.');
    expect(said).toEndWith('\n  dynamight backup /a /mnt/usb --confirm=t0k');
  });

  test('the first files it would have deleted, and where the others are named; names cannot forge lines', () => {
    const stopped = run({ status: 'failed', reason: 'too_many_deletions', error_message: 'Too many.', confirm: 't0k' });
    const said = (count: number) =>
      summaryLines({
        run: stopped,
        errors: [],
        deletions: Array.from({ length: count }, (_, n) => ({ landing: 'src', path: `gone ${n}\n.jpg` })),
        destination: '/mnt/usb',
        command: 'dynamight backup --delete /a /mnt/usb',
      });
    const confirm = [
      'If this is what you want, confirm it once with:',
      '  dynamight backup --delete /a /mnt/usb --confirm=t0k',
    ];
    expect(said(2)).toEqual([
      'The backup failed. Too many.',
      'It would delete from the backup:',
      '  src/gone 0\\u000a.jpg',
      '  src/gone 1\\u000a.jpg',
      ...confirm,
    ]);
    const many = said(11);
    expect(many.filter((line) => line.startsWith('  src/gone'))).toHaveLength(10);
    expect(many.slice(-3)).toEqual(['  and more: GET /api/runs/5/deletions lists them.', ...confirm]);
    expect(said(10).join('\n')).not.toContain('and more');
  });

  test('what the server said of any other failure', () => {
    expect(text({ status: 'failed', reason: 'no_space', error_message: 'The destination is full.' })).toBe(
      'The backup failed. The destination is full.',
    );
  });

  test('that it was cancelled', () => {
    expect(text({ status: 'cancelled' })).toStartWith('Cancelled.');
  });
});

test('exit codes tell the four ends apart', () => {
  expect(
    [
      run(),
      run({ status: 'failed', reason: 'partial' }),
      run({ status: 'failed', reason: 'no_space' }),
      run({ status: 'failed' }),
      run({ status: 'cancelled' }),
    ].map(exitCodeOf),
  ).toEqual([0, 3, 1, 1, 130]);
});
