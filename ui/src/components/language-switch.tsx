import { For } from 'solid-js';
import { setLanguage } from '../i18n/words.ts';
import { language, languages } from '../lib/locale.ts';

const names = { en: 'English', de: 'Deutsch' };

/** The languages the page does not speak right now, each by its own name; for screens before the settings can be reached. */
export function LanguageSwitch() {
  return (
    <For each={languages.filter((one) => one !== language())}>
      {(one) => (
        <button type="button" class="link language-switch" lang={one} onClick={() => void setLanguage(one)}>
          {names[one]}
        </button>
      )}
    </For>
  );
}
