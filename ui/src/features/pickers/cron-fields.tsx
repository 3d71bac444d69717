import { Index } from 'solid-js';
import { Field } from '../../components/field.tsx';
import { pickersText as t } from '../../i18n/pickers.ts';
import type { ScheduleForm } from './schedule-form.ts';

const fields = ['minute', 'hour', 'dayOfMonth', 'month', 'dayOfWeek'] as const;

/** A pattern of five fields, each with what may stand in it. */
export function CronFields(props: { cron: ScheduleForm['cron']; onChange: (cron: ScheduleForm['cron']) => void }) {
  return (
    <div class="stack" style={{ '--gap': 'var(--space-3)' }}>
      <p class="field-note">{t().schedule.cron.lead}</p>
      <div class="cron-fields">
        <Index each={fields}>
          {(field, index) => (
            <Field
              label={t().schedule.cron[field()]}
              hint={t().schedule.cron[`${field()}Hint`]}
              value={props.cron[index] ?? ''}
              onInput={(text) =>
                props.onChange(props.cron.map((one, at) => (at === index ? text : one)) as ScheduleForm['cron'])
              }
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              placeholder="*"
              maxlength={60}
            />
          )}
        </Index>
      </div>
    </div>
  );
}
