import { onCleanup } from 'solid-js';

/**
 * `keys` as people say them: `Ctrl+K` (Cmd on a Mac as well), `?`, or a sequence `g j`. `says` is shown in the sheet.
 * Where something is being typed only those with Ctrl or Cmd work.
 */
export interface Shortcut {
  keys: string;
  says: () => string;
  run: () => void;
  /** Another key for the same, not shown. */
  hidden?: boolean;
}

export interface Shortcuts {
  all(): readonly Shortcut[];
  /** Adds some for as long as the owner lives: those of the page on the screen. The newest wins. */
  add(...more: Shortcut[]): void;
  /** Gives a key press to the first that takes it; true when one did. */
  press(event: Press): boolean;
}

export type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing'> & { typing: boolean };

const sequenceMs = 1200;

/** `now` in milliseconds; for the time between the keys of a sequence. */
export function createShortcuts(now: () => number = () => performance.now()): Shortcuts {
  let known: Shortcut[] = [];
  let begun: { key: string; at: number } | null = null;
  return {
    all: () => known,
    add(...more) {
      known = [...more, ...known];
      onCleanup(() => {
        known = known.filter((one) => !more.includes(one));
      });
    },
    press(event) {
      if (event.isComposing || event.altKey) return false;
      const strong = event.ctrlKey || event.metaKey;
      if (event.typing && !strong) return false;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const before = begun && now() - begun.at < sequenceMs ? begun.key : null;
      begun = null;
      const pressed = strong ? `ctrl+${key}` : before === null ? key : `${before} ${key}`;
      const found = known.find((one) => one.keys.toLowerCase() === pressed);
      if (found) {
        found.run();
        return true;
      }
      if (!strong && known.some((one) => one.keys.startsWith(`${key} `))) begun = { key, at: now() };
      return false;
    },
  };
}

/** True while the person writes into something. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  return target instanceof HTMLInputElement && !/^(checkbox|radio|button|submit|range)$/.test(target.type);
}
