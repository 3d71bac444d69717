import { A, useNavigate } from '@solidjs/router';
import ChevronRight from 'lucide-solid/icons/chevron-right';
import { createEffect, createSignal, For, onCleanup, Show } from 'solid-js';
import { PageHeader } from '../../components/page-header.tsx';
import { settingsText as t } from '../../i18n/settings.ts';
import { addressOf, places } from './places.ts';
import { icons } from './settings.tsx';

/** `/settings` itself: on a phone the list of pages, on a wide screen (where the list is always there) the first one. */
export function SettingsList() {
  const go = useNavigate();
  const query = matchMedia('(min-width: 52.01rem)'); // as in settings.css
  const [wide, setWide] = createSignal(query.matches);
  const onChange = () => setWide(query.matches);
  query.addEventListener('change', onChange);
  onCleanup(() => query.removeEventListener('change', onChange));
  createEffect(() => wide() && go(addressOf('profile'), { replace: true }));
  return (
    <Show when={!wide()}>
      <PageHeader title={t().title} />
      <ul class="settings-list">
        <For each={places}>
          {(place) => {
            const Icon = icons[place];
            return (
              <li>
                <A class="settings-list-link" href={addressOf(place)}>
                  <Icon size={22} aria-hidden="true" />
                  <span class="settings-list-text">
                    <span class="settings-list-name">{t().pages[place]}</span>
                    <span class="soft small">{t().notes[place]}</span>
                  </span>
                  <ChevronRight size={18} aria-hidden="true" />
                </A>
              </li>
            );
          }}
        </For>
      </ul>
    </Show>
  );
}
