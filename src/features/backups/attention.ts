import type { AttentionKind, AttentionLine } from '../../core/attention.ts';
import { toIso } from '../../core/clock.ts';
import type { FinishedRun } from './attention.store.ts';
import type { DestinationView } from './destinations.schema.ts';
import type { JobRow, ScheduleRow } from './jobs.store.ts';
import type { LocalDestination } from './model.ts';
import { confirmDays } from './runs.service.ts';

const dayMs = 86_400_000;

/** What is known of one job, dry runs aside. */
export interface JobStanding {
  job: JobRow;
  schedules: readonly ScheduleRow[];
  /** It has a run, finished or not. */
  begun: boolean;
  lastFinished: FinishedRun | null;
  lastCompletedAt: number | null;
  /** null: nowhere on this machine. */
  destination: DestinationView | null;
}

/** What a person should know of one job. Pure. */
export function jobLines(standing: JobStanding, rhythmMs: (schedule: ScheduleRow) => number, now: number) {
  const { job, lastFinished: last } = standing;
  const lines: AttentionLine[] = [];
  const about = (what: AttentionKind) => ({
    id: `job:${job.id}:${what}` as const,
    topic: 'job' as const,
    jobId: job.id,
  });
  if (!standing.begun)
    lines.push({
      ...about('never-run'),
      level: 'warning',
      message: `"${job.name}" has never run.`,
      since: job.createdAt,
    });
  if (last?.status === 'failed') {
    const usable = last.confirm !== null && last.confirmUsedAt === null && now - last.createdAt < confirmDays * dayMs;
    lines.push({
      ...about('failed'),
      level: 'error',
      message: `"${job.name}" failed: ${last.errorMessage}`,
      runId: last.id,
      ...(usable && last.confirm !== null ? { confirm: last.confirm } : {}),
      since: last.completedAt ?? last.createdAt,
    });
  }
  if (last?.status === 'completed' && last.warningCount > 0)
    lines.push({
      ...about('warnings'),
      level: 'warning',
      message: `"${job.name}" completed with ${last.warningCount === 1 ? 'a warning' : `${last.warningCount} warnings`}.`,
      runId: last.id,
      since: last.completedAt,
    });
  const scheduled = standing.schedules.filter((schedule) => schedule.enabled);
  if (scheduled.length === 0) return lines;
  if (!job.enabled) {
    const message = `"${job.name}" has a schedule, but the job is switched off: it does not run by itself.`;
    return [...lines, { ...about('switched-off'), level: 'warning' as const, message, since: job.updatedAt }];
  }
  return [...lines, ...overdue(standing, scheduled, rhythmMs, now), ...absent(standing)];
}

/** Days a scheduled job may take to complete for the first time. */
const firstDays = 7;

function overdue(
  { job, lastCompletedAt }: JobStanding,
  scheduled: readonly ScheduleRow[],
  rhythmMs: (schedule: ScheduleRow) => number,
  now: number,
): AttentionLine[] {
  const rhythm = Math.min(...scheduled.map(rhythmMs));
  const activeSince = Math.min(...scheduled.map((schedule) => schedule.activeSince));
  const base = {
    id: `job:${job.id}:overdue` as const,
    level: 'warning' as const,
    topic: 'job' as const,
    jobId: job.id,
  };
  if (lastCompletedAt === null) {
    const late = now - activeSince > Math.max(firstDays * dayMs, 2 * rhythm);
    const message = `"${job.name}" has a schedule since ${day(activeSince)}, and has not completed once.`;
    return late ? [{ ...base, message, since: activeSince }] : [];
  }
  // A schedule switched on only now has had no time yet.
  const late = now - Math.max(lastCompletedAt, activeSince) > 2 * rhythm;
  const message = `"${job.name}" has not completed since ${day(lastCompletedAt)}, although it is to run every ${every(rhythm)}.`;
  return late ? [{ ...base, message, since: lastCompletedAt }] : [];
}

const day = (ms: number): string => toIso(ms).slice(0, 10);

function every(rhythm: number): string {
  const [hours, days] = [Math.round(rhythm / 3_600_000), Math.round(rhythm / dayMs)];
  if (days >= 1) return days === 1 ? 'day' : `${days} days`;
  return hours <= 1 ? 'hour' : `${hours} hours`;
}

/** The next scheduled run would find nothing to write to. */
function absent({ job, destination }: JobStanding): AttentionLine[] {
  if (destination?.present !== false) return [];
  const { usb_uuid: uuid } = job.destinationConfig as LocalDestination;
  const since = destination.last_seen === null ? null : Date.parse(destination.last_seen);
  const base = { id: `job:${job.id}:absent` as const, level: 'warning' as const, jobId: job.id, since };
  return uuid
    ? [
        {
          ...base,
          topic: 'drive',
          message: `Drive ${uuid} is not plugged in, or not mounted: "${job.name}" cannot run. Plug it in.`,
        },
      ]
    : [
        {
          ...base,
          topic: 'destination',
          message: `The destination ${destination.path} of "${job.name}" is not there, or not the one it was. Mount it, or change the job.`,
        },
      ];
}

const fewBytes = 1_000_000_000;
const fewPercent = 5;

/** What a person should know of one destination. Pure. */
export function destinationLines({ address, path, free_bytes: free, total_bytes: total }: DestinationView) {
  const lines: AttentionLine[] = [];
  if (free !== null && total !== null && (free < fewBytes || free * 100 < total * fewPercent))
    lines.push({
      id: `destination:${address}:nearly-full`,
      level: 'warning',
      topic: 'destination',
      message: `${path} is nearly full: ${size(free)} of ${size(total)} are free. Make room, or use a larger drive.`,
      since: null,
    });
  return lines;
}

function size(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const step = Math.max(0, Math.min(Math.floor(Math.log10(Math.max(1, bytes)) / 3), units.length - 1));
  const value = bytes / 1000 ** step;
  return `${step > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[step]}`;
}
