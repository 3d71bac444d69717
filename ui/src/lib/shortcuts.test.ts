import { describe, expect, test } from 'bun:test';
import { createRoot } from 'solid-js';
import { createShortcuts, type Press } from './shortcuts.ts';

const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  typing: false,
  ...more,
});

function made() {
  const did: string[] = [];
  let time = 0;
  const shortcuts = createRoot(() => {
    const all = createShortcuts(() => time);
    for (const keys of ['Ctrl+K', '?', 'g j', 'n']) all.add({ keys, says: () => keys, run: () => void did.push(keys) });
    return all;
  });
  return { did, shortcuts, later: (ms: number) => (time += ms) };
}

describe('a keyboard shortcut', () => {
  test('is one key, a key with Ctrl or Cmd, or two keys after each other', () => {
    const { did, shortcuts } = made();
    shortcuts.press(press('?'));
    shortcuts.press(press('k', { ctrlKey: true }));
    shortcuts.press(press('K', { metaKey: true }));
    expect(shortcuts.press(press('g'))).toBe(false);
    expect(shortcuts.press(press('j'))).toBe(true);
    expect(did).toEqual(['?', 'Ctrl+K', 'Ctrl+K', 'g j']);
  });

  test('does nothing while something is typed, unless it has Ctrl', () => {
    const { did, shortcuts } = made();
    for (const key of ['n', '?']) expect(shortcuts.press(press(key, { typing: true }))).toBe(false);
    shortcuts.press(press('k', { typing: true, ctrlKey: true }));
    expect(did).toEqual(['Ctrl+K']);
  });

  test('of two keys is forgotten after a pause', () => {
    const { did, shortcuts, later } = made();
    shortcuts.press(press('g'));
    later(2000);
    shortcuts.press(press('j'));
    expect(did).toEqual([]);
  });
});
