const longestPath = 4096;
const longestName = 255;

/** Why a path of a manifest is not followed, as the end of a sentence; null when it stays below its root. Latin1. */
export function pathTrouble(path: string): string | null {
  if (path === '') return null;
  if (path.startsWith('/')) return 'is absolute';
  if (path.includes('\0')) return 'holds a zero byte';
  if (path.length > longestPath) return 'is too long';
  for (const name of path.split('/')) {
    if (name === '' || name === '.' || name === '..') return `holds the name ${JSON.stringify(name)}`;
    if (name.length > longestName) return 'holds a name that is too long';
  }
  return null;
}

export const nameBytes = (latin1: string): Buffer => Buffer.from(latin1, 'latin1');
/** Names on the way down; none for the root. */
export const namesOf = (path: string): Buffer[] => (path === '' ? [] : path.split('/').map(nameBytes));

/** Whether nothing below `folder` can follow once `path` was seen: both in the order of their bytes. */
export const isPast = (folder: string, path: string): boolean =>
  folder !== '' && path >= `${folder}/` && !path.startsWith(`${folder}/`);
