import { StorageError } from '../../errors.ts';

/** One page of ListObjectsV2 as the server sent it, nothing decoded but XML itself; undefined where it said nothing. */
export interface ListPage {
  objects: { key: string; size: number; etag: string }[];
  prefixes: string[];
  truncated: boolean | undefined;
  token: string | undefined;
  keyCount: number | undefined;
  urlEncoded: boolean;
}

const names: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescaped = (text: string): string =>
  text.includes('&')
    ? text.replaceAll(
        /&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi,
        (whole, decimal?: string, hex?: string, name?: string) => {
          if (name !== undefined) return names[name] ?? whole;
          const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
          return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
        },
      )
    : text;

/** A tag, and the text behind it up to the next one. */
const step = /<(\/?)([A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*?)?(\/?)>([^<]*)/y;

/**
 * Reads the few elements of a page that matter. Several times as fast as reading all of it into objects, which is what a
 * listing of a million files would spend most of its time with. Throws `protocol` for anything that is no whole page:
 * every element must be closed, and nothing may stand behind the last one.
 */
export function readListPage(xml: string, what: string): ListPage {
  const page: ListPage = {
    objects: [],
    prefixes: [],
    truncated: undefined,
    token: undefined,
    keyCount: undefined,
    urlEncoded: false,
  };
  const senseless = () =>
    new StorageError('protocol', `${what} answers a listing with something that is none, or is cut off.`);
  const open: string[] = [];
  let object = { key: '', size: Number.NaN, etag: '' };
  let at = /^\s*(?:<\?xml[^>]*\?>\s*)?/.exec(xml.slice(0, 500))?.[0].length ?? 0;

  function take(parent: string, name: string, text: string): void {
    if (parent === 'Contents') {
      if (name === 'Key') object.key = unescaped(text);
      else if (name === 'Size') object.size = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
      else if (name === 'ETag') object.etag = unescaped(text);
    } else if (parent === 'CommonPrefixes') {
      if (name === 'Prefix') page.prefixes.push(unescaped(text));
    } else if (open.length === 2) {
      if (name === 'IsTruncated') page.truncated = text === 'true' ? true : text === 'false' ? false : undefined;
      else if (name === 'NextContinuationToken') page.token = unescaped(text);
      else if (name === 'KeyCount') page.keyCount = Number(text);
      else if (name === 'EncodingType') page.urlEncoded = text === 'url';
    }
  }

  for (;;) {
    step.lastIndex = at;
    const found = step.exec(xml);
    if (!found) throw senseless();
    at = step.lastIndex;
    const [, closing, name = '', empty, text = ''] = found;
    if (open.length === 0 && name !== 'ListBucketResult') throw senseless();
    if (closing === '/') {
      if (open.pop() !== name) throw senseless();
      if (name === 'Contents' && open.length === 1) page.objects.push(object);
    } else {
      const parent = open.at(-1) ?? '';
      if (open.length >= 8) throw senseless();
      if (name === 'Contents') object = { key: '', size: Number.NaN, etag: '' };
      if (empty !== '/') {
        open.push(name);
        take(parent, name, text);
      }
    }
    if (open.length > 0) continue;
    if (xml.slice(at).trim() !== '' || (closing !== '/' && empty !== '/')) throw senseless();
    return page;
  }
}
