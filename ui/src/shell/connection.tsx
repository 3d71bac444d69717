import { Show } from 'solid-js';
import { t } from '../i18n/base.ts';
import { useLive } from '../live/live.ts';

/** Says that the box does not answer, and that the page keeps trying; nothing while all is well. */
export function ConnectionState() {
  const live = useLive();
  return (
    <div class="connection" role="status">
      <Show when={live.trouble()}>
        {(why) => (
          <p class="connection-text">
            <span class="spinner" aria-hidden="true" />
            <strong>{t().connection.reconnecting}</strong> <span>{why()}</span>
          </p>
        )}
      </Show>
    </div>
  );
}
