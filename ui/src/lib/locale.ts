import { createSignal } from 'solid-js';

/** The languages the page is complete in. */
export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

const [current, setCurrent] = createSignal<Language>('en');

/** The language the page speaks now. Reactive. Only `i18n/words.ts` changes it, when the words have arrived. */
export const language = current;
export const speak = (next: Language): void => void setCurrent(next);

const asked = (): readonly string[] => (typeof navigator === 'undefined' ? [] : (navigator.languages ?? []));

/** What the browser prefers among the languages we have. */
export const browserLanguage = (wanted: readonly string[] = asked()): Language =>
  wanted.map((tag) => languages.find((one) => tag.toLowerCase().startsWith(one))).find((one) => one !== undefined) ??
  'en';

/** How numbers and dates are written: the reader's own region if it speaks the language of the page (`en-GB`, `de-CH`). */
export const locale = (): string => asked().find((tag) => tag.toLowerCase().startsWith(current())) ?? current();
