import { isAbsolute, normalize } from 'node:path';
import { forbidden, invalid } from '../../core/errors.ts';

/** A path a person asked for, as the allowed folder it lies in and the way down from there. */
export interface Place {
  /** Normalised: no `.`, `..`, double or trailing slashes. */
  path: string;
  root: string;
  /** Names from the root down; none for the root itself. */
  names: string[];
}

const isInside = (path: string, root: string): boolean =>
  path === root || path.startsWith(root === '/' ? '/' : `${root}/`);

/**
 * Purely by its text; links are the walk's business. With roots inside one another the deepest is taken.
 * Throws invalid_request for what is no absolute path, and forbidden outside every root: the same whether the path
 * exists or not.
 */
export function placeOf(path: string, roots: readonly string[]): Place {
  if (path.includes('\0') || !path.isWellFormed()) throw invalid("Field 'path' must not contain such characters");
  if (!isAbsolute(path)) throw invalid("Field 'path' must be an absolute path");
  const clean = normalize(path).replace(/(?<=.)\/+$/, '');
  const root = roots.filter((one) => isInside(clean, one)).sort((a, b) => b.length - a.length)[0];
  if (root === undefined) throw forbidden();
  const below = clean.slice(root === '/' ? 1 : root.length + 1);
  return { path: clean, root, names: below === '' ? [] : below.split('/') };
}
