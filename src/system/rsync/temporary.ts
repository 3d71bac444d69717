import { lstatSync, readdirSync } from 'node:fs';

const bytes = (path: string) => Buffer.from(path, 'latin1');

/** rsync cuts a name only where dot, name, dot and six letters would not fit the filesystem. */
const longName = 128;

/**
 * Which file of the source was to become of the temporary file rsync complains about: `.photo.jpg.x3Fq9Z` is
 * `photo.jpg`, or `.photo.jpg` (a leading dot is not doubled), or a long name that begins so. Answers the path itself
 * where the source has a file of that very name, and its folder when it cannot be told.
 *
 * @param path relative to the source, one character per byte
 */
export function fileMeant(sourceDir: string, path: string): string {
  const source = `${Buffer.from(sourceDir).toString('latin1')}/`;
  const dir = path.slice(0, path.lastIndexOf('/') + 1);
  const stem = /^\.(.*?)\.?[A-Za-z0-9]{6}$/s.exec(path.slice(dir.length))?.[1];
  if (stem === undefined || exists(source + path)) return path;
  const folder = dir.slice(0, -1);
  const whole = [stem, `.${stem}`].find((name) => stem !== '' && exists(source + dir + name));
  if (whole !== undefined) return dir + whole;
  const cut = namesIn(source + folder).filter(
    (name) => name.length >= longName && (name.startsWith(stem) || name.startsWith(`.${stem}`)),
  );
  return cut.length === 1 ? dir + cut[0] : folder;
}

function exists(path: string): boolean {
  try {
    lstatSync(bytes(path));
    return true;
  } catch {
    return false;
  }
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(bytes(dir), { encoding: 'latin1' });
  } catch {
    return [];
  }
}
