import { createMemo, Index } from 'solid-js';
import type { RunView, StatisticsView } from '../../api/jobs.ts';
import { backupsText as t } from '../../i18n/backups.ts';
import { createSeen } from '../../lib/seen.ts';
import { createRecentRuns, recentCount } from './recent-runs.ts';
import './run-strip.css';
import { marksOf, summaryOf } from './strip-words.ts';

/**
 * The last 30 runs of a job, the newest at the right. `label` is the name of the list for who cannot see it ("Last runs
 * of Photos"). Asks when it comes near the screen.
 */
export function RunStrip(props: { jobId: number; label: string }) {
  const [seen, watch] = createSeen();
  const runs = createRecentRuns(() => props.jobId, seen);
  return (
    <div ref={watch}>
      <RunMarks runs={runs()} past={runs.past()} label={props.label} />
    </div>
  );
}

/** Only the marks, for who has the runs already; without runs the place they will take. */
export function RunMarks(props: {
  runs: readonly RunView[] | null;
  /** What is left of older runs. */
  past?: readonly StatisticsView[];
  label: string;
}) {
  const marks = createMemo(() => marksOf(props.runs ?? [], props.past ?? []));
  const first = () => recentCount - marks().length + 1;
  return (
    <ol class="strip" aria-label={`${props.label}: ${props.runs === null ? t().strip.loading : summaryOf(marks())}`}>
      <Index each={marks()}>
        {(one, index) => (
          <li
            data-mark={one().mark}
            style={{ 'grid-column-start': index === 0 ? first() : 'auto' }}
            title={one().words}
          >
            <span class="hidden">{one().words}</span>
          </li>
        )}
      </Index>
    </ol>
  );
}
