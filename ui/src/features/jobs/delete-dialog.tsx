import { type JobView, removeJob } from '../../api/jobs.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { jobsText as t } from '../../i18n/jobs.ts';
import { isActive, useLive } from '../../live/live.ts';
import { addressOf } from '../backups/words.ts';

/** Deletes a job after saying what goes with it and what stays; while it runs the box refuses, and that is shown. */
export function DeleteDialog(props: { job: JobView; onClose: () => void; onDeleted: () => void }) {
  const live = useLive();
  const toasts = useToasts();
  const say = () => t().delete;
  // It vanishes from the live state while the dialog still shows it.
  const { id, name, source_dirs: sources, schedules } = props.job;
  const address = addressOf(props.job);
  const goes = () => [say().job, ...(schedules.length > 0 ? [say().schedules(schedules.length)] : []), say().runs];
  const remove = async () => {
    await removeJob(id);
    toasts.say({ text: t().said.deleted(name), mood: 'idle' });
    live.refresh();
    props.onDeleted();
  };
  return (
    <ConfirmDialog
      open
      onClose={props.onClose}
      title={say().title(name)}
      goes={{ label: say().goes, items: goes() }}
      stays={{ label: say().stays, items: [say().files(address), say().sources(sources.length, sources[0] ?? '')] }}
      action={say().action}
      onConfirm={remove}
    >
      {isActive(props.job.last_run?.status) ? <p>{say().active}</p> : null}
    </ConfirmDialog>
  );
}
