import { createSignal } from 'solid-js';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/*
 * What this browser chose wins. Until it has chosen, it follows the box (`theme` of /api/settings), as last told: that is
 * kept here too, so that the first paint is right without asking. Both keys are read by early.js.
 */
const ownKey = 'dynamight.theme';
const boxKey = 'dynamight.theme.box';

function stored(key: string): Theme | null {
  try {
    const value = localStorage.getItem(key);
    return themes.find((one) => one === value) ?? null;
  } catch {
    return null; // no storage: a test, or switched off
  }
}

function store(key: string, value: Theme): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // holds for this visit only
  }
}

const [own, setOwn] = createSignal(stored(ownKey));
const [box, setBox] = createSignal(stored(boxKey));

/** What holds in this browser; reactive. */
export const theme = (): Theme => own() ?? box() ?? 'system';
/** What was chosen in this browser; null as long as it follows the box. */
export const ownTheme = own;

export function setTheme(next: Theme): void {
  store(ownKey, next);
  setOwn(next);
  show();
}

/** What the box says for browsers that have not chosen. */
export function setBoxTheme(next: Theme): void {
  store(boxKey, next);
  setBox(next);
  show();
}

function show(): void {
  const now = theme();
  if (now === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = now;
}
