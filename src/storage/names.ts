import { StorageError } from './errors.ts';

/** Folder a path lies in; `''` is the root. */
export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
/** Last name of a path. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
/** An entry of a folder; the folder may be the root. */
export const pathBelow = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);
/** The names of a path from the top; none for the root. */
export const namesOf = (path: string): string[] => (path === '' ? [] : path.split('/'));
/** Every folder above a path, the highest first, without the root. */
export const foldersAbove = (path: string): string[] => {
  const names = namesOf(path).slice(0, -1);
  return names.map((_, index) => names.slice(0, index + 1).join('/'));
};

/** UTF-16 units in the order of the code points they belong to: surrogates come after all others. */
const rank = (unit: number): number =>
  unit >= 0xd800 && unit <= 0xdfff ? unit + 0x2000 : unit > 0xdfff ? unit - 0x800 : unit;

/** Order of two texts by their UTF-8 bytes (which JavaScript's own `<` is not), without encoding them. */
export function compareUtf8(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at += 1) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Bytes a text takes as UTF-8. */
export const utf8Length = (text: string): number => Buffer.byteLength(text);

/**
 * A name as a listing told it, fit to be joined to its folder. Throws `protocol` for a name that would lead elsewhere or
 * be unable to exist: a service that says so is broken or hostile.
 */
export function listedName(name: string): string {
  if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name))
    throw new StorageError(
      'protocol',
      'The service listed an entry under a name that no file can have. Nothing of it is used.',
    );
  return name;
}

/** Why no driver takes this path, as the end of a sentence; null when it is one by the contract. The root is none. */
export function malformed(path: string): string | null {
  if (!path.isWellFormed()) return 'is not valid Unicode';
  for (const name of path.split('/')) {
    if (name === '') return 'has an empty name in it';
    if (name === '.' || name === '..') return `has the name "${name}" in it`;
  }
  return path.includes('\0') ? 'has a NUL character in it' : null;
}

/** What names a service can hold. Everything is optional: what is not said is allowed. */
export interface NameRules {
  /** Characters no name may have. */
  forbidden?: string;
  /** True: U+0000 to U+001F and U+007F are refused. */
  noControl?: boolean;
  /** Characters no name may begin, or end with. */
  notFirst?: string;
  notLast?: string;
  /** Names nobody may have, lower case; compared without case. */
  reserved?: ReadonlySet<string>;
  /** A reserved name is refused with any ending too (`nul.txt`). */
  reservedWithEndings?: boolean;
  maxNameBytes?: number;
  maxNameChars?: number;
  maxPathBytes?: number;
  maxPathChars?: number;
  maxDepth?: number;
}

/** Names that Windows keeps for devices. */
export const windowsReserved: ReadonlySet<string> = new Set(
  'con prn aux nul com1 com2 com3 com4 com5 com6 com7 com8 com9 lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9'.split(
    ' ',
  ),
);

const control = /[\u0000-\u001f\u007f]/;

/** Why a service with these rules cannot hold one name, as the end of a sentence; null when it can. */
export function nameProblem(name: string, rules: NameRules): string | null {
  if (rules.noControl && control.test(name)) return 'has a control character in its name';
  for (const character of rules.forbidden ?? '')
    if (name.includes(character)) return `has the character ${JSON.stringify(character)} in its name`;
  const [first = '', last = ''] = [name.at(0), name.at(-1)];
  if (rules.notFirst?.includes(first)) return `has a name that begins with ${JSON.stringify(first)}`;
  if (rules.notLast?.includes(last)) return `has a name that ends with ${JSON.stringify(last)}`;
  if (rules.reserved) {
    const lower = name.toLowerCase();
    const stem = rules.reservedWithEndings ? (lower.split('.')[0] ?? '') : lower;
    if (rules.reserved.has(lower) || rules.reserved.has(stem)) return 'has a name that is reserved there';
  }
  const { maxNameBytes, maxNameChars } = rules;
  if (maxNameBytes !== undefined && utf8Length(name) > maxNameBytes)
    return `has a name longer than ${maxNameBytes} bytes`;
  if (maxNameChars !== undefined && name.length > maxNameChars)
    return `has a name longer than ${maxNameChars} characters`;
  return null;
}

/** The same for a whole path: each of its names, and its length. */
export function pathProblem(path: string, rules: NameRules): string | null {
  const wrong = malformed(path);
  if (wrong !== null) return wrong;
  const { maxPathBytes, maxPathChars, maxDepth } = rules;
  if (maxPathBytes !== undefined && utf8Length(path) > maxPathBytes)
    return `has a path longer than ${maxPathBytes} bytes`;
  if (maxPathChars !== undefined && path.length > maxPathChars)
    return `has a path longer than ${maxPathChars} characters`;
  const names = namesOf(path);
  if (maxDepth !== undefined && names.length > maxDepth) return `lies more than ${maxDepth} folders deep`;
  for (const name of names) {
    const problem = nameProblem(name, rules);
    if (problem !== null) return problem;
  }
  return null;
}

/** Throws `name` for a path the service cannot hold. For the first line of everything that makes or moves. */
export function requireName(path: string, problem: string | null): void {
  if (problem !== null)
    throw new StorageError('name', `${JSON.stringify(path)} ${problem}. It cannot be kept there under this name.`);
}
