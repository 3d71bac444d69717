import { createSignal, createUniqueId, Show } from 'solid-js';
import { asApiError } from '../../api/client.ts';
import { cancelJob, type JobView, type RunView, runJob } from '../../api/jobs.ts';
import { useSession } from '../../lib/session.ts';
import { text } from '../../lib/text.ts';
import { LastRun } from './last-run.tsx';
import { isActive } from './live-jobs.ts';
import { RunProgress } from './run-progress.tsx';
import { addressOf } from './words.ts';

/** One job: what goes where, how it went, and the button to run or stop it. */
export function JobCard(props: { job: JobView; run: RunView | undefined; now: number; onActed: () => void }) {
  const id = createUniqueId();
  const session = useSession();
  const [asked, setAsked] = createSignal(false);
  const [problem, setProblem] = createSignal<string | null>(null);
  const active = () => isActive(props.job.last_run?.status);

  const act = async (action: () => Promise<unknown>) => {
    if (asked()) return;
    setAsked(true);
    setProblem(null);
    try {
      await action();
    } catch (thrown) {
      const error = asApiError(thrown);
      if (error.status === 401) session.ended();
      else setProblem(error.message);
    } finally {
      setAsked(false);
      props.onActed();
    }
  };
  return (
    <article class="job" aria-labelledby={id}>
      <div class="job-head">
        <div>
          <h2 id={id}>{props.job.name}</h2>
          <p class="job-way">
            <span>{props.job.source_dirs[0]}</span>
            <Show when={props.job.source_dirs.length > 1}>
              {' '}
              {text.job.moreSources(props.job.source_dirs.length - 1)}
            </Show>{' '}
            <span class="job-arrow" role="img" aria-label={text.job.to}>
              →
            </span>{' '}
            <span>{addressOf(props.job)}</span>
          </p>
        </div>
        <Show
          when={active()}
          fallback={
            <button
              type="button"
              class="button"
              aria-label={text.job.runLong(props.job.name)}
              aria-disabled={asked() ? 'true' : undefined}
              onClick={() => void act(() => runJob(props.job.id))}
            >
              {asked() ? text.job.starting : text.job.run}
            </button>
          }
        >
          <button
            type="button"
            class="button"
            data-quiet=""
            aria-label={text.job.stopLong(props.job.name)}
            aria-disabled={asked() ? 'true' : undefined}
            onClick={() => void act(() => cancelJob(props.job.id))}
          >
            {asked() ? text.job.stopping : text.job.stop}
          </button>
        </Show>
      </div>
      <Show when={active()} fallback={<LastRun run={props.run} now={props.now} />}>
        <RunProgress name={props.job.name} run={props.run} />
      </Show>
      <div role="alert">
        <Show when={problem()}>
          <p class="notice" data-kind="bad">
            {problem()}
          </p>
        </Show>
      </div>
    </article>
  );
}
