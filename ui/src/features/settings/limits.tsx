import { createSignal } from 'solid-js';
import { createAsked } from '../../api/asked.ts';
import { getSettings, type Settings, saveSettings } from '../../api/settings.ts';
import { Card } from '../../components/card.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { createSubmit } from '../../components/submit.ts';
import { useToasts } from '../../components/toasts.tsx';
import { t as base } from '../../i18n/base.ts';
import { settingsText as t } from '../../i18n/settings.ts';
import { Answer } from './answer.tsx';
import { SettingsPage } from './settings-page.tsx';
import { wholeNumber } from './whole-number.ts';

/** How many finished runs of a backup stay with report and log. */
export function Limits() {
  const settings = createAsked(getSettings);
  return (
    <SettingsPage place="limits" lead={t().limits.lead}>
      <Card title={t().limits.title}>
        <Answer asked={settings} lines={4}>
          {(now) => <RunsKept value={now().max_runs_per_job} onSaved={settings.setValue} />}
        </Answer>
      </Card>
      <Card title={t().limits.explainTitle}>
        <ul class="points">
          <li>{t().limits.explainGone}</li>
          <li>{t().limits.explainKept}</li>
          <li>{t().limits.explainFiles}</li>
        </ul>
      </Card>
    </SettingsPage>
  );
}

function RunsKept(props: { value: number; onSaved: (settings: Settings) => void }) {
  const toasts = useToasts();
  const [typed, setTyped] = createSignal(String(props.value));
  const submit = createSubmit({
    check: () =>
      wholeNumber(typed(), 1, 10_000) === null ? { field: 'max_runs_per_job', message: t().limits.wrong } : null,
    send: () => saveSettings({ max_runs_per_job: wholeNumber(typed(), 1, 10_000) ?? props.value }),
    done(saved) {
      props.onSaved(saved);
      setTyped(String(saved.max_runs_per_job));
      toasts.say({ text: t().saved, mood: 'ok' });
    },
  });
  return (
    <Form submit={submit} button={base().actions.save} busy={base().actions.saving}>
      <Field
        label={t().limits.label}
        name="max_runs_per_job"
        value={typed()}
        onInput={setTyped}
        hint={t().limits.hint}
        error={submit.at('max_runs_per_job')}
        inputmode="numeric"
        autocomplete="off"
        end={<span class="field-unit">{t().limits.unit}</span>}
        required
      />
    </Form>
  );
}
