import { createSignal, For, Match, Show, Switch } from 'solid-js';
import type { RunView } from '../../api/jobs.ts';
import { Command } from '../../components/command.tsx';
import { text } from '../../lib/text.ts';
import { createNow } from '../../lib/time.ts';
import { JobCard } from './job-card.tsx';
import { createLiveJobs, isActive } from './live-jobs.ts';

/** The jobs of this box, each with what became of it last. */
export function Home() {
  document.title = text.title(text.home.title);
  const [spoken, speak] = createSignal('');
  const say = text.job.announce as Record<string, (name: string) => string>;
  // Only turning points are read out; progress can be looked up.
  const onChange = (job: { name: string }, run: RunView, before: RunView | undefined) => {
    if (before === undefined || (before.id === run.id && before.status === run.status)) return;
    const words = isActive(run.status) ? (isActive(before.status) ? undefined : say['started']) : say[run.status];
    if (words) speak(words(job.name));
  };
  const live = createLiveJobs(onChange);
  const now = createNow();
  return (
    <>
      <h1>{text.home.title}</h1>
      <p class="hidden" role="status">
        {spoken()}
      </p>
      <div role="status">
        <Show when={live.trouble()}>
          <p class="notice" data-kind="warn">
            {live.trouble()}
          </p>
        </Show>
      </div>
      <Switch
        fallback={
          <Show when={!live.trouble()}>
            <p class="soft">{text.home.loading}</p>
          </Show>
        }
      >
        <Match when={live.jobs()?.length === 0}>
          <Empty />
        </Match>
        <Match when={live.jobs()}>
          {(jobs) => (
            <ul class="jobs">
              <For each={jobs()}>
                {(job) => (
                  <li>
                    <JobCard job={job} run={live.runOf(job)} now={now()} onActed={live.refresh} />
                  </li>
                )}
              </For>
            </ul>
          )}
        </Match>
      </Switch>
    </>
  );
}

function Empty() {
  return (
    <section class="empty">
      <h2>{text.home.emptyTitle}</h2>
      <p>{text.home.emptyLead}</p>
      <Command>{text.home.emptyCommand}</Command>
      <p class="soft">{text.home.emptyExample}</p>
      <Command>{text.home.emptyExampleCommand}</Command>
      <p class="soft">{text.home.emptyThen}</p>
    </section>
  );
}
