import { StorageError } from '../../errors.ts';

interface XmlHandler {
  /** `name` is `{namespace}local`, or `local` where there is no namespace. */
  open(name: string): void;
  close(): void;
  /** Everything between two tags, decoded; several pieces per element where comments or children lie between. */
  text(value: string): void;
}

interface XmlReader {
  /** The next piece, cut anywhere. Throws `protocol`. */
  write(text: string): void;
  /** Throws `protocol` when the document did not end. */
  end(): void;
}

/** A tag, a comment or a text beyond this size is no answer to any question of ours; characters. */
const maxTokenChars = 1024 * 1024;
const maxDepth = 64;
const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const tagName = /^[\p{L}_][\p{L}\p{N}_.:-]*/u;
const attribute = /\s+([\p{L}_][\p{L}\p{N}_.:-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/uy;
const oddCharacter = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

const wrong = (why: string): StorageError =>
  new StorageError('protocol', `The WebDAV server answers with XML that ${why}. Nothing of it is used.`);
/** What people see whose address, login page or Wi-Fi portal answers in the server's place. */
export const webPage = (): StorageError =>
  new StorageError(
    'protocol',
    'A web page came back instead of a WebDAV answer. Check that the address is complete (for Nextcloud it ends in /remote.php/dav/files/<user>), and that no login page or network portal stands in between.',
  );

/** Go's server has begun its answer when it finds out that it cannot read one of the entries, and then says so behind. */
const brokenOff = (): StorageError =>
  new StorageError('unavailable', 'The WebDAV server broke off its answer in the middle. Nothing of it is used.');

function decoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(/&(?:#(?:x([0-9a-f]{1,6})|(\d{1,7}))|([a-z]{2,4}));|&/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return named[name] ?? refuseEntity();
    if (whole === '&') throw wrong('is broken');
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    if (code > 0x10ffff || oddCharacter.test(String.fromCodePoint(code))) throw wrong('is broken');
    return String.fromCodePoint(code);
  });
}
const refuseEntity = (): never => {
  throw wrong('brings entities of its own, which are never expanded');
};

/**
 * A reader for the XML that WebDAV servers send, strict where leniency would lose entries: a document that is cut off,
 * crossed or garbled is an error, never a shorter one. Documents that define anything (DOCTYPE, entities) are refused,
 * so that nothing can grow while it is read. Holds one token in memory.
 */
export function createXmlReader(handler: XmlHandler): XmlReader {
  let rest = '';
  let begun = false;
  let done = false;
  const tags: string[] = [];
  const scopes: Map<string, string>[] = [new Map([['xml', 'http://www.w3.org/XML/1998/namespace']])];

  function characters(text: string): void {
    if (text === '') return;
    if (tags.length > 0) handler.text(decoded(text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text));
    else if (!/^[\s\ufeff]*$/.test(text)) throw begun ? brokenOff() : webPage();
  }

  function resolve(tag: string, scope: Map<string, string>): string {
    const colon = tag.indexOf(':');
    const space = scope.get(colon === -1 ? '' : tag.slice(0, colon));
    if (colon !== -1 && space === undefined) throw wrong('is broken');
    return space ? `{${space}}${tag.slice(colon + 1)}` : tag.slice(colon + 1);
  }

  function openTag(inside: string): void {
    const empty = inside.endsWith('/');
    const body = empty ? inside.slice(0, -1) : inside;
    const tag = tagName.exec(body)?.[0];
    if (tag === undefined || done) throw wrong('is broken');
    if (!begun && /^html$/i.test(tag)) throw webPage();
    begun = true;
    let scope = scopes.at(-1) as Map<string, string>;
    let at = tag.length;
    for (attribute.lastIndex = at; ; at = attribute.lastIndex) {
      const found = attribute.exec(body);
      if (!found) break;
      const [, name = '', double, single] = found;
      if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue;
      scope = new Map(scope).set(name.slice(6), decoded(double ?? single ?? ''));
    }
    if (body.slice(at).trim() !== '') throw wrong('is broken');
    handler.open(resolve(tag, scope));
    if (empty) {
      handler.close();
      done = tags.length === 0;
      return;
    }
    if (tags.length >= maxDepth) throw wrong('is nested without end');
    tags.push(tag);
    scopes.push(scope);
  }

  function closeTag(tag: string): void {
    if (tags.pop() !== tag) throw wrong('is broken');
    scopes.pop();
    handler.close();
    done = tags.length === 0;
  }

  function prolog(inside: string): void {
    const encoding = /^xml\s.*encoding\s*=\s*["']([^"']*)["']/s.exec(inside)?.[1];
    if (encoding !== undefined && !/^(utf-?8|us-ascii)$/i.test(encoding)) throw wrong('is not in UTF-8');
  }

  /** End of the tag that begins at `from`, not counting what stands in quotes; -1 when it is not there yet. */
  function tagEnd(from: number): number {
    const first = rest.indexOf('>', from);
    if (first === -1 || !/["']/.test(rest.slice(from, first))) return first;
    let quote = '';
    for (let at = from; at < rest.length; at += 1) {
      const one = rest[at] as string;
      if (quote !== '') {
        if (one === quote) quote = '';
      } else if (one === '"' || one === "'") quote = one;
      else if (one === '>') return at;
    }
    return -1;
  }

  /** Takes what begins with `<` at `at`; answers where it ends, or -1 when it is not whole yet. */
  function markup(at: number): number {
    const until = (end: string, skip: number, take?: (inside: string) => void): number => {
      const found = rest.indexOf(end, at + skip);
      if (found === -1) return -1;
      take?.(rest.slice(at + skip, found));
      return found + end.length;
    };
    const next = rest[at + 1];
    if (next === '/') return until('>', 2, (tag) => closeTag(tag.trimEnd()));
    if (next === '?') return until('?>', 2, prolog);
    if (next !== '!') {
      const end = tagEnd(at + 1);
      if (end === -1) return -1;
      openTag(rest.slice(at + 1, end));
      return end + 1;
    }
    if (rest.startsWith('<!--', at)) return until('-->', 4);
    if (rest.startsWith('<![CDATA[', at))
      return until(']]>', 9, (text) => (tags.length > 0 ? handler.text(text) : characters('&')));
    if (rest.length - at < 9) return -1; // not enough to tell one from the other
    if (!begun && /^<!doctype\s+html/i.test(rest.slice(at, at + 40))) throw webPage();
    throw wrong('brings definitions of its own, which are never read');
  }

  return {
    write(text) {
      rest = rest === '' ? text : rest + text;
      let at = 0;
      for (;;) {
        const found = rest.indexOf('<', at);
        if (found === -1) break;
        if (found > at) characters(rest.slice(at, found));
        at = found;
        const end = markup(at);
        if (end === -1) break;
        at = end;
      }
      rest = rest.slice(at);
      if (rest.length > maxTokenChars) throw wrong('makes no sense');
    },
    end() {
      if (!begun && /^[\s\ufeff]*$/.test(rest)) throw wrong('is empty');
      if (!rest.startsWith('<')) characters(rest);
      if (!done || rest.startsWith('<')) throw wrong('ends in the middle');
    },
  };
}
