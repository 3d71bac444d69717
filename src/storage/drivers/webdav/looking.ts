import { translateDiskSpace } from 'webdav';
import type { Entry, Space } from '../../driver.ts';
import { type Place, samePath, urlOf } from './address.ts';
import type { Connection } from './connection.ts';
import { failureOf, noRoot, notFound, redirected } from './failure.ts';
import { readMultistatus } from './multistatus.ts';
import type { Flavour } from './own-names.ts';
import { createFolderReading, entryFrom, entryQuestion, type Resource, resourceOf, spaceQuestion } from './resource.ts';
import { ask, single } from './server.ts';
import { webPage } from './xml.ts';

export interface Looking {
  /** One resource; null when nothing is there. */
  look(path: string, signal: AbortSignal): Promise<Resource | null>;
  /** The same as whoever moves files is told; null also for our own files on their way. */
  stat(path: string, signal: AbortSignal): Promise<Entry | null>;
  /** Everything in a folder by path, our own files on their way included. Throws `not_found`, `no_root`. */
  everything(folder: string, signal: AbortSignal): Promise<Map<string, Resource>>;
  space(signal: AbortSignal): Promise<Space | null>;
}

/** `200 OK` to a PROPFIND is what pages and portals say that know nothing of WebDAV. */
const requireMultistatus = (answer: Response, path: string, url: string, what: string): void => {
  if (answer.status === 207) return;
  if (answer.status >= 300 && answer.status <= 399) throw redirected(answer, url, what);
  if (answer.status !== 200) throw failureOf(answer, { what, path });
  void answer.body?.cancel().catch(() => {});
  throw webPage();
};
const gone = (status: number): boolean => status === 404 || status === 410;

export function createLooking(connection: Connection, place: Place, flavour: Flavour): Looking {
  const { what } = connection;
  const question = flavour === 'owncloud' ? entryQuestion.owncloud : entryQuestion.plain;

  /** Apache sends a folder that is asked for without a slash on to the same path with one, and a file back. */
  const isOwnSlash = (answer: Response, url: string): boolean =>
    answer.status >= 301 &&
    answer.status <= 308 &&
    samePath(URL.parse(answer.headers.get('location') ?? '', url), URL.parse(url));

  async function look(path: string, signal: AbortSignal): Promise<Resource | null> {
    let url = urlOf(place, path);
    let answer = await ask(connection, url, question, '0', signal);
    if (path !== '' && isOwnSlash(answer, url)) {
      void answer.body?.cancel().catch(() => {});
      url = urlOf(place, path, 'folder');
      answer = await ask(connection, url, question, '0', signal);
    }
    // Below a file there is nothing, whatever the server calls it (Apache: 400).
    if (gone(answer.status) || (answer.status === 400 && path.includes('/'))) {
      void answer.body?.cancel().catch(() => {});
      if (answer.status !== 400) return null;
      const above = await look(path.slice(0, path.lastIndexOf('/')), signal);
      if (above?.kind !== 'folder') return null;
    }
    requireMultistatus(answer, path, url, what);
    return resourceOf(await single(answer), { what, path });
  }

  return {
    look,
    async stat(path, signal) {
      const found = await look(path, signal);
      return found && entryFrom(path, found, flavour === 'owncloud');
    },
    async everything(folder, signal) {
      const url = urlOf(place, folder, 'folder');
      const answer = await ask(connection, url, question, '1', signal);
      if (gone(answer.status) || answer.status === 400 || isOwnSlash(answer, url)) {
        void answer.body?.cancel().catch(() => {});
        throw notFound(what, folder);
      }
      requireMultistatus(answer, folder, url, what);
      const reading = createFolderReading(place, folder, { what, path: folder });
      await readMultistatus(answer, reading.take);
      const { self, entries } = reading.whole();
      if (self.kind === 'folder') return entries;
      throw folder === '' ? noRoot(what) : notFound(what, folder);
    },
    async space(signal) {
      const answer = await ask(connection, place.url, spaceQuestion, '0', signal);
      requireMultistatus(answer, '', place.url, what);
      const { told } = await single(answer);
      const bytes = (name: string): number | null => {
        const text = told.get(`{DAV:}${name}`)?.text.trim() ?? '';
        // Nextcloud says "unlimited" and "not known" by negative numbers.
        const value = /^-?\d{1,19}$/.test(text) ? translateDiskSpace(text) : 'unknown';
        return typeof value === 'number' && value >= 0 ? value : null;
      };
      const [freeBytes, used] = [bytes('quota-available-bytes'), bytes('quota-used-bytes')];
      if (freeBytes === null) return null;
      return { freeBytes, totalBytes: used === null ? null : freeBytes + used };
    },
  };
}
