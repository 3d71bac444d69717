import { getSettings } from '../../api/settings.ts';
import { ownTheme, setBoxTheme } from '../../lib/theme.ts';

/** After signing in: a browser that has not chosen a theme takes the one of the box. Without an answer nothing changes. */
export async function followBoxTheme(): Promise<void> {
  if (ownTheme() !== null) return;
  try {
    setBoxTheme((await getSettings()).theme);
  } catch {
    // looks as before
  }
}
