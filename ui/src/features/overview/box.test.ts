import { describe, expect, test } from 'bun:test';
import type { RunView } from '../../api/jobs.ts';
import type { Safety } from '../backups/safety.ts';
import { boxOf, type JobState, latestCopy } from './box.ts';

const moods = { safe: 'ok', failed: 'bad', never: 'warn', overdue: 'warn', stopped: 'idle', running: 'run' } as const;
const copy = { completed_at: '2026-01-02T12:00:00Z' } as RunView;
let ids = 0;
const job = (name: string, standing: keyof typeof moods, lastGood?: RunView | null): JobState => ({
  id: (ids += 1),
  name,
  safety: { standing, mood: moods[standing], at: '2026-01-05T10:00:00Z' } as Safety,
  lastGood,
});
const error = (about: JobState) => ({ id: `job:${about.id}:failed`, level: 'error' as const, job_id: about.id });
const full = { id: 'destination:x:nearly-full', level: 'warning' as const };
const photos = job('Photos', 'safe');
const letters = job('Letters', 'failed');
const again = job('Music', 'running', copy);

describe('the whole box in one sentence', () => {
  const rows: [name: string, jobs: JobState[], lines: Parameters<typeof boxOf>[1], mood: string, title: string][] = [
    ['all is well', [photos, again], [], 'ok', 'Everything is safe'],
    ['one failed', [photos, letters], [], 'bad', 'Letters is not safe'],
    ['two failed', [photos, letters, job('Mails', 'failed')], [], 'bad', '2 of 3 backups are not safe'],
    ['one that failed before runs again', [photos, again], [error(again)], 'bad', 'Music is not safe'],
    ['one is overdue', [photos, job('Mails', 'overdue')], [], 'warn', 'Mails needs a look'],
    ['one has never run', [photos, job('Mails', 'never')], [], 'warn', 'Mails has not run yet'],
    [
      'the first copy is not there yet',
      [job('Films', 'running', null)],
      [],
      'run',
      'The first copy of Films is on its way',
    ],
    ['nobody looked what a running one had', [photos, job('Films', 'running')], [], 'run', 'Films is running'],
    ['one was stopped', [photos, job('Mails', 'stopped', copy)], [], 'idle', 'Mails has no fresh copy'],
    ['a drive is full', [photos], [full], 'warn', 'Your backups are safe, and one thing needs a look'],
    ['nobody could say', [photos], null, 'idle', 'All backups went well the last time'],
  ];
  for (const [name, jobs, lines, mood, title] of rows)
    test(`when ${name}`, () => expect(boxOf(jobs, lines)).toEqual({ mood, title } as ReturnType<typeof boxOf>));
});

test('the latest copy is the newest one that is complete', () => {
  expect(latestCopy([photos, again])).toBe('2026-01-05T10:00:00Z');
  expect(latestCopy([letters, again])).toBe('2026-01-02T12:00:00Z');
  expect(latestCopy([letters])).toBeNull();
});
