import { createContext, useContext } from 'solid-js';
import type { Shortcut, Shortcuts } from '../lib/shortcuts.ts';

export const ShortcutsContext = createContext<Shortcuts>();

/** Shortcuts of the page on the screen, shown first in the `?` sheet: `usePageShortcuts({ keys: 'r', says, run })`. */
export function usePageShortcuts(...shortcuts: Shortcut[]): void {
  useContext(ShortcutsContext)?.add(...shortcuts);
}
