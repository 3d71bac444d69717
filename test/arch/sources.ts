import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dir, '../..');

/** Our own text files that match one of the globs, path from the root → text, sorted. */
export function readSources(...patterns: string[]): Map<string, string> {
  const paths = patterns.flatMap((pattern) => [...new Bun.Glob(pattern).scanSync({ cwd: root, dot: true })]);
  const own = [...new Set(paths)].filter((path) => !path.includes('node_modules/')).toSorted();
  return new Map(own.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}
