import { randomBytes } from 'node:crypto';

const form = /^\.dynamight-[0-9a-f]{16}\.part$/;

/** A new name for a file that is on its way; lies in the folder the file will lie in. Listings leave such names out. */
export const newPartName = (): string => `.dynamight-${randomBytes(8).toString('hex')}.part`;
export const isPartName = (name: string): boolean => form.test(name);
