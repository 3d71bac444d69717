/** Absolute paths as text, without `.`, `..` and slashes at the end. */

/** The last name; `/` for the root itself. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1) || '/';

export const join = (folder: string, name: string): string => (folder.endsWith('/') ? folder : `${folder}/`) + name;

/** `outer` is `inner` or a folder above it. */
export const contains = (outer: string, inner: string): boolean =>
  outer === inner || inner.startsWith(outer.endsWith('/') ? outer : `${outer}/`);

/** What lies below `outer`: `photos/2026`; empty for itself. */
export const below = (outer: string, inner: string): string => inner.slice(outer.length).replace(/^\/+/, '');

/** As typed, in the form all paths have here; null for what is no absolute path. */
export function cleanPath(typed: string): string | null {
  const text = typed.trim();
  if (!text.startsWith('/')) return null;
  const names = text.split('/').filter((name) => name !== '' && name !== '.');
  return names.includes('..') ? null : `/${names.join('/')}`;
}

/** Names a person does not look for: those with a dot, and what drives keep for themselves. */
export const isHidden = (name: string): boolean =>
  name.startsWith('.') || /^(lost\+found|System Volume Information|\$RECYCLE\.BIN|@eaDir)$/.test(name);

/** Folders of the operating system itself: nobody's files. */
export const isOfSystem = (path: string): boolean => /^\/(bin|boot|dev|lib\w*|proc|sbin|sys|tmp|usr)$/.test(path);

export interface Added {
  folders: string[];
  /** The folder of the list that holds the new one already. */
  within?: string;
  /** How many folders of the list lay in the new one and were taken off. */
  swallowed: number;
}

/** Adds a folder to a list in which none lies in another. */
export function addFolder(folders: readonly string[], path: string): Added {
  const within = folders.find((one) => contains(one, path));
  if (within !== undefined) return { folders: [...folders], within, swallowed: 0 };
  const kept = folders.filter((one) => !contains(path, one));
  return { folders: [...kept, path], swallowed: folders.length - kept.length };
}
