import { AppError, isDiskFull as isAnyDiskFull } from '../../core/errors.ts';
import { ToolMissingError } from '../../system/process/tools.ts';
import type { Outcome } from './execute.ts';
import { isDiskFull } from './movers/rsync.ts';
import { overrulable } from './reasons.ts';
import type { Recorder } from './recorder.ts';
import type { RunRow } from './runs.store.ts';
import { boxFull, RunStop } from './stop.ts';

/** Why a run is ended from outside: somebody cancelled it, or the program stops. */
export const cancelled = new AppError('conflict', 'Cancelled');
export const shutdown = new AppError('unavailable', 'Dynamight stops');

interface Ended {
  /** null: it never came to an end of its own. */
  outcome: Outcome | null;
  /** What it threw, else null. */
  stopped: unknown;
  signal: AbortSignal;
  recorder: Pick<Recorder, 'counts' | 'firstError'>;
  /** Findings that were confirmed for this run. */
  overruled: ReadonlySet<string>;
  /** For a new confirm token. */
  token(): string;
}

export type FinalState = Partial<RunRow> & { status: 'completed' | 'failed' | 'cancelled' };

/** What a run that ended this way is called, in words for people. Pure but for the token. */
export function finalState({ outcome, stopped, signal, recorder, overruled, token }: Ended): FinalState {
  const counts = {
    ...(outcome && {
      filesTransferred: outcome.filesTransferred,
      bytesTransferred: outcome.bytesTransferred,
      filesDeleted: outcome.filesDeleted,
      filesTotal: outcome.filesTotal,
      bytesTotal: outcome.bytesTotal,
    }),
    warningCount: recorder.counts.warnings,
    errorCount: recorder.counts.errors,
  };
  const failed = (reason: NonNullable<RunRow['reason']>, message: string): FinalState => ({
    ...counts,
    status: 'failed',
    reason,
    errorMessage: message,
  });
  const stop = stopped instanceof RunStop ? stopped : signal.reason;
  if (stop instanceof RunStop) {
    const confirm =
      overrulable.has(stop.reason) && stop.finding ? { confirm: token(), findings: [...overruled, stop.finding] } : {};
    return { ...failed(stop.reason, stop.message), ...confirm };
  }
  if (signal.reason === shutdown) return failed('interrupted', 'The run was interrupted: Dynamight was shut down.');
  if (signal.aborted) return { ...counts, status: 'cancelled', errorMessage: 'Cancelled' };
  if (stopped instanceof ToolMissingError) return failed('tool_missing', stopped.message);
  if (isDiskFull(stopped)) return failed('no_space', 'The destination is full. Free some space there and run again.');
  if (isAnyDiskFull(stopped)) return failed('no_space', boxFull); // of the databases
  if (stopped) return failed('internal', `The run failed unexpectedly: ${(stopped as Error).message}`);
  if (outcome?.failure) return failed(outcome.failure.reason, outcome.failure.message);
  if (counts.errorCount > 0) {
    const first = recorder.firstError();
    const files = counts.errorCount === 1 ? '1 file or folder' : `${counts.errorCount} files or folders`;
    return failed('partial', `${files} could not be copied, first ${first?.name}: ${first?.message}`);
  }
  return { ...counts, status: 'completed' };
}
