import { welcomeText as t } from '../../i18n/welcome.ts';
import { nameOf } from '../pickers/paths.ts';

/** The longest name the box takes, with room for a number. */
const longest = 190;

/** What a backup of these folders could be called: after the folders, and told apart from the backups there are. */
export function proposedName(folders: readonly string[], taken: readonly string[]): string {
  const [first, ...others] = folders.map(nameOf);
  if (first === undefined) return '';
  const base = (
    others.length === 0
      ? first
      : others.length === 1
        ? t().names.two([first, ...others])
        : t().names.more(first, others.length)
  ).slice(0, longest);
  const used = new Set(taken.map((name) => name.toLowerCase()));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base} ${number}`;
    if (!used.has(name.toLowerCase())) return name;
  }
}
