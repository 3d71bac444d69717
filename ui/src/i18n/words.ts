import { browserLanguage, type Language, language, languages, speak } from '../lib/locale.ts';

/**
 * Words of one room of the page. English lies in the chunk of the room; every other language is a chunk of its own,
 * fetched before the room is shown (`wordsReady`) or before the page changes its language (`setLanguage`).
 */
const waiting = new Set<() => Promise<void>>();
let wanted: Language = 'en';

/** The accessor of a room's words: `const t = room(en, () => import('./de/jobs.ts').then((m) => m.jobs))`. Reactive. */
export function room<W extends object>(english: W, german: () => Promise<W>): () => W {
  let loaded: W | undefined;
  const load = async () => {
    if (wanted === 'de') loaded ??= await german();
  };
  waiting.add(load);
  return () => (language() === 'de' && loaded ? loaded : english);
}

/** Resolves when every room that is in memory has the words of the language in use. */
export const wordsReady = async (): Promise<void> => void (await Promise.all([...waiting].map((load) => load())));

const key = 'dynamight.language';
export type LanguageChoice = Language | 'system';

/** What the person chose in the settings; `system` follows the browser. */
export function languageChoice(): LanguageChoice {
  try {
    const stored = localStorage.getItem(key);
    return languages.find((one) => one === stored) ?? 'system';
  } catch {
    return 'system'; // storage is switched off: every visit follows the browser
  }
}

/** Takes up a choice: remembers it, fetches the words, then lets the whole page speak. */
export async function setLanguage(choice: LanguageChoice): Promise<void> {
  try {
    if (choice === 'system') localStorage.removeItem(key);
    else localStorage.setItem(key, choice);
  } catch {
    // holds for this visit only
  }
  await useLanguage(choice === 'system' ? browserLanguage() : choice);
}

/** Before the first screen: the language of this visit, with its words. */
export const startLanguage = (): Promise<void> => {
  const choice = languageChoice();
  return useLanguage(choice === 'system' ? browserLanguage() : choice);
};

async function useLanguage(next: Language): Promise<void> {
  wanted = next;
  try {
    await wordsReady();
  } catch {
    wanted = 'en'; // the box went away while the words were on their way; English is here
  }
  speak(wanted);
}
