import { Show } from 'solid-js';
import type { JobView } from '../../api/jobs.ts';
import { t } from '../../i18n/base.ts';
import { addressOf } from '../backups/words.ts';

/** From where to where, in one breath. */
export function Way(props: { job: JobView }) {
  const more = () => props.job.source_dirs.length - 1;
  return (
    <p class="way">
      <span>
        {props.job.source_dirs[0]}
        <Show when={more() > 0}> {t().job.moreSources(more())}</Show>
      </span>{' '}
      <span>
        <span class="way-arrow" role="img" aria-label={t().job.to}>
          →
        </span>{' '}
        {addressOf(props.job)}
      </span>
    </p>
  );
}
