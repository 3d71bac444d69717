const hasDotSegments = (path: string): boolean =>
  path.split('/').some((segment) => segment === '.' || segment === '..');

/** Segments without empty ones and `.`; `..` is left in place to be refused. */
export const segmentsOf = (path: string): string[] =>
  path.split('/').filter((segment) => segment !== '' && segment !== '.');

/** For paths at services that would resolve `..` themselves, each in its own way. */
export const dotProblem = (path: string): string | null =>
  hasDotSegments(path) ? "must not contain '.' or '..' as a folder" : null;
