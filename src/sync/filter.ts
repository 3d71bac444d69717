import { bytesOf, nameOf } from './names.ts';
import { compileWildcard } from './wildcard.ts';

export interface Filter {
  /**
   * Is this entry left out. `path` is relative to the source, one latin1 character per byte. What lies in a folder that
   * is left out is left out with it; that is for the caller to remember.
   */
  excludes(path: string, isFolder: boolean): boolean;
}

type Match = (path: string, isFolder: boolean) => boolean;

/** Every place of a path where a name begins, the top first. */
function* tails(path: string): Generator<string> {
  yield path;
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) yield path.slice(at + 1);
}

/** The last `count` names of a path; null when it has fewer. */
function lastNames(path: string, count: number): string | null {
  let at = path.length;
  for (let left = count; left > 0; left -= 1) {
    if (at < 0) return null;
    at = path.lastIndexOf('/', at - 1);
    if (at === -1) return left === 1 ? path : null;
  }
  return path.slice(at + 1);
}

function compileLiteral(pattern: string): Match {
  if (pattern.startsWith('/')) {
    const whole = pattern.slice(1);
    return (path) => path === whole;
  }
  if (!pattern.includes('/')) return (path) => nameOf(path) === pattern;
  const ending = `/${pattern}`;
  return (path) => path === pattern || path.endsWith(ending);
}

function compilePattern(pattern: string): Match {
  // Only these three make a pattern one; a backslash alone is a name's own character.
  if (!/[*?[]/.test(pattern)) return compileLiteral(pattern);
  const crosses = pattern.includes('**');
  const slashes = pattern.split('/').length - 1;
  const anchored = pattern.startsWith('/');
  const matches = compileWildcard(anchored ? pattern.slice(1) : pattern);
  if (!crosses) {
    if (anchored) return matches;
    if (slashes === 0) return (path) => matches(nameOf(path));
    return (path) => {
      const tail = lastNames(path, slashes + 1);
      return tail !== null && matches(tail);
    };
  }
  // `folder/***` means the folder and all that is in it.
  const withSlash = pattern.endsWith('/***') || pattern === '***';
  const subject = (path: string, isFolder: boolean) => (withSlash && isFolder ? `${path}/` : path);
  if (anchored) return (path, isFolder) => matches(subject(path, isFolder));
  // What begins with stars that cross slashes also looks at the slash before the first name.
  if (pattern.startsWith('**')) return (path, isFolder) => matches(`/${subject(path, isFolder)}`);
  return (path, isFolder) => {
    for (const tail of tails(subject(path, isFolder))) if (matches(tail)) return true;
    return false;
  };
}

/**
 * Exclude patterns with exactly rsync's meaning (`rsync(1)`, PATTERN MATCHING RULES), each taken as a pattern: `!`,
 * `+ *` and `merge x` are names here.
 *
 * @param patterns as the user wrote them
 */
export function createFilter(patterns: readonly string[]): Filter {
  const rules = patterns
    .filter((pattern) => pattern !== '')
    .map((pattern): Match => {
      const bytes = bytesOf(pattern);
      if (bytes.length < 2 || !bytes.endsWith('/')) return compilePattern(bytes);
      const match = compilePattern(bytes.slice(0, -1));
      return (path, isFolder) => isFolder && match(path, true);
    });
  return {
    excludes(path, isFolder) {
      for (const rule of rules) if (rule(path, isFolder)) return true;
      return false;
    },
  };
}
