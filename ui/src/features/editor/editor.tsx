import './editor.css';
import { useNavigate } from '@solidjs/router';
import { createSignal, For, Show } from 'solid-js';
import type { JobView } from '../../api/jobs.ts';
import type { ScheduleView } from '../../api/schedules.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Field } from '../../components/field.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { TextArea } from '../../components/text-area.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { t as base } from '../../i18n/base.ts';
import { editorText as t } from '../../i18n/editor.ts';
import { isActive, useLive } from '../../live/live.ts';
import { addressOf } from '../backups/words.ts';
import { FolderList } from '../pickers/folder-list.tsx';
import { configOf, type JobDraft, patternsOf, previewBodyOf, suggestedName } from './draft.ts';
import { ExcludePatterns } from './exclude-patterns.tsx';
import { focusField } from './focus.ts';
import { JobPreview } from './job-preview.tsx';
import { LeaveGuard } from './leave-guard.tsx';
import { OptionFields } from './option-fields.tsx';
import { ScheduleFields } from './schedule-fields.tsx';
import { createEditor } from './state.ts';
import { WhereFields } from './where-fields.tsx';

/** The whole form of a job, new or saved, with a look ahead beside it. One button saves all of it. */
export function Editor(props: {
  loaded: { job: JobView; schedules: readonly ScheduleView[] } | null;
  /** What a new one begins with. */
  begun?: Partial<JobDraft>;
  /** Takes up anew what the box has. */
  onReload?: () => void;
}) {
  const loaded = props.loaded; // oxlint-disable-line solid/reactivity -- the form is made once from it
  const live = useLive();
  const toasts = useToasts();
  const go = useNavigate();
  const state = createEditor(loaded, props.begun); // oxlint-disable-line solid/reactivity -- the same
  const { draft, change, at, problems, troubles, job } = state;
  const [left, setLeft] = createSignal(false);
  let form: HTMLFormElement | undefined;
  let alert: HTMLDivElement | undefined;

  /** Where the next look is needed: the first field with a problem, else what is said below the fields. */
  const look = () => {
    const [first] = problems();
    if (!form || (!first && troubles().length === 0)) return;
    if (first?.field === undefined || !focusField(form, first.field)) alert?.focus();
  };
  const homeless = () => {
    const all = problems();
    // Only what no field of the form shows is told here; which those are is known once the form has taken the problems up.
    return all.filter(
      (one) => one.field === undefined || !form?.querySelector(`[data-field="${CSS.escape(one.field)}"]`),
    );
  };
  const save = async () => {
    const isNew = job() === null;
    const ran = running();
    const saved = await state.save();
    live.refresh();
    if (!saved) {
      look();
      return;
    }
    setLeft(true);
    const words = isNew ? t().created(saved.name, addressOf(saved)) : ran ? t().savedRunning : t().saved;
    toasts.say({ mood: 'ok', text: typeof words === 'string' ? words : words(saved.name) });
    go(`/jobs/${saved.id}`);
  };
  const running = () => {
    const mine = job();
    return mine !== null && isActive(live.jobOf(mine.id)?.last_run?.status);
  };
  const changedElsewhere = () => {
    const mine = job();
    const now = mine && live.jobOf(mine.id);
    return Boolean(mine && now && now.updated_at > mine.updated_at && !state.busy());
  };
  const ready = () =>
    draft().sources.length > 0 && (draft().kind !== 'local' || Boolean(configOf(draft())['mount_point']));
  const backTo = () => {
    const mine = job();
    return mine ? { href: `/jobs/${mine.id}`, label: mine.name } : { href: '/jobs', label: t().backToJobs };
  };
  return (
    <>
      <PageHeader
        title={loaded ? t().edit(loaded.job.name) : t().title}
        lead={loaded ? undefined : t().newLead}
        back={backTo()}
      />
      <div role="status">
        <Show when={running()}>
          <Notice mood="run">
            <p>{t().running}</p>
          </Notice>
        </Show>
      </div>
      <div role="status">
        <Show when={changedElsewhere()}>
          <Notice
            mood="warn"
            actions={
              <Show when={props.onReload}>
                <Button kind="quiet" size="small" onClick={() => props.onReload?.()}>
                  {t().loadAgain}
                </Button>
              </Show>
            }
          >
            <p>{t().changedElsewhere}</p>
          </Notice>
        </Show>
      </div>
      <LeaveGuard dirty={() => state.dirty() && !left()} />
      <form
        class="editor"
        novalidate
        ref={(element) => {
          form = element;
        }}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div class="editor-fields">
          <Card title={t().folders.title}>
            <div data-field="source_dirs">
              <FolderList
                label={t().folders.label}
                hint={t().folders.hint}
                folders={draft().sources}
                onChange={(sources) => change({ sources })}
                error={at('source_dirs')}
              />
            </div>
          </Card>
          <Card title={t().where.title}>
            <WhereFields state={state} />
          </Card>
          <Card title={t().when.title}>
            <ScheduleFields state={state} />
          </Card>
          <Card title={t().what.title}>
            <div data-field="name">
              <Field
                label={t().what.name}
                name="name"
                value={draft().name}
                onInput={(name) => change({ name })}
                placeholder={suggestedName(draft())}
                hint={draft().name === '' ? t().what.nameHint(suggestedName(draft())) : undefined}
                error={at('name')}
                autocomplete="off"
                maxlength={200}
              />
            </div>
            <div data-field="description">
              <TextArea
                label={t().what.description}
                name="description"
                value={draft().description}
                onInput={(description) => change({ description })}
                error={at('description')}
                optional
                rows={2}
                maxlength={2000}
              />
            </div>
          </Card>
          <Card title={t().exclude.title}>
            <div data-field="sync_options.exclude_patterns">
              <ExcludePatterns
                patterns={patternsOf(draft())}
                onChange={(exclude_patterns) => change({ options: { ...draft().options, exclude_patterns } })}
                sources={draft().sources}
                jobId={job()?.id ?? null}
                error={at('sync_options.exclude_patterns')}
              />
            </div>
          </Card>
          <Card title={t().how.title}>
            <OptionFields state={state} />
          </Card>
        </div>
        <aside class="editor-aside">
          <Card title={t().look.title}>
            <Show when={draft().options.dry_run}>
              <Notice mood="warn">
                <p>{t().how.dryRunWarning}</p>
              </Notice>
            </Show>
            <JobPreview
              draft={previewBodyOf(draft(), job()?.id ?? null)}
              notYet={ready() ? undefined : t().look.notYet}
            />
          </Card>
        </aside>
        <div
          class="editor-news"
          role="alert"
          tabindex="-1"
          ref={(element) => {
            alert = element;
          }}
        >
          <Show when={troubles().length > 0}>
            <Notice mood="warn" title={t().scheduleTrouble(job()?.name ?? '')}>
              <For each={troubles()}>{(words) => <p>{words}</p>}</For>
              <p>{state.savedSchedules().length === 0 ? t().scheduleNone : t().scheduleSome}</p>
              <Show when={job()}>{(saved) => <a href={`/jobs/${saved().id}`}>{t().open}</a>}</Show>
            </Notice>
          </Show>
          <Show when={homeless().length > 0}>
            <Notice mood="bad" title={t().refused}>
              <For each={homeless()}>{(one) => <p>{one.message}</p>}</For>
            </Notice>
          </Show>
        </div>
        <div class="save-bar">
          <p class="small" role="status">
            {problems().length > homeless().length
              ? t().checkFields(problems().length - homeless().length)
              : state.dirty() && job() !== null
                ? t().unsaved
                : ''}
          </p>
          <ButtonLink kind="quiet" href={backTo().href}>
            {base().actions.cancel}
          </ButtonLink>
          <Button type="submit" kind="primary" busy={state.busy()}>
            {state.busy() ? base().actions.saving : job() ? t().save : t().create}
          </Button>
        </div>
      </form>
    </>
  );
}
