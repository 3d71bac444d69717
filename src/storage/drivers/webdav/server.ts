import { StorageError } from '../../errors.ts';
import { type Place, placeOf, urlOf } from './address.ts';
import type { Connection } from './connection.ts';
import { failureOf, redirected } from './failure.ts';
import { type ResourceAnswer, readMultistatus } from './multistatus.ts';
import type { Flavour } from './own-names.ts';
import { rootQuestion } from './resource.ts';
import { webPage } from './xml.ts';

/** What a server turned out to be when it was first spoken to. */
export interface ServerInfo {
  /**
   * `owncloud`: Nextcloud, ownCloud and their kin, which replace files whole and keep times; `apache`: mod_dav_fs, which
   * replaces files whole by itself; `plain`: of which nothing is known.
   */
  flavour: Flavour;
  /** As it calls itself; for people. */
  software: string | null;
  caseSensitive: boolean;
  /** Where uploads in parts are collected, and the root as those want it named; null where there is no such thing. */
  uploads: { place: Place; root: Place } | null;
}

export async function ask(
  connection: Connection,
  url: string,
  question: string,
  depth: '0' | '1',
  signal: AbortSignal,
): Promise<Response> {
  return connection.request('PROPFIND', url, {
    headers: { depth, 'content-type': 'application/xml; charset=utf-8' },
    body: () => question,
    signal,
    decompress: true,
  });
}

/** A multistatus about one thing: its part. */
export async function single(answer: Response): Promise<ResourceAnswer> {
  let only: ResourceAnswer | null = null;
  await readMultistatus(answer, (part) => {
    if (only !== null)
      throw new StorageError('protocol', 'The WebDAV server answers about more than it was asked for.');
    only = part;
  });
  if (only === null)
    throw new StorageError('protocol', 'The WebDAV server answers about nothing that it was asked for.');
  return only;
}

/**
 * The places of a Nextcloud or ownCloud. Parts are collected under the name the server itself has for the user, which may
 * be another than the one typed at sign-in.
 */
function uploadsOf(root: Place, principal: string | null): ServerInfo['uploads'] {
  const names = [...root.names];
  const at = names.indexOf('remote.php');
  if (at === -1) return null;
  const before = names.slice(0, at + 1);
  const place = (...more: string[]) => placeOf(root.origin, [...before, 'dav', ...more]);
  if (names[at + 1] === 'dav' && names[at + 2] === 'files' && names[at + 3] !== undefined)
    return { place: place('uploads', names[at + 3] as string), root };
  const user = /\/principals\/users\/([^/]+)\/?$/.exec(principal ?? '')?.[1];
  if (names[at + 1] !== 'webdav' || user === undefined) return null;
  const name = decodeURIComponent(user);
  return { place: place('uploads', name), root: place('files', name, ...names.slice(at + 2)) };
}

const swapped = (text: string): string =>
  text.replaceAll(/[a-z]/gi, (one) => (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase()));

/** A server that finds its own root under another case takes `a` and `A` for one. */
async function foldsCase(connection: Connection, root: Place, signal: AbortSignal): Promise<boolean> {
  const last = root.names.at(-1) ?? '';
  const other = swapped(last);
  if (!/^[a-z0-9 ._-]*[a-z][a-z0-9 ._-]*$/i.test(last) || other === last) return false;
  const twin = placeOf(root.origin, [...root.names.slice(0, -1), other]);
  const answer = await ask(connection, twin.url, rootQuestion, '0', signal);
  void answer.body?.cancel().catch(() => {});
  return answer.status === 207;
}

const printable = (text: string | null): string | null => text?.replaceAll(/[^\x20-\x7e]/g, '').slice(0, 80) || null;

/** Finds out how to sign in, and what the server is. `base` is the address without the folder below it. */
export async function meet(connection: Connection, root: Place, base: Place, signal: AbortSignal): Promise<ServerInfo> {
  const { what } = connection;
  // The first one carries no credentials: its answer says which ones are wanted, and no body is lost by it.
  const first = await ask(connection, root.url, rootQuestion, '0', signal);
  void first.body?.cancel().catch(() => {});
  let at = root;
  let answer = await ask(connection, root.url, rootQuestion, '0', signal);
  if (answer.status === 404 && base.url !== root.url) {
    void answer.body?.cancel().catch(() => {});
    at = base;
    answer = await ask(connection, base.url, rootQuestion, '0', signal);
  }
  const { status, headers } = answer;
  const software = printable(headers.get('server'));
  if (status >= 300 && status <= 399) throw redirected(answer, at.url, what);
  if (status === 405 || status === 501) {
    void answer.body?.cancel().catch(() => {});
    throw new StorageError(
      'protocol',
      `${what} does not speak WebDAV at this address. Enter the whole address; for Nextcloud it ends in /remote.php/dav/files/<user>.`,
    );
  }
  if (status === 200) {
    void answer.body?.cancel().catch(() => {});
    throw webPage();
  }
  // Missing, or not ours to look at: whoever asks for it will be told so.
  if (status === 404 || status === 403) {
    void answer.body?.cancel().catch(() => {});
    return { flavour: 'plain', software, caseSensitive: true, uploads: null };
  }
  if (status !== 207) throw failureOf(answer, { what, path: '' });
  const part = await single(answer);
  if (part.told.has('{http://owncloud.org/ns}id')) {
    const principal = part.told.get('{DAV:}current-user-principal')?.text.trim() ?? null;
    return { flavour: 'owncloud', software, caseSensitive: true, uploads: uploadsOf(root, principal) };
  }
  const options = await connection.request('OPTIONS', urlOf(at, ''), { signal });
  void options.body?.cancel().catch(() => {});
  const apache = (options.headers.get('dav') ?? '').includes('http://apache.org/dav/propset/fs/1');
  // Before 2.4 it wrote into the file that is replaced.
  const old = /Apache\/(1|2\.[0-3])\b/.test(software ?? '');
  const folds = /IIS/.test(software ?? '') || (at === root && (await foldsCase(connection, root, signal)));
  return { flavour: apache && !old ? 'apache' : 'plain', software, caseSensitive: !folds, uploads: null };
}
