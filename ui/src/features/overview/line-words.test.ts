import { describe, expect, test } from 'bun:test';
import { attentionKinds } from '../../../../src/core/attention.ts';
import type { AttentionView } from '../../api/attention.ts';
import type { DestinationView } from '../../api/destinations.ts';
import type { RunView } from '../../api/jobs.ts';
import { setLanguage } from '../../i18n/words.ts';
import { wordsOfLine } from './line-words.ts';

const usb = {
  address: 'local:/mnt/usb',
  path: '/mnt/usb',
  free_bytes: 9e8,
  total_bytes: 4e9,
  jobs: [{ id: 7, name: 'Photos' }],
};
const line = (id: string, more: Partial<AttentionView> = {}): AttentionView => ({
  id,
  level: 'warning',
  topic: 'job',
  message: 'What the box says. And what to do.',
  job_id: 7,
  since: '2026-01-02T12:00:00Z',
  ...more,
});
const said = (what: AttentionView, jobName: string | undefined = 'Photos') =>
  wordsOfLine(what, {
    jobName,
    run: { status: 'failed', reason: 'no_space', error_message: 'No room.', warning_count: 2 } as RunView,
    destinations: [usb as unknown as DestinationView],
  });

describe('what needs somebody, in the language of the page', () => {
  const rows: [what: AttentionView, title: string, text: RegExp][] = [
    [line('job:7:never-run'), 'Photos has not run yet', /Run it once/],
    [line('job:7:failed'), 'Photos failed', /^No room\.$/],
    [line('job:7:warnings'), 'Photos completed with 2 warnings', /report/],
    [line('job:7:overdue'), 'Photos is overdue', /since Jan 2, 2026/],
    [line('job:7:switched-off'), 'Photos is switched off', /schedule/],
    [line('job:7:absent', { topic: 'drive' }), 'The drive for Photos is not plugged in', /Plug it in/],
    [
      line('job:7:absent', { topic: 'destination' }),
      'The destination of Photos is not there',
      /^\/mnt\/usb is missing/,
    ],
    [line('destination:local:/mnt/usb:nearly-full'), '/mnt/usb is nearly full', /^900 MB of 4 GB are free/],
    [
      line('credential:3:signed-out', { topic: 'account', name: 'My Drive' }),
      'The sign-in of My Drive does not work any more',
      /Sign in again/,
    ],
    [line('clock', { topic: 'clock' }), 'The clock of this box may be wrong', /network/],
    [line('something:new'), 'What the box says', /^And what to do\.$/],
  ];
  for (const [what, title, text] of rows)
    test(what.id + what.topic, () => {
      expect(said(what).title).toBe(title);
      expect(said(what).text).toMatch(text);
    });

  test.each(attentionKinds)('%s has words of its own in every language: the box speaks English only', async (kind) => {
    const about = { 'nearly-full': 'destination:local:/mnt/usb:', 'signed-out': 'credential:3:', clock: '' };
    const id = `${(about as Record<string, string>)[kind] ?? 'job:7:'}${kind}`;
    const words = () => said(line(id, kind === 'signed-out' ? { name: 'My Drive' } : {}));
    const english = words();
    await setLanguage('de');
    const german = words();
    await setLanguage('en');
    for (const { title, text } of [english, german]) {
      expect(title).not.toBe('What the box says');
      expect(text).not.toBeNull();
    }
    expect(german.title).not.toBe(english.title);
  });

  test('a job that is not known to the page is told in the words of the box', () => {
    const words = wordsOfLine(line('job:7:failed'), { jobName: undefined, run: undefined, destinations: [] });
    expect(words).toEqual({ title: 'What the box says', text: 'And what to do.' });
  });
});
