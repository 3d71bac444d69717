import type { Entry } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { compareUtf8 } from '../../names.ts';
import { etagOf, tagOf } from './etag.ts';
import { decodedKey } from './keys.ts';
import { type ListPage, readListPage } from './list-page.ts';
import type { Session } from './session.ts';
import { readAnswer } from './transport.ts';

interface Page {
  files: Entry[];
  /** Keys that lie right below, each ending in `/`; only asked for with a delimiter. */
  folders: string[];
  /** The folder's own placeholder was told: an object whose key ends in `/`. */
  placeholder: boolean;
}

const folderEntry = (path: string): Entry => ({
  path,
  kind: 'folder',
  size: 0,
  mtimeNs: null,
  hash: null,
  tag: null,
  id: null,
});

const broken = (what: string, how: string) =>
  new StorageError('protocol', `${what} was listed in a way that makes no sense: ${how}. Nothing of it is used.`);

/** Checks that keys ascend, within a page and from page to page: a repeated or lost page cannot go unnoticed. */
function createOrder(what: string) {
  let before: string | null = null;
  let highest: string | null = null;
  return {
    startPage() {
      before = highest;
    },
    /** `last` is the key before in the same row of this page. Answers the key. */
    check(key: string, last: string | null): string {
      const floor = last ?? before;
      if (floor !== null && compareUtf8(key, floor) <= 0)
        throw broken(what, 'objects came twice, or in another order than by their names');
      if (highest === null || compareUtf8(key, highest) > 0) highest = key;
      return key;
    },
  };
}

/**
 * Every object below a prefix, page by page; the next page is under way while one is looked at. Throws `protocol` when
 * pages do not add up to the whole.
 */
async function* pagesOf(
  session: Session,
  prefix: string,
  delimiter: '/' | undefined,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  const { what, keys } = session;
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  async function fetchPage(token: string | undefined): Promise<ListPage> {
    const query = {
      'list-type': '2',
      'encoding-type': 'url',
      prefix,
      ...(delimiter === undefined ? {} : { delimiter }),
      ...(token === undefined ? {} : { 'continuation-token': token }),
    };
    const answer = await session.send(null, { method: 'GET', key: '', query, signal: both });
    try {
      return readListPage(new TextDecoder().decode(await readAnswer(answer, what)), what);
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    }
  }
  const order = createOrder(what);

  function read({ objects, prefixes, keyCount, urlEncoded }: ListPage): Page {
    // Some servers leave the folders out of the count.
    const came = [objects.length, objects.length + prefixes.length];
    if (keyCount !== undefined && !came.includes(keyCount))
      throw broken(what, `${keyCount} names were announced and ${came[1]} came`);
    const decode = (key: string): string => {
      if (key === '') throw broken(what, 'an object has no name');
      return urlEncoded ? decodedKey(key) : key;
    };
    const page: Page = { files: [], folders: [], placeholder: false };
    order.startPage();
    let last: string | null = null;
    for (const object of objects) {
      const key = order.check(decode(object.key), last);
      last = key;
      if (!key.startsWith(prefix)) throw broken(what, 'objects came that were not asked for');
      if (key.endsWith('/') || key === prefix) {
        page.placeholder ||= key === prefix; // folders as other programs mark them: no content, not ours to judge
        continue;
      }
      const { size } = object;
      if (!(size >= 0)) throw broken(what, 'an object has no size');
      const path = keys.pathOf(key, prefix);
      page.files.push({
        path,
        kind: 'file',
        size,
        mtimeNs: null,
        hash: null,
        tag: tagOf(etagOf(object.etag), size),
        id: null,
      });
    }
    last = null;
    for (const folder of prefixes) {
      const key = order.check(decode(folder), last);
      last = key;
      if (!key.endsWith('/')) throw broken(what, 'a folder came that is none');
      page.folders.push(keys.pathOf(key.slice(0, -1), prefix));
    }
    return page;
  }

  try {
    let pending = fetchPage(undefined);
    for (;;) {
      const answer = await pending;
      const { truncated, token } = answer;
      if (truncated === undefined) throw broken(what, 'it does not say whether there is more');
      if (truncated) {
        if (!token) throw broken(what, 'there is more, and no way to get at it');
        pending = fetchPage(token);
        pending.catch(() => {}); // awaited in its turn, or nobody wants it any more
      }
      yield read(answer);
      if (!truncated) return;
    }
  } finally {
    stop.abort(new Error('Nobody reads on'));
  }
}

/** What lies right in one folder. Folders are implied: a missing one that is not the root is `not_found`. */
export async function listFolder(session: Session, folder: string, signal: AbortSignal): Promise<Entry[]> {
  const entries: Entry[] = [];
  let there = folder === '';
  for await (const page of pagesOf(session, session.keys.prefixOf(folder), '/', signal)) {
    there ||= page.placeholder;
    entries.push(...page.files, ...page.folders.map(folderEntry));
  }
  if (!there && entries.length === 0)
    throw new StorageError('not_found', `There is no folder ${JSON.stringify(folder)} in the bucket.`);
  return entries;
}

export async function* listBelow(session: Session, folder: string, signal: AbortSignal): AsyncGenerator<Entry[]> {
  for await (const { files } of pagesOf(session, session.keys.prefixOf(folder), undefined, signal))
    if (files.length > 0) yield files;
}
