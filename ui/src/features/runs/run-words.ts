import type { RunView } from '../../api/runs.ts';
import type { Mood } from '../../components/status-pill.tsx';
import type { Runs } from '../../i18n/en/runs.ts';
import { runsText } from '../../i18n/runs.ts';
import { duration } from '../../lib/format.ts';
import { outcomeOf } from '../backups/words.ts';

export type RunState = keyof Runs['run']['state'];

/** What a run is called now, at work or over. */
export function stateOf(run: Pick<RunView, 'status' | 'reason' | 'dry_run' | 'warning_count' | 'phase'>): RunState {
  if (run.status === 'pending' || run.phase === 'waiting') return 'waiting';
  return run.status === 'running' ? 'running' : outcomeOf(run);
}

export const moodOf: Record<RunState, Mood> = {
  waiting: 'run',
  running: 'run',
  completed: 'ok',
  warned: 'warn',
  partial: 'bad',
  failed: 'bad',
  cancelled: 'idle',
  dry: 'idle',
};

/** Whole seconds from start to end; null while it has none, or when the clock was set back meanwhile. */
export function secondsOf({ started_at, completed_at }: Pick<RunView, 'started_at' | 'completed_at'>): number | null {
  if (started_at === null || completed_at === null) return null;
  const seconds = (Date.parse(completed_at) - Date.parse(started_at)) / 1000;
  return seconds < 0 ? null : seconds;
}

/** `4 min 10 s`; what took no time that could be measured is not "0 s". */
export const timeTaken = (seconds: number): string => (seconds === 0 ? runsText().report.noTime : duration(seconds));

/** Bytes a second over the whole run; null where it copied nothing or took no time that could be measured. */
export function averageRate(run: RunView): number | null {
  const seconds = secondsOf(run);
  return seconds === null || seconds === 0 || run.bytes_transferred === 0 || run.dry_run
    ? null
    : run.bytes_transferred / seconds;
}

/** What a finished run comes to, in one or two sentences. */
export function sentenceOf(run: RunView): string {
  const { report, reasons } = runsText();
  const { files_transferred: files, bytes_transferred: size, files_deleted: deleted } = run;
  switch (outcomeOf(run)) {
    case 'cancelled':
      return report.cancelled(files);
    case 'partial':
      return report.partial(files, run.error_count);
    case 'failed':
      return run.reason === null ? report.unknown : reasons[run.reason].what;
    case 'dry':
      return deleted > 0 ? `${report.dry(files, size)} ${report.dryDeleted(deleted)}` : report.dry(files, size);
    case 'warned':
      return `${report.warned(files, size)} ${report.warnedMore(run.warning_count)}`;
    default:
      if (files > 0) return report.completed(files, size, timeTaken(secondsOf(run) ?? 0));
      return deleted > 0 ? report.onlyDeleted(deleted) : report.unchanged(run.files_total);
  }
}

/**
 * A text as one line that reads from left to right: what would break the line, hide or turn letters around is shown as
 * what it is. File names may hold anything.
 */
export const oneLine = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  text.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, (c) =>
    c === '\t' ? '    ' : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** A text cut where a searched text stands in it: every second piece is a find. */
export function cutAtFinds(text: string, wanted: string): string[] {
  const [low, looked] = [text.toLowerCase(), wanted.toLowerCase()];
  // Letters that change their length when made small would put the cuts in the wrong place.
  if (looked === '' || low.length !== text.length) return [text];
  const pieces: string[] = [];
  let done = 0;
  for (let at = low.indexOf(looked); at !== -1; at = low.indexOf(looked, done)) {
    pieces.push(text.slice(done, at), text.slice(at, at + looked.length));
    done = at + looked.length;
  }
  return [...pieces, text.slice(done)];
}
