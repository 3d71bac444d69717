import { describe, expect, test } from 'bun:test';
import { fit, progressBar, progressText } from './progress-bar.ts';

const progress = {
  files: 1234,
  bytes: 512_000_000,
  files_total: 2800,
  bytes_total: 1_024_000_000,
  rate_bytes_per_second: 45_100_000,
  eta_seconds: 12,
  current: null,
};
const run = { status: 'running' as const, phase: 'transferring', progress };

describe('the progress line', () => {
  test('says phase, files, bytes, rate and time left', () => {
    expect(progressText(run)).toBe('copying, 1,234 of 2,800 files, 512.0 MB of 1.0 GB, 45.1 MB/s, 0:12 left');
  });

  test('has a bar as soon as the total is known', () => {
    expect(progressBar(run, 120)).toStartWith(`[${'#'.repeat(12)}${'.'.repeat(12)}]  50 %  copying`);
    const scanning = { ...run, phase: 'scanning', progress: { ...progress, files_total: null, bytes_total: null } };
    expect(progressBar(scanning, 120)).toStartWith('scanning, 1,234 files');
  });

  test('says "about" where only earlier runs tell how long it takes', () => {
    const untold = { ...progress, files_total: null, bytes_total: null };
    expect(progressText({ ...run, progress: untold })).toEndWith('45.1 MB/s, about 0:12 left');
  });

  test('never shows more than all, nor a share of nothing', () => {
    expect(progressBar({ ...run, progress: { ...progress, bytes: 2e9 } }, 120)).toContain('100 %');
    const empty = { ...progress, files: 0, bytes: 0, files_total: 0, bytes_total: 0 };
    expect(progressBar({ ...run, progress: empty }, 120)).not.toContain('%');
  });

  test.each([10, 40, 59, 60, 80, 200])('fits into a terminal of %d columns', (columns) => {
    expect(Bun.stringWidth(progressBar(run, columns))).toBeLessThan(columns);
  });

  test('is there before the first numbers', () => {
    expect(progressBar({ status: 'pending', phase: 'waiting', progress: null }, 80)).toBe(
      'waiting for the destination',
    );
    expect(progressBar({ status: 'running', phase: null, progress: null }, 80)).toBe('starting');
  });
});

test('text is cut by the room it takes, and nothing in it acts on the terminal', () => {
  expect(fit('日本語のファイル', 8)).toBe('日本語…');
  expect(fit('a\x1b[2Jb\nc', 40)).toBe('a\\u001b[2Jb\\u000ac');
  expect(fit('anything', 0)).toBe('');
});
