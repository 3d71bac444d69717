import { afterEach, describe, expect, test } from 'bun:test';
import type { RunView } from '../../api/jobs.ts';
import { setLanguage } from '../../i18n/words.ts';
import { whyFailed } from './why-failed.ts';

const failed = {
  status: 'failed',
  reason: 'destination_missing',
  error_message: '/mnt/usb is not there.',
  warning_count: 0,
  dry_run: false,
} as RunView;

afterEach(() => setLanguage('en'));

describe('why a run failed', () => {
  test('is told with the paths and numbers the box knows', () =>
    expect(whyFailed(failed)).toBe('/mnt/usb is not there.'));
  test('is told in German on a German page', async () => {
    await setLanguage('de');
    expect(whyFailed(failed)).toMatch(/^Das Ziel war nicht da/);
  });
  test('is told even where the box found no words', () =>
    expect(whyFailed({ ...failed, error_message: null })).toBe('The destination was not there.'));
  test('is not told of a run that did not fail', () =>
    expect(whyFailed({ ...failed, status: 'completed', reason: null })).toBeNull());
});
