import { printableLine } from '../core/log.ts';
import type { DeletionView, RunErrorView, RunView } from '../features/backups/schema.ts';
import { exit } from './command.ts';
import { bytesText, countText, durationText, filesText } from './words.ts';

export interface SummaryInput {
  run: RunView;
  /** The first of the run's per-file errors and warnings. */
  errors: readonly RunErrorView[];
  /** The first paths the deletion guard asks about; one more than are shown when there are more. */
  deletions?: readonly DeletionView[];
  destination: string;
  /** The call once more, as it is typed in a shell; what a guard stopped is confirmed with it. */
  command: string;
}

export const errorsShown = 10;
export const deletionsShown = 10;

export function exitCodeOf({ status, reason }: RunView): number {
  if (status === 'completed') return exit.ok;
  if (status === 'cancelled') return exit.cancelled;
  return reason === 'partial' ? exit.partial : exit.failed;
}

/** What happened, in plain words, one line each. */
export function summaryLines(input: SummaryInput): string[] {
  const { run } = input;
  if (run.status === 'completed') return run.dry_run ? dryRun(input) : completed(input);
  if (run.status === 'cancelled')
    return ['Cancelled. What was copied until then is whole; the next run goes on from there.'];
  return run.reason === 'partial' ? partial(input) : failed(input);
}

const tookMs = ({ started_at: start, completed_at: end }: RunView): number =>
  start && end ? Date.parse(end) - Date.parse(start) : 0;

const amount = (run: RunView): string => `${filesText(run.files_transferred)} (${bytesText(run.bytes_transferred)})`;

function completed(input: SummaryInput): string[] {
  const { run, destination } = input;
  const deleted = `${filesText(run.files_deleted)} that the source does not have any more ${run.files_deleted === 1 ? 'was' : 'were'} removed from the backup.`;
  if (run.files_transferred === 0 && run.files_deleted === 0) return [nothingToDo(run), ...troubles(input)];
  return [
    run.files_transferred === 0
      ? 'There was nothing to copy.'
      : `Backed up ${amount(run)} in ${durationText(tookMs(run))} to ${destination}. Everything was written and checked.`,
    ...(run.files_deleted > 0 ? [deleted] : []),
    ...troubles(input),
  ];
}

function nothingToDo({ files_total: total }: RunView): string {
  if (total === null || total === 0) return 'Nothing to do: everything is up to date.';
  return total === 1
    ? 'Nothing to do: 1 file is up to date.'
    : `Nothing to do: ${countText(total)} files are up to date.`;
}

function dryRun(input: SummaryInput): string[] {
  const { run } = input;
  if (run.files_transferred === 0 && run.files_deleted === 0)
    return [`${nothingToDo(run)} This was a dry run.`, ...troubles(input)];
  const remove = run.files_deleted > 0 ? `, and remove ${filesText(run.files_deleted)} from the backup` : '';
  return [
    `This was a dry run. A real one would copy ${amount(run)}${remove}. Nothing was changed.`,
    ...troubles(input),
  ];
}

function partial(input: SummaryInput): string[] {
  const { run } = input;
  const failures = run.error_count;
  return [
    `${filesText(failures)} could not be backed up. The rest is: ${amount(run)} copied in ${durationText(tookMs(run))}.`,
    ...troubles(input),
    'See to what the lines above name (rights, a file in use, a bad disk) and run the same command again, or leave files out with --exclude.',
  ];
}

function failed({ run, command, deletions = [] }: SummaryInput): string[] {
  const why = run.error_message ?? `reason: ${run.reason ?? 'unknown'}`;
  const lines = [`The backup failed. ${why}`];
  if (deletions.length > 0) lines.push('It would delete from the backup:');
  for (const { landing, path } of deletions.slice(0, deletionsShown))
    lines.push(`  ${printableLine(`${landing}/${path}`)}`);
  if (deletions.length > deletionsShown) lines.push(`  and more: GET /api/runs/${run.id}/deletions lists them.`);
  if (run.confirm !== null)
    lines.push('If this is what you want, confirm it once with:', `  ${command} --confirm=${run.confirm}`);
  return lines;
}

/** The first files that went wrong or changed meanwhile, and how many more there are. */
function troubles({ run, errors }: SummaryInput): string[] {
  const all = run.error_count + run.warning_count;
  if (all === 0) return [];
  const shown = errors.slice(0, errorsShown).map((one) => {
    const path = one.path === '' ? one.landing : `${one.landing}/${one.path}`;
    return `  ${one.level}: ${printableLine(path)}: ${printableLine(one.message)}`;
  });
  const more = all - shown.length;
  return [
    ...(run.error_count === 0 ? [`With ${countText(all)} ${all === 1 ? 'warning' : 'warnings'}:`] : []),
    ...shown,
    ...(more > 0 ? [`  and ${countText(more)} more: GET /api/runs/${run.id}/errors lists them.`] : []),
  ];
}
