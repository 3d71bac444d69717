import type { JobView, RunView } from '../../api/jobs.ts';
import { t } from '../../i18n/base.ts';
import type { Base } from '../../i18n/en/base.ts';
import { remoteAddress } from './remote-address.ts';

/** Where a job writes, as a person would say it. */
export function addressOf(job: Pick<JobView, 'destination_type' | 'destination_config'>): string {
  const part = (name: string) => {
    const value = job.destination_config[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  if (job.destination_type !== 'local') return remoteAddress({ type: job.destination_type, part });
  return [part('mount_point'), part('backup_subdir')].filter((one) => one !== '').join('/');
}

export type Outcome = keyof Base['job']['done'];

/** How a finished run is called. A run that copied most but not all is "incomplete", never a success. */
export function outcomeOf(run: Pick<RunView, 'status' | 'reason' | 'dry_run' | 'warning_count'>): Outcome {
  if (run.status === 'cancelled') return 'cancelled';
  if (run.status !== 'completed') return run.reason === 'partial' ? 'partial' : 'failed';
  if (run.dry_run) return 'dry';
  return run.warning_count > 0 ? 'warned' : 'completed';
}

/** What a run at work is doing; a dry run only looks, whatever the box calls it. */
export function phaseOf({ status, phase, dry_run }: Pick<RunView, 'status' | 'phase' | 'dry_run'>): string {
  const say = t().job;
  if (status === 'pending' || phase === 'waiting') return say.phase.waiting;
  if (dry_run) return say.rehearsing;
  return (say.phase as Record<string, string>)[phase ?? ''] ?? say.running;
}

/** What a finished run did, or would have done: `150 files, 52 MB`, and what to look at. */
export function factsOf(run: RunView): string[] {
  const { copied, unchanged, deleted, wouldCopy, wouldNothing, wouldDelete } = t().job;
  const say = run.dry_run
    ? { copied: wouldCopy, unchanged: wouldNothing, deleted: wouldDelete }
    : { copied, unchanged, deleted };
  const said: string[] = [];
  if (run.files_transferred > 0) said.push(say.copied(run.files_transferred, run.bytes_transferred));
  else if (run.status === 'completed' && run.files_deleted === 0) said.push(say.unchanged);
  if (run.files_deleted > 0) said.push(say.deleted(run.files_deleted));
  if (run.error_count > 0) said.push(t().job.errors(run.error_count));
  if (run.warning_count > 0) said.push(t().job.warnings(run.warning_count));
  return said;
}
