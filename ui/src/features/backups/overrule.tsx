import './overrule.css';
import { createSignal, Show } from 'solid-js';
import { type RunView, runJob } from '../../api/jobs.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { overruleText as t } from '../../i18n/overrule.ts';
import { shortTime } from '../../lib/format.ts';
import { createNow } from '../../lib/time.ts';
import { isActive, useLive } from '../../live/live.ts';
import { createDeletions, DeletionList, type Deletions } from './deletion-list.tsx';
import { type Finding, findingOf, whatFollows } from './findings.ts';

/**
 * What a guard found, for a run that carries `confirm`: the list of deletions where that is it, and the one
 * confirmation that lets the next run go on. Shows nothing for other runs.
 */
export function Overrule(props: { run: RunView; jobName: string }) {
  const live = useLive();
  /** The confirmed run, and the one it stands for; a later run may well ask again. */
  const [confirmed, setConfirmed] = createSignal<{ asked: number; started: number } | null>(null);
  const question = () => (confirmed()?.asked === props.run.id ? null : findingOf(props.run));
  const started = () => {
    const id = confirmed()?.started;
    const known = live.runs()?.find((run) => run.id === id);
    return known && !isActive(known.status) ? undefined : id; // once it is over, its result says more
  };
  return (
    <>
      <Show when={question()}>
        {(finding) => (
          <Question
            run={props.run}
            jobName={props.jobName}
            finding={finding()}
            onStarted={(id) => setConfirmed({ asked: props.run.id, started: id })}
          />
        )}
      </Show>
      <div role="status">
        <Show when={started()}>
          {(id) => (
            <Notice mood="run">
              <p>
                {t().started(props.jobName)} <a href={`/runs/${id()}`}>{t().look}</a>
              </p>
            </Notice>
          )}
        </Show>
      </div>
    </>
  );
}

function Question(props: { run: RunView; jobName: string; finding: Finding; onStarted: (runId: number) => void }) {
  const live = useLive();
  const now = createNow(60_000);
  const deletions = createDeletions(() => props.run.id);
  const [listed, setListed] = createSignal(false);
  const [asking, setAsking] = createSignal(false);
  const reason = () => props.finding.reason;
  const ofDeletions = () => reason() === 'too_many_deletions';
  const running = () => isActive(live.jobOf(props.run.job_id)?.last_run?.status);
  const expired = () => now() >= Date.parse(props.finding.until);
  const ask = () => {
    if (ofDeletions() && !deletions.known()) deletions.load();
    setAsking(true);
  };
  const toggle = () => {
    if (!listed() && !deletions.known()) deletions.load();
    setListed(!listed());
  };
  const follows = () =>
    whatFollows(reason(), {
      dryRun: props.run.dry_run,
      options: live.jobOf(props.run.job_id)?.sync_options ?? {},
    });
  const confirm = async () => {
    try {
      const { run_id } = await runJob(props.run.job_id, { confirm: props.finding.token });
      props.onStarted(run_id);
    } finally {
      live.refresh();
    }
  };
  return (
    <section class="overrule" aria-label={t().label(props.jobName)}>
      <p class="overrule-title">{t().title[reason()]}</p>
      <p lang="en">{props.run.error_message}</p>
      <p class="soft small">
        {expired() ? t().expired : running() ? t().running : t().until(shortTime(props.finding.until))}
      </p>
      <div class="row overrule-actions">
        <Show when={ofDeletions()}>
          <Button kind="quiet" aria-expanded={listed()} onClick={toggle}>
            {listed() ? t().list.hide : t().list.show}
          </Button>
        </Show>
        <Show when={!expired() && !running()}>
          <Button kind={ofDeletions() ? 'danger' : 'plain'} onClick={ask}>
            {t().action[reason()]}
          </Button>
        </Show>
      </div>
      <Show when={listed()}>
        <DeletionList deletions={deletions} />
      </Show>
      <ConfirmDialog
        open={asking()}
        onClose={() => setAsking(false)}
        title={titleOf(props.finding, deletions)}
        goes={{ label: t().confirm.does, items: follows().does.map((one) => t().does[one]) }}
        stays={{ label: t().confirm.stays, items: follows().stays.map((one) => t().stays[one]) }}
        action={t().action[reason()]}
        kind={ofDeletions() || follows().does.some((one) => one.startsWith('deletes')) ? 'danger' : 'primary'}
        onConfirm={confirm}
      >
        <p>{t().confirm.once}</p>
      </ConfirmDialog>
    </section>
  );
}

function titleOf(finding: Finding, deletions: Deletions): string {
  const titles = t().confirm.title;
  if (finding.reason !== 'too_many_deletions') return titles[finding.reason];
  const { length } = deletions.rows();
  return titles.too_many_deletions(length === 0 ? null : length, deletions.more());
}
