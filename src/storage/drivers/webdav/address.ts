import { StorageError } from '../../errors.ts';
import { listedName, namesOf } from '../../names.ts';
import { segmentsOf } from '../../path-rules.ts';

/** encodeURIComponent leaves exactly what RFC 3986 §2.3 and sub-delimiters allow in a segment, but for these. */
const encoded = (name: string): string => encodeURIComponent(name);

/** A folder at a server as an address and as the decoded names of its path. */
export interface Place {
  /** Ends with a slash. */
  readonly url: string;
  readonly origin: string;
  readonly names: readonly string[];
}

const senseless = (): StorageError =>
  new StorageError(
    'protocol',
    'The WebDAV server listed an entry that does not lie in the folder that was asked for. Nothing of it is used.',
  );

/** Bytes behind percent signs must be UTF-8: a name that is none cannot be kept apart from others. */
function decodedName(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new StorageError(
      'protocol',
      'The WebDAV server listed an entry whose name is not UTF-8. Rename it there; until then its folder cannot be read.',
    );
  }
}

/** The place of an address without query or fragment; `below` are more names, not encoded. */
export function placeOf(address: string, below: readonly string[] = []): Place {
  const { origin, pathname } = new URL(address);
  const segments = [...pathname.split('/').filter((one) => one !== ''), ...below.map(encoded)];
  return {
    url: `${origin}/${segments.map((one) => `${one}/`).join('')}`,
    origin,
    names: segments.map(decodedName),
  };
}

export const rootPlace = (url: string, remotePath: string): Place => placeOf(url, segmentsOf(remotePath));

/** Address of a path below a place; folders get a slash at their end, as RFC 4918 §5.2 wants them. */
export function urlOf(place: Place, path: string, kind: 'file' | 'folder' = 'file'): string {
  if (path === '') return place.url;
  return `${place.url}${namesOf(path).map(encoded).join('/')}${kind === 'folder' ? '/' : ''}`;
}

/** Two addresses lead to the same path, however it is encoded; the slash at its end is not looked at. */
export function samePath(a: URL | null, b: URL | null): boolean {
  if (!a || !b || a.origin !== b.origin) return false;
  const plain = (url: URL): string | null => {
    try {
      return decodeURIComponent(url.pathname.replace(/\/$/, ''));
    } catch {
      return null;
    }
  };
  return plain(a) !== null && plain(a) === plain(b);
}

/** A service may keep names in another Unicode form than they were asked for. */
const same = (a: string | undefined, b: string): boolean =>
  a === b || (a !== undefined && a.normalize('NFC') === b.normalize('NFC'));

/**
 * The one name by which `href` lies in a folder, or `''` for the folder itself. Absolute or relative, encoded in
 * whatever way; the host is not looked at, since many servers stand behind another name. Throws `protocol` for anything
 * outside, deeper, or with `..` in it.
 */
export function nameInFolder(href: string, place: Place, folder: string): string {
  const base = [...place.names, ...namesOf(folder)];
  const path = href.replace(/^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/]*/i, '');
  const names = path
    .split('/')
    .filter((one) => one !== '')
    .map(decodedName);
  if (!path.startsWith('/') && path !== '') {
    while (names[0] === '.') names.shift(); // relative to the folder
    if (names.length > 1) throw senseless();
    return names.length === 0 ? '' : inside(names[0] as string);
  }
  if (names.some((name) => name === '.' || name === '..')) throw senseless();
  if (names.length < base.length || names.length > base.length + 1) throw senseless();
  if (!base.every((name, index) => same(names[index], name))) throw senseless();
  return names.length === base.length ? '' : inside(names.at(-1) as string);
}

function inside(name: string): string {
  if (!name.isWellFormed()) throw senseless();
  return listedName(name);
}
