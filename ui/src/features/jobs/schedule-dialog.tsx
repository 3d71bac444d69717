import { createSignal } from 'solid-js';
import { createSchedule, type ScheduleBody, type ScheduleView, updateSchedule } from '../../api/schedules.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Form } from '../../components/form.tsx';
import { createSubmit } from '../../components/submit.ts';
import { t as base } from '../../i18n/base.ts';
import { jobsText } from '../../i18n/jobs.ts';
import { SchedulePicker } from '../pickers/schedule-picker.tsx';
import { bodyOfSchedule } from './schedule-body.ts';

const t = () => jobsText().schedules;
const usual: ScheduleBody = { schedule_type: 'daily', hour: 2, minute: 0 };

/** Makes a schedule of a job, or changes the one given. */
export function ScheduleDialog(props: {
  jobId: number;
  schedule: ScheduleView | null;
  onClose: () => void;
  onSaved: () => void;
}) {
  const before = props.schedule;
  const [value, setValue] = createSignal<ScheduleBody | null>(before ? bodyOfSchedule(before) : usual);
  const submit = createSubmit({
    check: () => (value() === null ? { field: 'schedule', message: t().missing } : null),
    async send() {
      const body = value() ?? usual;
      if (before) await updateSchedule(before.id, { timezone: before.timezone, ...body, enabled: before.enabled });
      else await createSchedule(props.jobId, body);
    },
    done() {
      props.onSaved();
      props.onClose();
    },
  });
  const cancel = (
    <Button kind="quiet" onClick={() => props.onClose()}>
      {base().actions.cancel}
    </Button>
  );
  return (
    <Dialog open onClose={props.onClose} title={before ? t().changeTitle : t().addTitle}>
      <Form submit={submit} button={t().save} busy={t().saving} beside={cancel}>
        <SchedulePicker needed value={value()} onChange={setValue} error={submit.problem()?.message} />
      </Form>
    </Dialog>
  );
}
