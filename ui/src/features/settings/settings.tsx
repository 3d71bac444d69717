import { A } from '@solidjs/router';
import Gauge from 'lucide-solid/icons/gauge';
import Info from 'lucide-solid/icons/info';
import KeyRound from 'lucide-solid/icons/key-round';
import MonitorSmartphone from 'lucide-solid/icons/monitor-smartphone';
import Palette from 'lucide-solid/icons/palette';
import ShieldCheck from 'lucide-solid/icons/shield-check';
import User from 'lucide-solid/icons/user';
import { For, type JSX } from 'solid-js';
import { settingsText as t } from '../../i18n/settings.ts';
import { addressOf, places } from './places.ts';
import './settings.css';

export const icons = {
  profile: User,
  security: ShieldCheck,
  sessions: MonitorSmartphone,
  appearance: Palette,
  limits: Gauge,
  credentials: KeyRound,
  about: Info,
};

/** The list of pages beside the one that is open. On a phone the list is a page of its own (`SettingsList`). */
export function Settings(props: { children?: JSX.Element }) {
  return (
    <div class="settings">
      <nav class="settings-nav" aria-label={t().title}>
        <p class="settings-nav-title" aria-hidden="true">
          {t().title}
        </p>
        <ul>
          <For each={places}>
            {(place) => {
              const Icon = icons[place];
              return (
                <li>
                  <A class="settings-nav-link" href={addressOf(place)} end>
                    <Icon size={18} aria-hidden="true" />
                    <span>{t().pages[place]}</span>
                  </A>
                </li>
              );
            }}
          </For>
        </ul>
      </nav>
      <div class="settings-main">{props.children}</div>
    </div>
  );
}
