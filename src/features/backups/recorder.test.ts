import { describe, expect, test } from 'bun:test';
import { startTestApp } from '../../../test/harness/app.ts';
import { backupLab } from '../../../test/harness/backup.ts';
import { buildTree } from '../../../test/harness/trees.ts';
import { createLogStore } from './logs.store.ts';
import type { MoverItem, MoverProblem } from './movers/mover.ts';
import { defaultSyncOptions } from './options.ts';
import { createRecorder, type RecorderDeps } from './recorder.ts';
import { createRunStore, errorsKept } from './runs.store.ts';
import { jobs } from './table.ts';

const app = startTestApp();
const [logs, runs] = [createLogStore(app.data.logs), createRunStore(app.data.main)];

/** A recorder on the application's own databases, and what it has written there. */
function recording(over: Partial<RecorderDeps> = {}) {
  const uuid = crypto.randomUUID();
  const job = { name: 'x', destinationType: 'local', destinationConfig: {}, createdAt: 0, updatedAt: 0 };
  const { id: jobId } = app.data.main
    .insert(jobs)
    .values({ ...job, uuid, syncOptions: defaultSyncOptions, extraPaths: [] })
    .returning({ id: jobs.id })
    .get();
  const run = runs.start({
    uuid,
    jobId,
    jobName: 'x',
    trigger: 'manual',
    scheduleId: null,
    retryOf: null,
    dryRun: false,
    syncOptions: defaultSyncOptions,
    createdAt: 0,
  });
  if (!run) throw new Error('no run');
  const recorder = createRecorder({
    run,
    verbosity: 'normal',
    acknowledged: new Set(),
    logs,
    runs,
    clock: app.clock,
    onStored() {},
    onLost() {},
    ...over,
  });
  return {
    recorder,
    written() {
      recorder.close();
      return {
        lines: logs.list(uuid, undefined, 5000, 0).map((line) => `${line.level} ${line.message}`),
        errors: runs.errors(run.id, 5000, 0).map((row) => `${row.level} ${row.path.toString()} ${row.message}`),
        counts: { ...recorder.counts },
      };
    },
  };
}

const problem = (path: string, level: MoverProblem['level'] = 'error'): MoverProblem => ({
  landing: 'src',
  path,
  level,
  message: `${level} about it`,
});
const item = (path: string, over: Partial<MoverItem> = {}): MoverItem => ({
  landing: 'src',
  path,
  action: 'new',
  kind: 'file',
  size: 1,
  ...over,
});

describe('what went wrong with files', () => {
  test('is counted, logged and kept, each file once', () => {
    const { recorder, written } = recording();
    for (const path of ['a', 'b', 'a']) recorder.problem(problem(path));
    recorder.problem(problem('c', 'warning'));
    recorder.problem(problem('a', 'warning'));
    expect(recorder.firstError()).toEqual({ name: 'src/a', message: 'error about it' });
    expect(written()).toEqual({
      lines: ['error src/a: error about it', 'error src/b: error about it', 'warning src/c: warning about it'],
      errors: ['error a error about it', 'error b error about it', 'warning c warning about it'],
      counts: { warnings: 1, errors: 2 },
    });
  });

  test('counts as an error as soon as it is one, also when a warning about the same file came first', () => {
    const { recorder, written } = recording();
    recorder.problem(problem('a', 'warning'));
    recorder.problem(problem('a', 'error'));
    recorder.problem(problem('a', 'error'));
    expect(written()).toMatchObject({
      lines: ['warning src/a: warning about it', 'error src/a: error about it'],
      counts: { warnings: 1, errors: 1 },
    });
  });

  test('is a warning where the user has accepted it, and told once', () => {
    const { recorder, written } = recording({ acknowledged: new Set(['src/locked', 'src/line\\u000abreak', 'src']) });
    recorder.problem(problem('locked', 'warning'));
    recorder.problem(problem('locked'));
    recorder.problem(problem('line\nbreak'));
    recorder.problem(problem(''));
    recorder.problem(problem('locked/inside'));
    expect(written()).toMatchObject({ counts: { warnings: 3, errors: 1 } });
    expect(recorder.firstError()?.name).toBe('src/locked/inside');
  });

  test('is kept for the first thousand files, and counted for all', () => {
    const { recorder, written } = recording();
    for (let n = 0; n < errorsKept + 100; n += 1) recorder.problem(problem(`f${n}`));
    const { lines, errors, counts } = written();
    expect([lines.length, errors.length, counts.errors]).toEqual([errorsKept + 100, errorsKept, errorsKept + 100]);
  });

  test('never stops a run because it cannot be written down', () => {
    const lost: unknown[] = [];
    const full = {
      ...logs,
      append() {
        throw new Error('database or disk is full');
      },
    };
    const { recorder } = recording({ logs: full, onLost: (error) => lost.push(error) });
    for (let n = 0; n < 1200; n += 1) recorder.problem(problem(`f${n}`));
    recorder.close();
    expect(recorder.counts.errors).toBe(1200);
    expect(lost).toHaveLength(1);
  });
});

test('past the last line that is kept, files are counted; warnings, errors, the end and one line about it are written (R-42)', () => {
  const { recorder, written } = recording({ linesKept: 5 });
  recorder.say('begins');
  for (let n = 0; n < 1000; n += 1) {
    recorder.item(item(`f${n}`));
    if (n === 500) recorder.problem(problem('late'));
    if (n === 600) recorder.warn('late warning');
  }
  recorder.say('Completed');
  expect(written().lines).toEqual([
    'info begins',
    ...[0, 1, 2, 3].map((n) => `info src/f${n}`),
    'error src/late: error about it',
    'warning late warning',
    'info Completed',
    'info 996 more lines were not kept',
  ]);
});

test('a line per file is written as the job wishes', () => {
  const items = [
    item('new'),
    item('changed', { action: 'changed' }),
    item('same', { action: 'unchanged' }),
    item('mode', { action: 'attributes' }),
    item('dir', { kind: 'dir' }),
    item('gone', { action: 'deleted', kind: 'unknown' }),
    item('gone dir', { action: 'deleted', kind: 'dir' }),
    item('Backup complete'),
    item('line\nbreak'),
  ];
  const lines = (verbosity: RecorderDeps['verbosity']) => {
    const { recorder, written } = recording({ verbosity });
    recorder.say('begins');
    for (const one of items) recorder.item(one);
    return written().lines;
  };
  const normal = [
    'info begins',
    'info src/new',
    'info src/changed',
    'info deleted src/gone',
    'info deleted src/gone dir',
    'info src/Backup complete',
    'info src/line\\u000abreak',
  ];
  expect(lines('quiet')).toEqual(['info begins']);
  expect(lines('normal')).toEqual(normal);
  expect(lines('verbose')).toEqual(normal.toSpliced(3, 0, 'info src/same'));
});

test('a file kept out by a folder that holds excluded files is never called copied', async () => {
  const lab = backupLab();
  buildTree(lab.src, { was: 'a file now', other: '1' });
  buildTree(`${lab.dst}/src`, { 'was/kept': 'excluded' });
  const job = await lab.job({ options: { exclude_patterns: ['kept'] } });
  for (let round = 0; round < 3; round += 1) {
    const run = await lab.run(job);
    expect(run).toMatchObject({ status: 'failed', reason: 'partial', error_count: 1 });
    expect(run.error_message).toContain('src/was');
  }
});
