import type { JSX } from 'solid-js';
import { PageHeader } from '../../components/page-header.tsx';
import { settingsText as t } from '../../i18n/settings.ts';
import type { Place } from './places.ts';

/** One page of the settings: its heading, on a phone with the way back to the list, and what stands below. */
export function SettingsPage(props: { place: Place; lead: string; actions?: JSX.Element; children: JSX.Element }) {
  return (
    <div class="stack">
      <PageHeader
        title={t().pages[props.place]}
        documentTitle={t().titleOf(t().pages[props.place])}
        lead={props.lead}
        back={{ href: '/settings', label: t().title }}
        actions={props.actions}
      />
      {props.children}
    </div>
  );
}
