import { createEffect, createSignal, Match, on, Show, Switch } from 'solid-js';
import type { ScheduleBody } from '../../api/schedules.ts';
import { Field } from '../../components/field.tsx';
import { Notice } from '../../components/notice.tsx';
import { RadioGroup } from '../../components/radio-group.tsx';
import { Select } from '../../components/select.tsx';
import { pickersText as t } from '../../i18n/pickers.ts';
import { CronFields } from './cron-fields.tsx';
import { NextRuns } from './next-runs.tsx';
import { formOf, type Rhythm, type ScheduleForm, scheduleOf, timeOf, timeText } from './schedule-form.ts';
import { weekdayWords } from './schedule-words.ts';
import './pickers.css';

const rhythms: readonly Rhythm[] = ['daily', 'weekly', 'monthly', 'custom', 'none'];
/** As most people count: Monday first. */
const weekdays = ['1', '2', '3', '4', '5', '6', '0'] as const;
const monthDays = Array.from({ length: 31 }, (_, index) => String(index + 1));

/** When a backup runs; null is "only by hand". Says the next three times as the box reckons them. */
export function SchedulePicker(props: {
  value: ScheduleBody | null;
  onChange: (value: ScheduleBody | null) => void;
  error?: string | undefined;
  /** A time has to be chosen: "only by hand" is not offered. */
  needed?: boolean;
}) {
  const [form, setForm] = createSignal<ScheduleForm>(formOf(props.value));
  // The form is not rebuilt from what it said itself: a field somebody empties to type anew stays empty.
  createEffect(
    on(
      () => props.value,
      (value) => {
        if (JSON.stringify(value) !== JSON.stringify(scheduleOf(form()))) setForm(formOf(value, form()));
      },
      { defer: true },
    ),
  );
  const set = (change: Partial<ScheduleForm>) => {
    setForm({ ...form(), ...change });
    props.onChange(scheduleOf(form()));
  };
  const rhythm = () => form().rhythm;
  const atTime = () => rhythm() !== 'custom' && rhythm() !== 'none';
  return (
    <div class="stack" style={{ '--gap': 'var(--space-4)' }}>
      <RadioGroup<Rhythm>
        label={t().schedule.label}
        look="cards"
        choices={rhythms
          .filter((value) => !(props.needed && value === 'none'))
          .map((value) => ({ value, label: t().schedule[value], note: t().schedule.notes[value] }))}
        value={rhythm()}
        onChange={(next) => set({ rhythm: next })}
      />
      <Show when={atTime()}>
        <div class="schedule-when">
          <Switch>
            <Match when={rhythm() === 'weekly'}>
              <Select
                label={t().schedule.day}
                choices={weekdays.map((value) => ({ value, label: weekdayWords(Number(value)) }))}
                value={String(form().dayOfWeek) as (typeof weekdays)[number]}
                onChange={(day) => set({ dayOfWeek: Number(day) })}
              />
            </Match>
            <Match when={rhythm() === 'monthly'}>
              <Select
                label={t().schedule.dayOfMonth}
                hint={form().dayOfMonth > 28 ? t().schedule.lastDay : undefined}
                choices={monthDays.map((value) => ({ value, label: value }))}
                value={String(form().dayOfMonth)}
                onChange={(day) => set({ dayOfMonth: Number(day) })}
              />
            </Match>
          </Switch>
          <Field
            label={t().schedule.time}
            name="time"
            type="time"
            required
            value={timeText(form())}
            onInput={(text) => {
              const time = timeOf(text);
              if (time) set(time);
            }}
          />
        </div>
      </Show>
      <Show when={rhythm() === 'custom'}>
        <CronFields cron={form().cron} onChange={(cron) => set({ cron })} />
      </Show>
      <Show when={scheduleOf(form())}>{(schedule) => <NextRuns schedule={schedule()} />}</Show>
      <div role="alert">
        <Show when={props.error}>
          <Notice mood="bad">{props.error}</Notice>
        </Show>
      </div>
    </div>
  );
}
