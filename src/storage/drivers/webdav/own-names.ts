import { randomBytes } from 'node:crypto';
import { pathProblem } from '../../names.ts';

const form = /^\.dynamight-([0-9a-f]{8})[0-9a-f]{16}\.part$/;
/** A file that is still on its way after this time is nobody's any more. */
const staleMs = 24 * 3_600_000;

/** A new name for a file on its way; lies in the folder the file will lie in, and tells when it was made. */
export const newPartName = (nowMs: number): string =>
  `.dynamight-${Math.max(0, Math.floor(nowMs / 1000))
    .toString(16)
    .padStart(8, '0')
    .slice(-8)}${randomBytes(8).toString('hex')}.part`;

export const isPartName = (name: string): boolean => form.test(name);
export function isStalePart(name: string, nowMs: number): boolean {
  const made = form.exec(name)?.[1];
  return made !== undefined && nowMs - Number.parseInt(made, 16) * 1000 > staleMs;
}

/**
 * Kept by Apache for itself: neither listed nor handed out; and what it obeys, unless it was told not to: one such file of
 * somebody's web site, and its folder can be neither read nor cleared any more.
 */
const isApacheName = (name: string): boolean =>
  name === '.DAV' || name.startsWith('.davfs.tmp') || name.toLowerCase() === '.htaccess';

/** Of an address; a character takes up to nine there. */
const mostChars = 7_500;

export type Flavour = 'plain' | 'apache' | 'owncloud';

/**
 * Why a server is not asked to hold this path. 255 bytes are what the filesystems behind nearly all of them take, 250
 * characters what the database of a Nextcloud does; addresses longer than 8 KB are refused by most.
 */
export function problemOf(path: string, flavour: Flavour): string | null {
  const owncloud = flavour === 'owncloud';
  const problem = pathProblem(path, {
    maxNameBytes: 255,
    maxPathBytes: 3_900,
    ...(owncloud ? { maxNameChars: 250, forbidden: '\\' } : {}),
    // Some servers keep control characters as look-alikes, and would list another name than they were given.
    ...(flavour === 'apache' ? {} : { noControl: true }),
  });
  if (problem !== null) return problem;
  const names = path.split('/');
  if (names.some(isPartName)) return 'has a name that Dynamight uses for files on their way';
  if (flavour === 'apache' && names.some(isApacheName)) return 'has a name that the server keeps for itself';
  return path.length > mostChars / 9 && encodeURIComponent(path).length > mostChars
    ? 'has a path that is too long for an address'
    : null;
}
