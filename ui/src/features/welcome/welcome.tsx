import { A, useNavigate, useSearchParams } from '@solidjs/router';
import { createEffect, createSignal, Match, on, Show, Switch } from 'solid-js';
import { asApiError } from '../../api/client.ts';
import { createJob, listJobs, runJob, updateJob } from '../../api/jobs.ts';
import { createSchedule, previewSchedule } from '../../api/schedules.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { t as base } from '../../i18n/base.ts';
import { welcomeText as t } from '../../i18n/welcome.ts';
import { useLive } from '../../live/live.ts';
import { elsewhere } from '../editor/begun.ts';
import { bestOffer, configOfDrive, mountPointOf, pathOf, subdirOf, uuidOf } from '../pickers/place.ts';
import { driveName, PlacePicker, proposedSubdir } from '../pickers/place-picker.tsx';
import { createPlaceState } from '../pickers/place-state.ts';
import { SchedulePicker } from '../pickers/schedule-picker.tsx';
import { createDraft } from './draft.ts';
import { problemAt, type StepName, type StepProblem, stepNames } from './problems.ts';
import { Ready } from './ready.tsx';
import { notBegun, type Progress, type Started, start } from './start.ts';
import { Step, Steps } from './steps.tsx';
import { createSuggestions, WhatStep } from './what-step.tsx';
import './welcome.css';

const doors = {
  listJobs,
  tryOut: previewSchedule,
  create: createJob,
  update: updateJob,
  addSchedule: createSchedule,
  run: (id: number) => runJob(id),
};

/** From an empty box to the first run in three steps: what, where, when. */
export function Welcome() {
  const live = useLive();
  const go = useNavigate();
  const [search, setSearch] = useSearchParams<{ step?: string }>();
  const jobs = () => live.jobs() ?? [];
  const draft = createDraft(
    () => jobs().map((job) => job.name),
    (path) => places.isAbsent(path),
  );
  const suggestions = createSuggestions();
  const places = createPlaceState(draft.config, draft.folders);
  const [problem, setProblem] = createSignal<StepProblem | null>(null);
  const [busy, setBusy] = createSignal(false);
  const [failed, setFailed] = createSignal<Extract<Started, { kind: 'failed' }> | null>(null);
  const progress = (): Progress => failed()?.progress ?? notBegun;
  const [moved, setMoved] = createSignal(false);
  const [touched, setTouched] = createSignal(false);
  let known: readonly number[] | null = null;
  let half: HTMLDivElement | undefined;

  /** Nobody stands on a step whose question before it is open, also not by the address. */
  const reached = () => {
    const missing = draft.missing();
    return missing === null ? stepNames.length - 1 : stepNames.indexOf(missing.step);
  };
  const at = (): StepName => {
    const wanted = stepNames.findIndex((step) => step === search.step);
    return stepNames[Math.max(0, Math.min(wanted, reached()))] ?? 'what';
  };
  // An address that asks for more than is answered is put right: else the first answer would turn the page.
  createEffect(() => {
    const here = at();
    if (search.step !== undefined && search.step !== here)
      setSearch({ step: here === 'what' ? undefined : here }, { scroll: false, replace: true });
  });
  const move = (step: StepName, how: { replace?: boolean } = {}) => {
    setMoved(true);
    setSearch({ step: step === 'what' ? undefined : step }, { scroll: false, ...how });
  };
  const next = async () => {
    if (busy()) return;
    const here = at();
    setBusy(true);
    // What was typed a moment ago, or unplugged since, is told here and not by the box at the end.
    const onBox = uuidOf(draft.config()) === null ? [mountPointOf(draft.config())] : [];
    await places.lookAgain(here === 'what' ? draft.folders() : onBox);
    setBusy(false);
    if (at() !== here) return;
    const missing = draft.missing();
    const problem = missing?.step === here ? missing : here === 'what' ? draft.gone() : null;
    setProblem(problem);
    if (problem === null) move(stepNames[stepNames.indexOf(here) + 1] ?? 'when');
  };
  const back = () => {
    setProblem(null);
    move(stepNames[stepNames.indexOf(at()) - 1] ?? 'what');
  };
  /** Goes where something is wrong, and says so there. */
  const show = (wrong: StepProblem) => {
    if (wrong.step !== at()) move(wrong.step, { replace: true });
    setProblem(wrong);
    if (wrong.field) document.querySelector<HTMLInputElement>(`.welcome [name="${wrong.field}"]`)?.focus();
  };
  const told = (step: StepName): string | undefined => {
    const now = problem();
    return now?.step === step && now.field === undefined ? now.message : undefined;
  };

  // Who chose nothing yet finds the best drive chosen, also when it is plugged in while the step is open.
  createEffect(() => {
    if (at() !== 'where' || uuidOf(draft.config()) !== null || mountPointOf(draft.config()) !== '') return;
    const best = bestOffer(places.offers() ?? []);
    if (best && !touched()) draft.setConfig(configOfDrive(draft.config(), best, proposedSubdir));
  });
  // What was said about an answer is over when the answer changes.
  createEffect(on([draft.folders, draft.config, draft.schedule, draft.name], () => setProblem(null), { defer: true }));

  const where = () => {
    const uuid = uuidOf(draft.config());
    if (uuid === null) return pathOf(draft.config());
    return t().ready.onDrive(driveName(places.offers()?.find((one) => one.uuid === uuid)), subdirOf(draft.config()));
  };
  const begin = async () => {
    if (busy()) return;
    const missing = progress().job ? null : (draft.missing() ?? draft.gone());
    if (missing) {
      show(missing);
      return;
    }
    setBusy(true);
    known ??= jobs().map((job) => job.id);
    const result = await start({ body: draft.body(), schedule: draft.schedule(), known }, progress(), doors);
    live.refresh();
    if (result.kind === 'running') {
      go(`/runs/${result.runId}`, { replace: true }); // busy until the run is on the screen
      return;
    }
    setBusy(false);
    setFailed(result);
    if (result.progress.job) {
      half?.focus(); // the button that was pressed is gone
      return;
    }
    const { status, message } = asApiError(result.thrown);
    const said = result.at === 'schedule' ? { ...problemAt(message), step: 'when' as const } : problemAt(message);
    // A backup that may have been made is asked about here: whoever goes back would describe another one.
    const told: StepProblem = status === 0 ? { step: 'when', message: `${message} ${t().unsure}` } : said;
    show(told);
  };

  return (
    <div class="welcome">
      <PageHeader title={jobs().length > 0 && !progress().job ? t().titleAgain : t().title} />
      <Show
        when={failed()?.progress.job}
        fallback={
          <>
            <Steps at={at()} reached={reached()} onGo={(step) => move(step)} />
            <Switch>
              <Match when={at() === 'what'}>
                <Step
                  title={t().what.title}
                  lead={t().what.lead}
                  focus={moved()}
                  foot={<Forward onNext={() => void next()} problem={told('what')} />}
                >
                  <WhatStep suggestions={suggestions()} folders={draft.folders()} onChange={draft.setFolders} />
                </Step>
              </Match>
              <Match when={at() === 'where'}>
                <Step
                  title={t().where.title}
                  lead={t().where.lead}
                  focus={moved()}
                  foot={<Forward onNext={() => void next()} onBack={back} problem={told('where')} />}
                >
                  <PlacePicker
                    value={draft.config()}
                    onChange={(config) => {
                      setTouched(true);
                      draft.setConfig(config);
                    }}
                    sources={draft.folders()}
                    state={places}
                  />
                  <p>
                    <A href="/jobs/new" state={elsewhere(draft.folders())}>
                      {t().where.elsewhere}
                    </A>
                  </p>
                </Step>
              </Match>
              <Match when={at() === 'when'}>
                <Step
                  title={t().when.title}
                  lead={t().when.lead}
                  focus={moved()}
                  foot={
                    <Forward
                      onNext={() => void begin()}
                      onBack={back}
                      problem={told('when')}
                      busy={busy()}
                      label={jobs().length > 0 ? t().ready.startAgain : t().ready.start}
                    />
                  }
                >
                  <SchedulePicker value={draft.schedule()} onChange={draft.setSchedule} />
                  <Ready
                    body={draft.body()}
                    name={draft.name()}
                    onName={draft.setName}
                    error={problem()?.field === 'name' ? problem()?.message : undefined}
                    where={where()}
                    onGo={(step) => move(step)}
                  />
                </Step>
              </Match>
            </Switch>
          </>
        }
      >
        {(job) => (
          <div
            role="alert"
            class="half"
            tabindex="-1"
            ref={(element) => {
              half = element;
            }}
          >
            <Notice
              mood="bad"
              title={failed()?.at === 'schedule' ? t().half.noSchedule(job().name) : t().half.noRun(job().name)}
              actions={
                <>
                  <Button kind="primary" busy={busy()} onClick={() => void begin()}>
                    {base().actions.retry}
                  </Button>
                  <ButtonLink kind="quiet" href={`/jobs/${job().id}`}>
                    {t().half.open}
                  </ButtonLink>
                </>
              }
            >
              <p>{asApiError(failed()?.thrown).message}</p>
              <p>{t().half.text}</p>
            </Notice>
          </div>
        )}
      </Show>
    </div>
  );
}

/** The way on, with what stands in it; on a phone it stays in sight. */
function Forward(props: {
  onNext: () => void;
  onBack?: () => void;
  problem: string | undefined;
  busy?: boolean;
  label?: string;
}) {
  return (
    <>
      <div role="alert">
        <Show when={props.problem}>
          <Notice mood="bad">
            <p>{props.problem}</p>
          </Notice>
        </Show>
      </div>
      <div class="step-buttons">
        <Show when={props.onBack}>
          {(onBack) => (
            <Button kind="quiet" onClick={() => onBack()()}>
              {t().back}
            </Button>
          )}
        </Show>
        <Button kind="primary" busy={props.busy ?? false} onClick={() => props.onNext()}>
          {props.busy ? t().ready.starting : (props.label ?? t().next)}
        </Button>
      </div>
    </>
  );
}
