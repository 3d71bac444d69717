import { toIsoOrNull } from '../../core/clock.ts';
import type { Seen } from '../../work/kernel.ts';
import type { Progress } from '../../work/progress.ts';
import type { RunPhase, RunRow } from './runs.store.ts';
import type { RunView } from './schema.ts';

export const isActive = ({ status }: Pick<RunRow, 'status'>): boolean => status === 'pending' || status === 'running';

/** A run as it leaves the API; `seen` is what the process that works on it knows better than the row. */
export function viewRun(row: RunRow, seen: Seen<RunPhase> | null): RunView {
  const now = isActive(row) ? seen : null;
  return {
    id: row.id,
    job_id: row.jobId,
    job_name: row.jobName,
    status: row.status,
    trigger: row.trigger,
    schedule_id: row.scheduleId,
    started_at: toIsoOrNull(row.startedAt),
    completed_at: toIsoOrNull(row.completedAt),
    files_transferred: now?.progress.files ?? row.filesTransferred,
    bytes_transferred: now?.progress.bytes ?? row.bytesTransferred,
    files_deleted: row.filesDeleted,
    error_message: row.errorMessage,
    uuid: row.uuid,
    reason: row.reason,
    phase: now?.phase ?? row.phase,
    progress: now?.progress ?? (row.progress as Progress | null),
    files_total: row.filesTotal,
    bytes_total: row.bytesTotal,
    warning_count: row.warningCount,
    error_count: row.errorCount,
    dry_run: row.dryRun,
    retry_of: row.retryOf,
    confirm: row.confirmUsedAt === null ? row.confirm : null,
  };
}
