import { StorageError } from '../../errors.ts';
import { createXmlReader } from './xml.ts';

/** A property as it was answered: all text in it, and the names of the elements directly in it. */
export interface Property {
  text: string;
  inner: string[];
}

/** What a multistatus says of one resource (RFC 4918 §14.24). Names are `{namespace}local`. */
export interface ResourceAnswer {
  href: string;
  /** Of the resource as a whole; null where it is told per property. */
  status: number | null;
  /** Properties that were told. */
  told: Map<string, Property>;
  /** Properties that were not, and the status that says why. */
  refused: Map<string, number>;
}

/** A listing beyond this is refused: it would be a folder of about half a million entries, or no listing at all. */
const maxMultistatusBytes = 256 * 1024 * 1024;

const statusOf = (line: string): number => Number(/^HTTP\/\S+\s+(\d{3})\b/.exec(line.trim())?.[1] ?? Number.NaN);
const isGood = (status: number): boolean => status >= 200 && status < 300;
const broken = (): StorageError =>
  new StorageError('protocol', 'The WebDAV server answers with a listing that makes no sense. Nothing of it is used.');

interface Reading {
  response: ResourceAnswer | null;
  group: { status: number | null; properties: Map<string, Property> } | null;
  property: Property | null;
}

/** Follows the elements by their full path, so that nothing in an unknown element is taken for something of ours. */
function createCollector(take: (answer: ResourceAnswer) => void) {
  const path: string[] = [];
  const now: Reading = { response: null, group: null, property: null };
  let text = '';
  const at = (...names: string[]): boolean =>
    path.length === names.length && names.every((name, index) => path[index] === `{DAV:}${name}`);

  function closeGroup(response: ResourceAnswer): void {
    const { status, properties } = now.group ?? { status: null, properties: new Map<string, Property>() };
    if (status === null || Number.isNaN(status)) throw broken();
    for (const [name, property] of properties) {
      if (isGood(status)) response.told.set(name, property);
      else response.refused.set(name, status);
    }
    now.group = null;
  }
  function closeResponse(response: ResourceAnswer): void {
    if (response.href === '' || Number.isNaN(response.status)) throw broken();
    now.response = null;
    take(response);
  }
  return {
    open(name: string) {
      if (path.length === 0 && name !== '{DAV:}multistatus') throw broken();
      path.push(name);
      text = '';
      if (at('multistatus', 'response')) now.response = { href: '', status: null, told: new Map(), refused: new Map() };
      else if (at('multistatus', 'response', 'propstat')) now.group = { status: null, properties: new Map() };
      else if (path.length === 5 && path[2] === '{DAV:}propstat' && path[3] === '{DAV:}prop') {
        if (!now.group) return;
        now.property = { text: '', inner: [] };
        now.group.properties.set(name, now.property);
      } else if (path.length === 6) now.property?.inner.push(name);
    },
    text(value: string) {
      text += value;
      if (now.property) now.property.text += value;
    },
    close() {
      const { response } = now;
      if (response) {
        if (at('multistatus', 'response', 'href')) response.href ||= text.trim();
        else if (at('multistatus', 'response', 'status')) response.status = statusOf(text);
        else if (at('multistatus', 'response', 'propstat', 'status') && now.group) now.group.status = statusOf(text);
        else if (at('multistatus', 'response', 'propstat')) closeGroup(response);
        else if (at('multistatus', 'response')) closeResponse(response);
      }
      if (path.length === 5) now.property = null;
      path.pop();
      text = '';
    },
  };
}

/**
 * Reads a multistatus as it comes. Each resource is handed on once; when this resolves the document was whole. Throws
 * `protocol` for anything else.
 */
export async function readMultistatus(answer: Response, take: (answer: ResourceAnswer) => void): Promise<void> {
  const reader = createXmlReader(createCollector(take));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch {
      throw broken();
    }
  };
  let bytes = 0;
  for await (const piece of (answer.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
    bytes += piece.byteLength;
    if (bytes > maxMultistatusBytes)
      throw new StorageError(
        'protocol',
        `The WebDAV server answers with a listing of more than ${maxMultistatusBytes / 1024 / 1024} MiB. Split the folder.`,
      );
    reader.write(decode(piece));
  }
  reader.write(decode());
  reader.end();
}
