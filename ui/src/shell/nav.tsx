import { A, useLocation } from '@solidjs/router';
import Clock from 'lucide-solid/icons/clock';
import HardDrive from 'lucide-solid/icons/hard-drive';
import House from 'lucide-solid/icons/house';
import Settings from 'lucide-solid/icons/settings-2';
import { For } from 'solid-js';
import { t } from '../i18n/base.ts';

const places = [
  { name: 'overview', href: '/', icon: House },
  { name: 'jobs', href: '/jobs', icon: HardDrive },
  { name: 'runs', href: '/runs', icon: Clock },
  { name: 'settings', href: '/settings', icon: Settings },
] as const;

/** The four places: at the side, and on a phone at the bottom. */
export function Nav() {
  const location = useLocation();
  const here = (href: string) =>
    href === '/' ? location.pathname === '/' : `${location.pathname}/`.startsWith(`${href}/`);
  return (
    <nav class="nav" aria-label={t().nav.label}>
      <ul>
        <For each={places}>
          {(place) => (
            <li>
              <A class="nav-link" href={place.href} data-here={here(place.href) ? '' : undefined}>
                <place.icon size={20} aria-hidden="true" />
                <span>{t().nav[place.name]}</span>
              </A>
            </li>
          )}
        </For>
      </ul>
    </nav>
  );
}
