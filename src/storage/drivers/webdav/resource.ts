import type { Entry } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { pathBelow } from '../../names.ts';
import { nameInFolder, type Place } from './address.ts';
import { type About, partFailure } from './failure.ts';
import type { Property, ResourceAnswer } from './multistatus.ts';

const dav = (name: string): string => `{DAV:}${name}`;
const owncloud = (name: string): string => `{http://owncloud.org/ns}${name}`;

const body = (names: string, more = ''): string =>
  `<?xml version="1.0" encoding="utf-8"?><d:propfind xmlns:d="DAV:" xmlns:o="http://owncloud.org/ns"><d:prop>${names
    .split(' ')
    .map((name) => `<d:${name}/>`)
    .join('')}${more}</d:prop></d:propfind>`;

/** What is asked of every entry: only what is used, since servers compute each property for each file. */
export const entryQuestion = {
  plain: body('resourcetype getcontentlength getlastmodified getetag'),
  owncloud: body('resourcetype getcontentlength getlastmodified getetag', '<o:id/><o:checksums/>'),
};
export const rootQuestion = body('resourcetype current-user-principal', '<o:id/>');
export const spaceQuestion = body('quota-available-bytes quota-used-bytes');

/** An entry as its server tells of it, before it is known what the server is good for. */
export interface Resource {
  kind: Entry['kind'];
  size: number;
  modifiedMs: number | null;
  tag: string | null;
  sha1: string | null;
  id: string | null;
}

/** Without the sign of a weak tag: Apache's are weak for a second after a change, and the same ones afterwards. */
const bareTag = (etag: string): string =>
  etag
    .trim()
    .replace(/^W\//, '')
    .replace(/^"(.*)"$/s, '$1');

function needed(answer: ResourceAnswer, name: string, about: About): Property {
  const property = answer.told.get(dav(name));
  if (property) return property;
  const status = answer.refused.get(dav(name));
  if (status !== undefined && status !== 404) throw partFailure(status, about);
  throw new StorageError(
    'protocol',
    `${about.what} does not say what or how large the entries of ${JSON.stringify(about.path)} are. Nothing of the listing is used.`,
  );
}

/** Throws for an entry of which the server could not tell what we need: a listing without it would be a lie. */
export function resourceOf(answer: ResourceAnswer, about: About): Resource {
  if (answer.status !== null && (answer.status < 200 || answer.status > 299)) throw partFailure(answer.status, about);
  const { inner } = needed(answer, 'resourcetype', about);
  const told = (name: string) => answer.told.get(name)?.text.trim() || null;
  const kind = inner.includes(dav('collection')) ? 'folder' : inner.length === 0 ? 'file' : 'other';
  const size = kind === 'file' ? needed(answer, 'getcontentlength', about).text.trim() : '0';
  if (!/^\d{1,15}$/.test(size)) throw new StorageError('protocol', `${about.what} tells sizes that are no numbers.`);
  const modified = told(dav('getlastmodified'));
  const modifiedMs = modified === null ? Number.NaN : Date.parse(modified);
  const etag = told(dav('getetag'));
  return {
    kind,
    size: Number(size),
    modifiedMs: Number.isNaN(modifiedMs) ? null : modifiedMs,
    tag: kind !== 'file' ? null : etag !== null ? bareTag(etag) : modified === null ? null : `${size}-${modifiedMs}`,
    sha1: /\bSHA1:([0-9a-f]{40})\b/i.exec(told(owncloud('checksums')) ?? '')?.[1]?.toLowerCase() ?? null,
    id: told(owncloud('id')),
  };
}

export function entryFrom(path: string, resource: Resource, keepsTimes: boolean): Entry {
  const { kind, size, modifiedMs, tag, sha1, id } = resource;
  return {
    path,
    kind,
    size,
    mtimeNs: keepsTimes && kind === 'file' && modifiedMs !== null ? BigInt(modifiedMs) * 1_000_000n : null,
    hash: sha1 === null ? null : { kind: 'sha1', hex: sha1 },
    tag,
    id,
  };
}

/**
 * Sorts the parts of a Depth 1 answer: the folder itself, which must be there, and what lies in it, each name once.
 */
export function createFolderReading(place: Place, folder: string, about: About) {
  const found = new Map<string, Resource>();
  let self: Resource | null = null;
  return {
    take(answer: ResourceAnswer): void {
      const name = nameInFolder(answer.href, place, folder);
      const resource = resourceOf(answer, about);
      if (name === '') self = resource;
      else if (found.has(name))
        throw new StorageError('protocol', `${about.what} lists two entries of one name. Nothing of it is used.`);
      else found.set(name, resource);
    },
    /** Entries by their paths. */
    whole(): { self: Resource; entries: Map<string, Resource> } {
      if (self === null)
        throw new StorageError(
          'protocol',
          `${about.what} lists a folder without the folder itself: not all of it came.`,
        );
      return { self, entries: new Map([...found].map(([name, one]) => [pathBelow(folder, name), one])) };
    },
  };
}
