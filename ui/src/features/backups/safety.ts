import type { ScheduleView } from '../../../../src/features/backups/schedules/schema.ts';
import type { AttentionView } from '../../api/attention.ts';
import type { JobView, RunView } from '../../api/jobs.ts';
import type { Mood } from '../../components/status-pill.tsx';
import { backupsText } from '../../i18n/backups.ts';
import { ago } from '../../lib/format.ts';
import { whyFailed } from './why-failed.ts';
import { outcomeOf } from './words.ts';

/** How a backup stands, as one of a few cases. */
export type Standing =
  | 'safe'
  | 'warned'
  | 'partial'
  | 'failed'
  | 'stopped'
  | 'dry'
  | 'never'
  | 'running'
  | 'off'
  | 'overdue';

export interface Safety {
  standing: Standing;
  mood: Mood;
  /** One or two words: "Safe". */
  word: string;
  /** "Safe, 2 hours ago, 41,203 files" */
  sentence: string;
  /** The moment the sentence speaks of, for the exact time beside it. */
  at: string | null;
  /** Why it did not work, in the words of the box. */
  problem: string | null;
  /** Where there is no fresh copy: from when the last complete one is. */
  before: string | null;
}

/** What is known besides the last run; the more, the better the sentence. */
export interface Known {
  /** What `GET /api/attention` says of this job. */
  lines?: readonly Pick<AttentionView, 'id' | 'level' | 'since'>[] | undefined;
  /** The newest run that copied everything; null: there is none. */
  lastGood?: RunView | null | undefined;
}

const moods: Record<Standing, Mood> = {
  safe: 'ok',
  warned: 'warn',
  partial: 'bad',
  failed: 'bad',
  stopped: 'idle',
  dry: 'idle',
  never: 'warn',
  running: 'run',
  off: 'warn',
  overdue: 'warn',
};

/**
 * How a job stands, in one sentence and one colour. Never "safe" unless the newest real run copied everything.
 * `schedules` where they are known: a job that is off although it has one that is on is not called safe. Pure.
 */
export function safetyOf(
  job: JobView,
  lastRun: RunView | undefined,
  schedules: readonly Pick<ScheduleView, 'enabled'>[] | undefined,
  now: number,
  known: Known = {},
): Safety {
  const say = backupsText();
  const { lastGood } = known;
  // A dry run changed nothing: what counts is the run before it.
  const run = lastRun?.dry_run && !active(lastRun) && lastGood ? lastGood : lastRun;
  const off = !job.enabled && schedules?.some((one) => one.enabled);
  const standing = standingOf(job, run, known, off === true);
  const at = run ? (run.completed_at ?? run.started_at) : null;
  const when = at === null ? '' : ago(at, now);
  const good = lastGood?.completed_at ?? null;
  const goodAgo = good === null ? null : ago(good, now);
  const finish = (sentence: string, moment: string | null = at): Safety => ({
    standing,
    mood: moods[standing],
    word: say.word[standing],
    sentence,
    at: moment,
    problem: run ? whyFailed(run) : null,
    before: needsBefore.has(standing) && lastGood !== undefined ? (goodAgo ? say.lastGood(goodAgo) : say.noGood) : null,
  });
  switch (standing) {
    case 'running':
      return finish(run?.status === 'pending' ? say.safety.waiting : say.safety.running, null);
    case 'never':
      return finish(say.safety.never, null);
    case 'safe':
      return finish(say.safety.safe(when, run?.files_total ?? null));
    case 'warned':
      return finish(say.safety.warned(when, run?.warning_count ?? 0));
    case 'partial':
      return finish(say.safety.partial(when, run?.error_count ?? 0));
    case 'off':
      return finish(say.safety.off(when));
    case 'overdue':
      return finish(
        run?.status === 'completed'
          ? say.safety.overdue(when)
          : goodAgo
            ? say.safety.overdue(goodAgo)
            : say.safety.overdueFirst,
        run?.status === 'completed' ? at : good,
      );
    default:
      return finish(say.safety[standing](when));
  }
}

const needsBefore: ReadonlySet<Standing> = new Set<Standing>(['partial', 'failed', 'stopped', 'dry']);
const active = (run: RunView) => run.status === 'pending' || run.status === 'running';

function standingOf(job: JobView, run: RunView | undefined, { lines = [] }: Known, off: boolean): Standing {
  const has = (what: string) => lines.some((line) => line.id === `job:${job.id}:${what}`);
  if (!run) return 'never';
  if (active(run)) return 'running';
  const outcome = outcomeOf(run);
  if (outcome === 'failed' || outcome === 'partial') return outcome;
  if (has('overdue')) return 'overdue';
  if (outcome === 'cancelled') return 'stopped';
  if (outcome === 'dry') return 'dry';
  if (off || has('switched-off')) return 'off';
  return outcome === 'warned' ? 'warned' : 'safe';
}
