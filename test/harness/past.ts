import type { ListeningBox } from './listening.ts';
import { dice } from './random.ts';

export interface Past {
  jobId: number;
  jobName: string;
  /** How many runs, one every so many hours, the last one `hoursAgo`. */
  runs: number;
  everyHours: number;
  hoursAgo: number;
  /** What a run copies, about. */
  files: number;
  bytes: number;
  seconds: number;
  /** Of a hundred runs. */
  failed?: number;
  warned?: number;
}

const hourMs = 3_600_000;

const troubles = [
  { reason: 'drive_removed', errorMessage: 'The drive was removed while files were copied to it.' },
  { reason: 'no_space', errorMessage: 'There is no room: 4.2 GB are to be written, 1.1 GB are free.' },
  { reason: 'interrupted', errorMessage: 'The run was interrupted: the box was switched off.' },
] as const;

/**
 * Gives jobs a past, in the order things happened, as runs that copied about what they usually copy. The clock of the
 * box is moved for it and stands where it stood afterwards. The same numbers every time.
 */
export function givePast(box: ListeningBox, pasts: readonly Past[], seed = 7): void {
  const { next } = dice(seed);
  const now = box.clock.now();
  const about = (value: number) => Math.round((value * (50 + next(100))) / 100);
  const at = (ms: number) => box.clock.advance(ms - box.clock.now());
  const all = pasts.flatMap((past) =>
    Array.from({ length: past.runs }, (_, back) => ({
      past,
      startedAt: now - (past.hoursAgo + back * past.everyHours) * hourMs,
      newest: back === 0,
    })),
  );
  for (const { past, startedAt, newest } of all.toSorted((a, b) => a.startedAt - b.startedAt)) {
    at(startedAt);
    const run = box.begin(past.jobId, {
      jobName: past.jobName,
      trigger: past.everyHours >= 24 ? 'scheduled' : 'manual',
    });
    const [files, bytes] = next(5) === 0 ? [0, 0] : [about(past.files), about(past.bytes)];
    run.say(`Backing up to the destination of ${past.jobName}`, 'Comparing files');
    const luck = newest ? 100 : next(100);
    at(startedAt + about(past.seconds) * 1000);
    const failed = luck < (past.failed ?? 0);
    const warned = !failed && luck < (past.failed ?? 0) + (past.warned ?? 0);
    const totals = { filesTotal: past.files * 30, bytesTotal: past.bytes * 30 };
    if (failed) run.end('failed', { files: Math.floor(files / 3), bytes: Math.floor(bytes / 3), ...troubles[next(3)] });
    else run.end('completed', { files, bytes, ...totals, warningCount: warned ? 1 + next(4) : 0 });
  }
  at(now);
}
