import { describe, expect, test } from 'bun:test';
import type { JobView, RunView } from '../../api/jobs.ts';
import { type Known, safetyOf } from './safety.ts';

const now = Date.parse('2026-01-05T12:00:00Z');
const job = { id: 1, name: 'Photos', enabled: true } as JobView;
const run = (changes: Partial<RunView> = {}) =>
  ({
    id: 10,
    job_id: 1,
    status: 'completed',
    started_at: '2026-01-05T09:45:00Z',
    completed_at: '2026-01-05T10:00:00Z',
    files_total: 41_203,
    error_message: null,
    reason: null,
    warning_count: 0,
    error_count: 0,
    dry_run: false,
    ...changes,
  }) as RunView;
const good = run({ id: 5, completed_at: '2026-01-02T12:00:00Z', files_total: 40_000 });
const line = (what: string): Known => ({ lines: [{ id: `job:1:${what}`, level: 'warning', since: '' }] });
const failed = run({ status: 'failed', reason: 'no_space', error_message: 'No room.' });

describe('a backup in one sentence and one colour', () => {
  const rows: [name: string, run: RunView | undefined, known: Known, mood: string, sentence: string][] = [
    ['is safe when its last run copied everything', run(), {}, 'ok', 'Safe, 2 hours ago, 41,203 files'],
    ['is safe with one file', run({ files_total: 1 }), {}, 'ok', 'Safe, 2 hours ago, 1 file'],
    ['is worth a look with warnings', run({ warning_count: 1 }), {}, 'warn', 'Complete with 1 warning, 2 hours ago'],
    [
      'is not safe when files are missing',
      run({ status: 'failed', reason: 'partial', error_count: 3 }),
      {},
      'bad',
      'Incomplete, 2 hours ago: 3 files not copied',
    ],
    ['is not safe when it failed', failed, { lastGood: good }, 'bad', 'Failed 2 hours ago'],
    ['is neither when it was stopped', run({ status: 'cancelled' }), {}, 'idle', 'Stopped 2 hours ago'],
    ['has to be run', undefined, {}, 'warn', 'Has not run yet'],
    ['is at work', run({ status: 'running', completed_at: null }), {}, 'run', 'Running now'],
    ['waits its turn', run({ status: 'pending', completed_at: null }), {}, 'run', 'Waiting for its turn'],
    [
      'is never called safe by a dry run',
      run({ dry_run: true }),
      {},
      'idle',
      'Only tried out so far, 2 hours ago: nothing was copied',
    ],
    [
      'is told by the run before a dry run',
      run({ dry_run: true }),
      { lastGood: good },
      'ok',
      'Safe, 3 days ago, 40,000 files',
    ],
    ['is not safe when overdue', run(), line('overdue'), 'warn', 'Overdue; the last complete copy is from 2 hours ago'],
    [
      'is overdue when the last run was stopped',
      run({ status: 'cancelled' }),
      { ...line('overdue'), lastGood: good },
      'warn',
      'Overdue; the last complete copy is from 3 days ago',
    ],
    [
      'is not called safe when it is switched off',
      run(),
      line('switched-off'),
      'warn',
      'Switched off; the last complete copy is from 2 hours ago',
    ],
    ['failed, whatever else is said of it', failed, line('overdue'), 'bad', 'Failed 2 hours ago'],
  ];
  for (const [name, last, known, mood, sentence] of rows)
    test(name, () => expect(safetyOf(job, last, undefined, now, known)).toMatchObject({ mood, sentence }));

  test('is off by its schedules as well, when nobody asked what needs attention', () => {
    const off = { ...job, enabled: false };
    expect(safetyOf(off, run(), [{ enabled: true }], now).mood).toBe('warn');
    expect(safetyOf(off, run(), [{ enabled: false }], now).mood).toBe('ok');
    expect(safetyOf(off, run(), undefined, now).mood).toBe('ok');
  });

  test('says why it failed, and from when the copy is that is there', () => {
    expect(safetyOf(job, failed, undefined, now, { lastGood: good })).toMatchObject({
      problem: 'No room.',
      before: 'The last complete copy is from 3 days ago.',
    });
    expect(safetyOf(job, failed, undefined, now, { lastGood: null }).before).toBe('No complete copy is on record.');
    expect(safetyOf(job, failed, undefined, now).before).toBeNull();
    expect(safetyOf(job, run(), undefined, now, { lastGood: good }).before).toBeNull();
  });
});
