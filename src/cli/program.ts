import { isCompiled } from '../config/assets.ts';
import { shellWord } from './words.ts';

/** How this program is called from a shell here: by name where it is installed, else by its path. */
export function programName(): string {
  if (Bun.which('dynamight')) return 'dynamight';
  if (isCompiled) return shellWord(process.execPath);
  return `${shellWord(process.execPath)} ${shellWord(process.argv[1] ?? '')}`;
}
