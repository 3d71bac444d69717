import { contains, isHidden, isOfSystem, nameOf } from '../pickers/paths.ts';

/** A folder somebody probably wants to keep. */
export interface Suggestion {
  path: string;
  /** `whole`: all of one person's folder. */
  kind: 'known' | 'whole' | 'folder';
}

/** What people keep, by the names desktops, phones and cameras give it; the dearest first. */
const known = [
  /^(pictures|photos?|bilder|fotos?|dcim|camera)$/i,
  /^(documents?|dokumente|briefe|letters)$/i,
  /^(videos?|movies|filme)$/i,
  /^(music|musik)$/i,
  /^(desktop|schreibtisch)$/i,
];
const mostShown = 8;
const mostPeople = 4;
const mostInOne = 12;

/** The folders to look into for suggestions: the allowed ones, or where people's folders are if all is allowed. */
export const rootsToLook = (allowed: readonly string[]): string[] =>
  allowed.flatMap((root) => (root === '/' ? ['/home', '/srv', '/mnt', '/media'] : [root]));

/** Where copies lie: of this program, or of others by the names people give such folders. */
const copies = /^(\.dynamight|.*(back-?up|sicherung|restic|borg|timeshift).*)$/i;
const holdsCopies = (path: string, inside: readonly string[]) =>
  copies.test(nameOf(path)) || inside.some((folder) => copies.test(nameOf(folder)));

/** Lists the folders in a folder; an empty list for what cannot be looked into. */
export type Look = (path: string) => Promise<{ folders: string[]; files: number }>;

const visible = (folders: readonly string[]) => folders.filter((path) => !isHidden(nameOf(path)) && !isOfSystem(path));
/** `/home`, and a folder of that name on another disk: a folder for each person lies in it. */
const isHome = (root: string) => nameOf(root) === 'home';
const rankOf = (path: string) => known.findIndex((pattern) => pattern.test(nameOf(path)));

/**
 * A few folders worth a backup. Looks one or two levels deep, and into a limited number of folders. `places` are those
 * copies go to, drives and destinations: what holds one of them, or lies where copies lie, is never proposed.
 */
export async function suggest(
  allowed: readonly string[],
  look: Look,
  places: readonly string[] = [],
): Promise<Suggestion[]> {
  const roots = rootsToLook(allowed);
  const found = await Promise.all(
    roots.map(async (root) => suggestIn(root, visible((await look(root)).folders), look)),
  );
  const all = found.flat().filter(({ path }) => !places.some((place) => contains(path, place)));
  const once = all.filter((one, index) => all.findIndex((other) => other.path === one.path) === index);
  const weight = ({ kind, path }: Suggestion) =>
    kind === 'known' ? rankOf(path) : known.length + (kind === 'whole' ? 0 : 1);
  return once.sort((a, b) => weight(a) - weight(b)).slice(0, mostShown);
}

async function suggestIn(root: string, folders: readonly string[], look: Look): Promise<Suggestion[]> {
  const here = folders.filter((path) => rankOf(path) >= 0).map((path): Suggestion => ({ path, kind: 'known' }));
  const rest = folders.filter((path) => rankOf(path) < 0).slice(0, mostInOne);
  const people = isHome(root) || here.length > 0 ? [] : rest;
  if (!isHome(root)) return [...here, ...(await withContent(people, look))];
  const deeper = await Promise.all(
    rest.slice(0, mostPeople).map(async (home): Promise<Suggestion[]> => {
      const { folders: inside, files } = await look(home);
      const theirs = visible(inside);
      const kept = theirs.filter((path) => rankOf(path) >= 0).map((path): Suggestion => ({ path, kind: 'known' }));
      return theirs.length + files > 0 ? [...kept, { path: home, kind: 'whole' }] : [];
    }),
  );
  return [...here, ...deeper.flat()];
}

/** Without the empty folders that unmounted drives leave behind, and without drives that hold copies. */
async function withContent(folders: readonly string[], look: Look): Promise<Suggestion[]> {
  const seen = await Promise.all(
    folders.map(async (path) => {
      const { folders: inside, files } = await look(path);
      return visible(inside).length + files > 0 && !holdsCopies(path, inside) ? [path] : [];
    }),
  );
  return seen.flat().map((path) => ({ path, kind: 'folder' }));
}

/** The list after one suggestion was pressed: put in, with what lies in it taken off, or taken out. */
export const toggled = (folders: readonly string[], path: string): string[] =>
  folders.includes(path)
    ? folders.filter((one) => one !== path)
    : [...folders.filter((one) => !contains(path, one)), path];

/** The chosen folder a suggestion lies in; undefined when it stands for itself. */
export const within = (folders: readonly string[], path: string): string | undefined =>
  folders.find((one) => one !== path && contains(one, path));
