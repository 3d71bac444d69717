import type { Mood } from '../components/status-pill.tsx';

const colours: Record<Mood, string> = {
  ok: '#0b6b57',
  run: '#2f7fc4',
  warn: '#b57a00',
  bad: '#c2362a',
  idle: '#0b6b57',
};

/** The sign of the product with a dot for what runs or failed, as the address of an image. */
export function faviconOf(mood: Mood): string {
  const dot =
    mood === 'ok' || mood === 'idle'
      ? ''
      : `<circle cx="25" cy="25" r="8.5" fill="white"/><circle cx="25" cy="25" r="6.5" fill="${colours[mood]}"/>`;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0b6b57"/>` +
    `<rect x="7" y="8" width="18" height="7" rx="2.5" fill="#fff"/>` +
    `<rect x="7" y="17" width="18" height="7" rx="2.5" fill="#fff" opacity=".65"/>${dot}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** Puts it into the tab. */
export function showFavicon(mood: Mood): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (link) link.href = faviconOf(mood);
}
