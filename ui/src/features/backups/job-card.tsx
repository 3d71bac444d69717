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

  const act = async (event: MouseEvent) => {
    // "Run" turns into "stop" in place: the second click of a double click must not stop what the first began.
    if (asked() || event.detail > 1) return;
    setAsked(true);
    setProblem(null);
    try {
      await (active() ? cancelJob(props.job.id) : runJob(props.job.id));
    } catch (thrown) {
      const error = asApiError(thrown);
      if (error.status === 401) session.ended();
      else setProblem(error.message);
    } finally {
      setAsked(false);
      props.onActed();
    }
  };
  const label = () => {
    if (active()) return asked() ? text.job.stopping : text.job.stop;
    return asked() ? text.job.starting : text.job.run;
  };
  return (
    <article class="job" aria-labelledby={id}>
      <div class="job-name">
        <h2 id={id}>{props.job.name}</h2>
        <p class="job-way">
          <span>
            {props.job.source_dirs[0]}
            <Show when={props.job.source_dirs.length > 1}>
              {' '}
              {text.job.moreSources(props.job.source_dirs.length - 1)}
            </Show>
          </span>{' '}
          <span>
            <span class="job-arrow" role="img" aria-label={text.job.to}>
              →
            </span>{' '}
            {addressOf(props.job)}
          </span>
        </p>
      </div>
      <div class="job-result">
        <Show when={active()} fallback={<LastRun run={props.run} now={props.now} />}>
          <RunProgress name={props.job.name} run={props.run} />
        </Show>
      </div>
      <button
        type="button"
        class="button"
        data-quiet={active() ? '' : undefined}
        aria-label={text.job.actionOf(label(), props.job.name)}
        aria-disabled={asked() ? 'true' : undefined}
        onClick={(event) => void act(event)}
      >
        {label()}
      </button>
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
