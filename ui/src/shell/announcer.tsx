import { onCleanup } from 'solid-js';
import { useToasts } from '../components/toasts.tsx';
import { t } from '../i18n/base.ts';
import { isActive, useLive } from '../live/live.ts';

/** Says, on the screen and aloud, when a run ends; progress can be looked up. */
export function Announcer() {
  const live = useLive();
  const toasts = useToasts();
  onCleanup(
    live.onTurn((run, before) => {
      if (isActive(run.status) || before === run.status) return;
      const link = { href: `/runs/${run.id}`, label: t().now.look };
      if (run.status === 'completed' && run.dry_run)
        toasts.say({ mood: 'idle', text: t().job.announce.dry(run.job_name), link });
      else if (run.status === 'completed')
        toasts.say({
          mood: run.warning_count > 0 ? 'warn' : 'ok',
          text: t().job.announce.completed(run.job_name),
          link,
        });
      else if (run.status === 'failed') toasts.say({ mood: 'bad', text: t().job.announce.failed(run.job_name), link });
      else toasts.say({ mood: 'idle', text: t().job.announce.cancelled(run.job_name), link });
    }),
  );
  return null;
}
