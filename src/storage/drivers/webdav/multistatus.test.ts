import { describe, expect, test } from 'bun:test';
import { StorageError } from '../../errors.ts';
import { type ResourceAnswer, readMultistatus } from './multistatus.ts';

const answerOf = (...pieces: (string | Uint8Array)[]): Response =>
  new Response(
    new ReadableStream({
      start(controller) {
        for (const piece of pieces)
          controller.enqueue(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece);
        controller.close();
      },
    }),
    { status: 207 },
  );
async function read(...pieces: (string | Uint8Array)[]): Promise<ResourceAnswer[]> {
  const found: ResourceAnswer[] = [];
  await readMultistatus(answerOf(...pieces), (one) => found.push(one));
  return found;
}
const refusal = async (...pieces: (string | Uint8Array)[]): Promise<string> => {
  const error = await read(...pieces).then(
    (found) => `taken: ${found.length}`,
    (thrown: unknown) => thrown,
  );
  return error instanceof StorageError ? `${error.code}: ${error.message}` : String(error);
};

const response = (href: string): string =>
  `<d:response><d:href>${href}</d:href><d:propstat><d:prop><d:getcontentlength>3</d:getcontentlength></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`;
const whole = `<?xml version="1.0" encoding="utf-8"?>\n<d:multistatus xmlns:d="DAV:">${response('/a')}${response('/%C3%A4')}</d:multistatus>\n`;

describe('a multistatus', () => {
  test('is read whatever prefixes, quotes, comments and CDATA it is written with', async () => {
    const [one, ...more] =
      await read(`\ufeff<?xml version='1.0'?><!-- <a> --><multistatus xmlns='DAV:' xmlns:x="urn:x" a=">">
      <response><href><![CDATA[/a&b]]>&amp;&#x63;<!-- -->d</href>
      <D:propstat xmlns:D="DAV:"><D:prop><D:resourcetype><D:collection/></D:resourcetype><x:size>7</x:size><size xmlns=""/></D:prop>
      <D:status>HTTP/1.1 200 OK</D:status></D:propstat>
      <propstat><prop><getetag/></prop><status>HTTP/1.1 403 Forbidden</status></propstat></response></multistatus>`);
    expect(more).toHaveLength(0);
    expect(one?.href).toBe('/a&b&cd');
    expect(one?.told.get('{DAV:}resourcetype')?.inner).toEqual(['{DAV:}collection']);
    expect(one?.told.get('{urn:x}size')?.text).toBe('7');
    expect(one?.told.get('size')?.text).toBe('');
    expect(one?.refused.get('{DAV:}getetag')).toBe(403);
  });

  test('that is cut off at any byte is refused, never shorter', async () => {
    const bytes = new TextEncoder().encode(whole.trimEnd());
    for (let at = 0; at < bytes.length; at += 1)
      expect(`${at} ${await refusal(bytes.slice(0, at))}`).toStartWith(`${at} protocol`);
    expect(await read(bytes)).toHaveLength(2);
  });

  test('that comes in any pieces is the same', async () => {
    const bytes = new TextEncoder().encode(whole.replace('%C3%A4', 'ä😀'));
    const wanted = await read(bytes);
    for (let at = 1; at < bytes.length; at += 1)
      expect(await read(bytes.slice(0, at), bytes.slice(at))).toEqual(wanted);
    expect(await read(...[...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(wanted);
  });

  const bomb = `<!ENTITY a0 "ha">${Array.from({ length: 30 }, (_, n) => `<!ENTITY a${n + 1} "&a${n};&a${n};">`).join('')}`;
  const refused: Record<string, string> = {
    'with an entity that grows without end': `<?xml version="1.0"?><!DOCTYPE d [${bomb}]><d:multistatus xmlns:d="DAV:">&a30;</d:multistatus>`,
    'with an entity that reads a file':
      '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d:multistatus xmlns:d="DAV:">&x;</d:multistatus>',
    'with an entity nobody defined': whole.replace('/a<', '/&nbsp;<'),
    'with tags that cross': whole.replace('</d:href>', '</d:prop>'),
    'with a prefix nobody defined': whole.replace('xmlns:d', 'xmlns:e'),
    'with a lone ampersand': whole.replace('/a<', '/a&b<'),
    'with a character that can be none': whole.replace('/a<', '/&#0;<'),
    'in another encoding': whole.replace('utf-8', 'iso-8859-1'),
    'with an attribute that is none': whole.replace('<d:prop>', '<d:prop a=b>'),
    'nested without end': `<d:multistatus xmlns:d="DAV:">${'<a>'.repeat(5000)}`,
    'with another root': '<d:error xmlns:d="DAV:"/>',
    'of another namespace': '<multistatus xmlns="urn:x"/>',
    'with a part that names nothing': whole.replace('<d:href>/a</d:href>', ''),
    'with a part without a status': whole.replace('<d:status>HTTP/1.1 200 OK</d:status>', ''),
    'with a status that is none': whole.replace('HTTP/1.1 200 OK', 'fine'),
    'that is empty': ' ',
    'with a tag that never ends': `<d:multistatus xmlns:d="DAV:"><d:response a="${'x'.repeat(2_000_000)}`,
  };
  for (const [what, text] of Object.entries(refused))
    test(`${what} is refused`, async () => expect(await refusal(text)).toStartWith('protocol:'));

  test('in which bytes are no UTF-8 is refused', async () => {
    expect(await refusal('<d:multistatus xmlns:d="DAV:"><a>', Uint8Array.of(0xe9), '</a></d:multistatus>')).toStartWith(
      'protocol:',
    );
  });

  test('that goes on behind its end was broken off by the server, which may be asked again', async () => {
    expect(await refusal(`${whole}Internal Server Error`)).toStartWith('unavailable:');
  });

  test('that is a web page is told as one', async () => {
    for (const page of [
      '<!DOCTYPE html><html><body>Sign in</body></html>',
      '<html lang="en"><head></head></html>',
      '<HTML>',
      'Please sign in',
      '<!doctype HTML PUBLIC "-//W3C//DTD HTML 4.01//EN">',
    ]) {
      const said = await refusal(page);
      expect(said).toContain('web page');
      expect(said).not.toContain('ign in<');
    }
  });
});
