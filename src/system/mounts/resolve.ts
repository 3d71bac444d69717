import { lstatSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf } from '../../core/errors.ts';

/** As many links as the kernel follows in one path. */
const maxLinks = 40;

/**
 * The real path of what exists of `path` (absolute), followed by the rest as it stands. Walks component by component as
 * the kernel does: `..` behind a link means the parent of where the link leads, and a link to nothing leads to where its
 * target would be. Throws what lstat throws when a part may not be looked at, and ELOOP.
 */
export function resolveExisting(path: string): string {
  const ahead = path.split('/').toReversed();
  let real = '/';
  let links = 0;
  for (;;) {
    const name = ahead.pop();
    if (name === undefined) return real;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      real = dirname(real);
      continue;
    }
    const next = join(real, name);
    const target = linkTarget(next);
    if (target === null) {
      real = next;
      continue;
    }
    links += 1;
    if (links > maxLinks) throw Object.assign(new Error(`Too many links: ${path}`), { code: 'ELOOP' });
    if (target.startsWith('/')) real = '/';
    ahead.push(...target.split('/').toReversed());
  }
}

/** null for anything that is no link, also for nothing at all. */
function linkTarget(path: string): string | null {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : null;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return null;
    throw error;
  }
}
