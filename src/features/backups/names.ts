import { nameText } from '../../lib/file-names.ts';

/** Names travel as latin1 strings, one character per byte: names at a source need not be UTF-8. */

export const pathBytes = (latin1: string): Buffer => Buffer.from(latin1, 'latin1');

/** For people: UTF-8 where it is, `\xHH` for other bytes; control characters and direction marks made visible. */
export const displayName = (bytes: Uint8Array): string =>
  nameText(bytes).replace(
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const plain = /^[\x20-\x7e]*$/;
/** The same for a latin1 path; most names need no second look. */
export const displayPath = (latin1: string): string => (plain.test(latin1) ? latin1 : displayName(pathBytes(latin1)));
