import { printableLine } from '../core/log.ts';
import type { RunView } from '../features/backups/schema.ts';
import { bytesText, clockText, countText } from './words.ts';

const phaseWords: Record<string, string> = {
  waiting: 'waiting for the destination',
  mounting: 'mounting',
  scanning: 'scanning',
  transferring: 'copying',
  deleting: 'deleting',
  flushing: 'writing to the disk',
  verifying: 'checking',
  unmounting: 'unmounting',
};

/** `copying`; the spec's own word for a phase without another. */
export const phaseText = (run: Pick<RunView, 'status' | 'phase'>): string =>
  run.phase === null ? (run.status === 'pending' ? 'waiting' : 'starting') : (phaseWords[run.phase] ?? run.phase);

/** Numbers of a run on one line, without the bar: `copying, 1,234 of 2,800 files, 512.0 MB, 45.1 MB/s, 0:13 left`. */
export function progressText(run: Pick<RunView, 'status' | 'phase' | 'progress'>): string {
  return [phaseText(run), ...amounts(run.progress)].join(', ');
}

function amounts(progress: RunView['progress']): string[] {
  if (!progress) return [];
  const { files, bytes, files_total: filesTotal, bytes_total: bytesTotal } = progress;
  const rate = progress.rate_bytes_per_second;
  const about = bytesTotal === null ? 'about ' : ''; // by how long earlier runs took
  return [
    filesTotal === null ? `${countText(files)} files` : `${countText(files)} of ${countText(filesTotal)} files`,
    bytesTotal === null ? bytesText(bytes) : `${bytesText(bytes)} of ${bytesText(bytesTotal)}`,
    ...(rate === null ? [] : [`${bytesText(rate)}/s`]),
    ...(progress.eta_seconds === null ? [] : [`${about}${clockText(progress.eta_seconds)} left`]),
  ];
}

/** Share of the work that is done, 0 to 1; null while the total is unknown. */
function share(progress: RunView['progress']): number | null {
  if (!progress) return null;
  const { bytes, bytes_total: bytesTotal, files, files_total: filesTotal } = progress;
  if (bytesTotal) return Math.min(1, bytes / bytesTotal);
  return filesTotal ? Math.min(1, files / filesTotal) : null;
}

const barWidth = 24;
const narrowest = 60;

/** The redrawn line: `[#####.....]  45 %  copying, …`, cut to fit `columns` without wrapping. */
export function progressBar(run: Pick<RunView, 'status' | 'phase' | 'progress'>, columns: number): string {
  const done = share(run.progress);
  const text = progressText(run);
  if (done === null || columns < narrowest) return fit(text, columns - 1);
  const filled = Math.round(done * barWidth);
  const bar = `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]`;
  return fit(`${bar} ${String(Math.floor(done * 100)).padStart(3)} %  ${text}`, columns - 1);
}

/** Cuts by columns, not characters: wide letters take two. Control characters are made visible first. */
export function fit(text: string, columns: number): string {
  const line = printableLine(text);
  if (Bun.stringWidth(line) <= columns) return line;
  let cut = '';
  let width = 0;
  for (const letter of line) {
    width += Bun.stringWidth(letter);
    if (width > columns - 1) break;
    cut += letter;
  }
  return columns < 1 ? '' : `${cut}…`;
}
