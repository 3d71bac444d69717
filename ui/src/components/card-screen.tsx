import { createEffect, type JSX } from 'solid-js';
import { t } from '../i18n/base.ts';
import { setPageTitle } from '../lib/page-title.ts';
import { LanguageSwitch } from './language-switch.tsx';
import { Mark } from './mark.tsx';

/** The quiet screen before somebody is signed in: one card, one heading, one thing to do. */
export function CardScreen(props: { title: string; lead?: JSX.Element; children?: JSX.Element; foot?: JSX.Element }) {
  createEffect(() => setPageTitle(props.title));
  return (
    <main class="card-screen">
      <p class="brand">
        <Mark size={32} />
        <span>{t().product}</span>
      </p>
      <div class="card">
        <h1>{props.title}</h1>
        {props.lead}
        {props.children}
      </div>
      {props.foot}
      <p class="foot">
        <LanguageSwitch />
      </p>
    </main>
  );
}
