import { createHash } from 'node:crypto';
import { utf8Length } from '../../names.ts';
import { isPartName } from '../../part-names.ts';

const asidePrefix = '.dynamight-old.';
const asideHashForm = /^\.dynamight-old-[0-9a-f]{32}$/;

/** Where a file lies for the moment in which its successor takes its name, at servers that cannot replace a file. */
export const asideName = (name: string): string =>
  utf8Length(name) + asidePrefix.length <= 255
    ? `${asidePrefix}${name}`
    : `.dynamight-old-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
/** The name a file had before it was laid aside; null where that cannot be told, or nothing was. */
export const nameBeforeAside = (name: string): string | null =>
  name.startsWith(asidePrefix) && name.length > asidePrefix.length ? name.slice(asidePrefix.length) : null;

/** Names listings leave out and nobody else may use. */
export const isOwnName = (name: string): boolean =>
  isPartName(name) || name.startsWith(asidePrefix) || asideHashForm.test(name);
