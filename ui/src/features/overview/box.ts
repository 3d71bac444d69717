import type { AttentionView } from '../../api/attention.ts';
import type { RunView } from '../../api/jobs.ts';
import type { Mood } from '../../components/status-pill.tsx';
import { overviewText } from '../../i18n/overview.ts';
import type { Safety } from '../backups/safety.ts';

export interface JobState {
  id: number;
  name: string;
  safety: Safety;
  /** The newest complete copy; null: there is none; undefined: nobody looked. */
  lastGood: RunView | null | undefined;
}

export interface BoxState {
  mood: Mood;
  /** The whole box in one sentence. */
  title: string;
}

type Lines = readonly Pick<AttentionView, 'id' | 'level' | 'job_id'>[];
type Kind = 'safe' | 'bad' | 'look' | 'first' | 'stale' | 'running';

/** What a job adds to the sentence for the box. While it runs, the copy it had before counts. */
function kindOf({ id, safety, lastGood }: JobState, lines: Lines): Kind {
  if (safety.mood === 'bad') return 'bad';
  if (safety.mood === 'warn') return 'look';
  if (safety.mood === 'ok') return 'safe';
  if (safety.mood === 'idle') return 'stale';
  if (lines.some((line) => line.job_id === id && line.level === 'error')) return 'bad';
  if (lastGood === undefined) return 'running';
  return lastGood === null ? 'first' : 'safe';
}

/**
 * Is everything safe? `lines` is what needs somebody; null when the box could not say: then nothing is called safe.
 * Pure.
 */
export function boxOf(jobs: readonly JobState[], lines: Lines | null): BoxState {
  const say = overviewText().headline;
  const of = (kind: Kind) => jobs.filter((job) => kindOf(job, lines ?? []) === kind);
  const total = jobs.length;
  const sentence = (
    some: readonly JobState[],
    one: (name: string) => string,
    many: (n: number, total: number) => string,
  ) => (some.length === 1 && some[0] ? one(some[0].name) : many(some.length, total));

  const bad = of('bad');
  if (bad.length > 0) return { mood: 'bad', title: sentence(bad, say.bad, say.badMany) };
  const look = of('look');
  if (look.length > 0) {
    const never = look.every((job) => job.safety.standing === 'never');
    return {
      mood: 'warn',
      title: never ? sentence(look, say.never, say.neverMany) : sentence(look, say.look, say.lookMany),
    };
  }
  const first = of('first');
  if (first.length > 0) return { mood: 'run', title: sentence(first, say.first, say.firstMany) };
  const stale = of('stale');
  if (stale.length > 0) return { mood: 'idle', title: sentence(stale, say.stale, say.staleMany) };
  const running = of('running');
  if (running.length > 0) return { mood: 'run', title: sentence(running, say.running, say.runningMany) };
  if (lines === null) return { mood: 'idle', title: say.unsure };
  if (lines.length === 0) return { mood: 'ok', title: say.safe };
  return { mood: lines.some((line) => line.level === 'error') ? 'bad' : 'warn', title: say.safeBut(lines.length) };
}

/** When the newest complete copy of any job was finished. Pure. */
export function latestCopy(jobs: readonly JobState[]): string | null {
  const times = jobs.flatMap(({ safety, lastGood }) => {
    const fresh = safety.standing === 'safe' || safety.standing === 'warned' ? safety.at : lastGood?.completed_at;
    return fresh ? [fresh] : [];
  });
  return times.reduce<string | null>(
    (best, time) => (best === null || Date.parse(best) < Date.parse(time) ? time : best),
    null,
  );
}
