import { useNavigate } from '@solidjs/router';
import { createSignal } from 'solid-js';
import { asApiError } from '../../api/client.ts';
import { cloneJob, type JobView } from '../../api/jobs.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { createSubmit } from '../../components/submit.ts';
import { useToasts } from '../../components/toasts.tsx';
import { t as base } from '../../i18n/base.ts';
import { jobsText as t } from '../../i18n/jobs.ts';
import { useLive } from '../../live/live.ts';
import { changeJob } from './job-body.ts';

/** Asks how the clone is called, makes it, and leads to where it gets a destination of its own. */
export function CloneDialog(props: { job: JobView; onClose: () => void }) {
  const live = useLive();
  const toasts = useToasts();
  const go = useNavigate();
  const [name, setName] = createSignal(t().clone.suggested(props.job.name).slice(0, 200));
  const submit = createSubmit({
    check: () => (name().trim() === '' ? { field: 'name', message: t().clone.nameMissing } : null),
    async send() {
      const made = await cloneJob(props.job.id);
      try {
        await changeJob(made.id, { name: name().trim() });
        return { id: made.id, text: t().said.cloned(name().trim()) };
      } catch (thrown) {
        // The clone is there, under the name the box gave it; to fail here would make a second one on the next try.
        return { id: made.id, text: t().said.clonedUnnamed(made.name, asApiError(thrown).message) };
      }
    },
    done({ id, text }) {
      live.refresh();
      props.onClose();
      toasts.say({ text, mood: 'ok' });
      go(`/jobs/${id}/edit`);
    },
  });
  const { length } = props.job.schedules;
  return (
    <Dialog open onClose={props.onClose} title={t().clone.title(props.job.name)} lead={t().clone.lead}>
      <Form
        submit={submit}
        button={t().clone.action}
        busy={t().clone.busy}
        beside={
          <Button kind="quiet" onClick={() => props.onClose()}>
            {base().actions.cancel}
          </Button>
        }
      >
        <Field
          label={t().clone.name}
          name="name"
          value={name()}
          onInput={setName}
          error={submit.at('name')}
          maxlength={200}
          autocomplete="off"
          focused
        />
        <ul class="points">
          <li>{t().clone.destination}</li>
          <li>{length === 0 ? t().clone.noSchedules : t().clone.schedules(length)}</li>
        </ul>
      </Form>
    </Dialog>
  );
}
