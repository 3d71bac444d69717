import Plus from 'lucide-solid/icons/plus';
import { createSignal, Index, Show } from 'solid-js';
import { Button } from '../../components/button.tsx';
import { Switch } from '../../components/checkbox.tsx';
import { editorText as t } from '../../i18n/editor.ts';
import { exactTime } from '../../lib/format.ts';
import { createNow } from '../../lib/time.ts';
import { SchedulePicker } from '../pickers/schedule-picker.tsx';
import { momentWords, scheduleWords } from '../pickers/schedule-words.ts';
import { addedTo, bodyOfSchedule, isSameSchedule, retimed, type ScheduleDraft, usualTime } from './schedule-plan.ts';
import { type EditorState, scheduleField } from './state.ts';

/** When a job runs by itself: its times, each in words, opened one at a time to be changed. */
export function ScheduleFields(props: { state: EditorState }) {
  const { draft, schedules, setSchedules, change, at } = props.state;
  // Those of a new job are open, those it has already are not.
  const [open, setOpen] = createSignal<ReadonlySet<number>>(
    new Set(schedules().flatMap(({ id, key }) => (id === null ? [key] : []))),
  );
  let box: HTMLDivElement | undefined;
  const fold = (key: number, isOpen: boolean) => {
    const next = new Set(open());
    if (isOpen) next.add(key);
    else next.delete(key);
    setOpen(next);
  };
  const replace = (key: number, part: Partial<ScheduleDraft>) =>
    setSchedules(schedules().map((one) => (one.key === key ? { ...one, ...part } : one)));
  const remove = (key: number) => {
    setSchedules(schedules().filter((one) => one.key !== key));
    queueMicrotask(() => box?.querySelector<HTMLElement>('.add-time')?.focus()); // the button that had the focus is gone
  };
  const add = () => {
    const next = addedTo(schedules(), usualTime);
    setSchedules(next);
    const key = next.at(-1)?.key;
    if (key === undefined) return;
    fold(key, true);
    queueMicrotask(() =>
      box?.querySelector<HTMLElement>(`[data-field="${scheduleField(key)}"] :is(input, select, button)`)?.focus(),
    );
  };
  return (
    <div
      class="stack"
      style={{ '--gap': 'var(--space-4)' }}
      ref={(element) => {
        box = element;
      }}
    >
      <Show when={props.state.job()}>
        <Switch
          label={t().when.byItself}
          note={t().when.byItselfNote}
          name="enabled"
          checked={draft().enabled}
          onChange={(enabled) => change({ enabled })}
        />
      </Show>
      <Show when={schedules().length === 0}>
        <p class="soft">{t().when.none}</p>
      </Show>
      <Index each={schedules()}>
        {(one) => (
          <div class="schedule" data-field={scheduleField(one().key)}>
            <Show
              when={open().has(one().key) || at(scheduleField(one().key))}
              fallback={
                <ScheduleRow
                  state={props.state}
                  one={one()}
                  onChange={(part) => replace(one().key, part)}
                  onOpen={() => fold(one().key, true)}
                  onRemove={() => remove(one().key)}
                />
              }
            >
              <SchedulePicker
                value={one().body}
                onChange={(body) => replace(one().key, { body: retimed(one().body, body) })}
                error={at(scheduleField(one().key))}
              />
              <Show when={schedules().length > 1 || props.state.job()}>
                <div class="row">
                  <Button kind="quiet" size="small" onClick={() => fold(one().key, false)}>
                    {t().when.done}
                  </Button>
                  <Button kind="quiet" size="small" onClick={() => remove(one().key)}>
                    {t().when.remove}
                  </Button>
                </div>
              </Show>
            </Show>
          </div>
        )}
      </Index>
      <Show when={schedules().every((one) => one.body !== null)}>
        <div>
          <Button class="add-time" kind="quiet" size="small" icon={<Plus size={16} aria-hidden="true" />} onClick={add}>
            {schedules().length === 0 ? t().when.add : t().when.addAnother}
          </Button>
        </div>
      </Show>
    </div>
  );
}

function ScheduleRow(props: {
  state: EditorState;
  one: ScheduleDraft;
  onChange: (part: Partial<ScheduleDraft>) => void;
  onOpen: () => void;
  onRemove: () => void;
}) {
  const now = createNow();
  const words = () => (props.one.body === null ? t().when.byHand : scheduleWords(props.one.body));
  const saved = () => props.state.savedSchedules().find((view) => view.id === props.one.id);
  const isSaved = () => {
    const view = saved();
    return view !== undefined && props.one.body !== null && isSameSchedule(bodyOfSchedule(view), props.one.body);
  };
  return (
    <div class="schedule-row">
      <div class="schedule-text">
        <p class="schedule-words">{words()}</p>
        <p class="soft small">
          <Show when={isSaved()} fallback={saved() ? t().when.changed : t().when.isNew}>
            <Show
              when={saved()?.next_run}
              fallback={props.one.body?.enabled === false ? t().when.paused : t().when.off}
            >
              {(next) => (
                <>
                  {t().when.next}{' '}
                  <time datetime={next()} title={exactTime(next())}>
                    {momentWords(next(), now(), saved()?.timezone ?? 'UTC')}
                  </time>
                </>
              )}
            </Show>
          </Show>
        </p>
      </div>
      <div class="row schedule-actions">
        <Show when={props.one.body}>
          {(body) => (
            <Switch
              label={
                <>
                  <span aria-hidden="true">{t().when.active}</span>
                  <span class="hidden">{t().when.activeOf(words())}</span>
                </>
              }
              checked={body().enabled ?? true}
              onChange={(enabled) => props.onChange({ body: { ...body(), enabled } })}
            />
          )}
        </Show>
        <Button kind="quiet" size="small" aria-label={t().when.changeOf(words())} onClick={() => props.onOpen()}>
          {t().when.change}
        </Button>
        <Button kind="quiet" size="small" aria-label={t().when.removeOf(words())} onClick={() => props.onRemove()}>
          {t().when.remove}
        </Button>
      </div>
    </div>
  );
}
