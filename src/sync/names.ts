import type { Capabilities } from '../storage/driver.ts';

/**
 * Names inside the engine are bytes, one latin1 character each: names at a source need not be UTF-8, and JavaScript's
 * own `<` then is the order of the bytes. Services speak Unicode; here is the way over and back.
 */
const ascii = /^[\0-\x7f]*$/;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Unicode text as the engine's bytes. */
export const bytesOf = (text: string): string =>
  ascii.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');

/** The engine's bytes as Unicode text; null where they are not UTF-8. */
export function textOf(bytes: string): string | null {
  if (ascii.test(bytes)) return bytes;
  try {
    return decoder.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return null;
  }
}

/** The path at the destination, from the driver's root; only for paths that were found to be text. */
export function pathAt(landing: string, path: string): string {
  const text = textOf(path);
  if (text === null) throw new Error('a path that is not UTF-8 was planned');
  return inFolder(landing, text);
}

/** For messages: text where it is text, else with the odd bytes as they are. */
export const shown = (bytes: string): string => JSON.stringify(textOf(bytes) ?? bytes);

/** Folder a path lies in; '' is the top. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
/** Last name of a path. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
/** A path below a folder; both may be '', the top. */
export const inFolder = (folder: string, below: string): string =>
  folder === '' ? below : below === '' ? folder : `${folder}/${below}`;

/** Gives every name the form in which a service compares names. */
export type Fold = (name: string) => string;

/**
 * How a service tells names apart; null where byte for byte. Two names with the same folded form are one file there.
 */
export function foldOf(capabilities: Capabilities): Fold | null {
  const { caseSensitive, normalisesNames } = capabilities;
  if (caseSensitive && !normalisesNames) return null;
  return (name) => {
    if (ascii.test(name)) return caseSensitive ? name : name.toLowerCase();
    const text = textOf(name);
    if (text === null) return name;
    const composed = normalisesNames ? text.normalize('NFC') : text;
    return bytesOf(caseSensitive ? composed : composed.toLowerCase());
  };
}
