import { afterAll, describe, expect, test } from 'bun:test';
import type { StorageDriver } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { createWebdavDriver } from './driver.ts';

const { signal } = new AbortController();
const ends: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ends) await end();
});

const told = (props: string, status = '200 OK'): string =>
  `<d:propstat><d:prop>${props}</d:prop><d:status>HTTP/1.1 ${status}</d:status></d:propstat>`;
const file = (href: string, size = '3'): string =>
  `<d:response><d:href>${href}</d:href>${told(`<d:resourcetype/><d:getcontentlength>${size}</d:getcontentlength><d:getetag>"e"</d:getetag>`)}</d:response>`;
const folder = (href: string): string =>
  `<d:response><d:href>${href}</d:href>${told('<d:resourcetype><d:collection/></d:resourcetype>')}</d:response>`;
const multistatus = (...parts: string[]): string =>
  `<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">${parts.join('')}</d:multistatus>`;

interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body: string;
}

/** A server whose folder `/dav/my root/` answers what it is told to; everything else is as it should be. */
function speaking(answer: Answer): StorageDriver {
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      const { pathname } = new URL(request.url);
      if (request.method === 'OPTIONS') return new Response(null, { headers: { dav: '1, 2' } });
      if (request.headers.get('depth') === '1')
        return new Response(answer.body, { status: answer.status ?? 207, headers: answer.headers ?? {} });
      return pathname === '/dav/my%20root/'
        ? new Response(multistatus(folder('/dav/my%20root/')), { status: 207 })
        : new Response(null, { status: 404 });
    },
  });
  const driver = createWebdavDriver(
    { url: `http://127.0.0.1:${server.port}/dav`, remote_path: '/my root', certificate_sha256: null },
    { username: 'u', password: 'p', token: null },
    {},
  );
  ends.push(
    () => server.stop(true),
    () => driver.close(),
  );
  return driver;
}
const listing = (...parts: string[]): StorageDriver => speaking({ body: multistatus(...parts) });
const root = folder('/dav/my%20root/');

async function failure(work: Promise<unknown>): Promise<StorageError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StorageError);
  return error as StorageError;
}

describe('an entry is found under its name', () => {
  const hrefs: Record<string, string> = {
    'as an absolute path': '/dav/my%20root/a%20%C3%A4.txt',
    'with lower-case escapes': '/dav/my%20root/a%20%c3%a4.txt',
    'with more escaped than needed': '/%64av/my%20root/%61%20%C3%A4%2etxt',
    'not escaped at all': '/dav/my root/a ä.txt',
    'as a whole address': 'http://127.0.0.1/dav/my%20root/a%20%C3%A4.txt',
    'as an address behind a proxy': 'https://internal.example:8443/dav/my%20root/a%20%C3%A4.txt',
    'relative to its folder': 'a%20%C3%A4.txt',
    'relative, with a dot': './a%20%C3%A4.txt',
    'with a slash too many': '/dav//my%20root/a%20%C3%A4.txt/',
  };
  for (const [what, href] of Object.entries(hrefs))
    test(what, async () => {
      const entries = await listing(root, file(href)).list('', signal);
      expect(entries).toMatchObject([{ path: 'a ä.txt', kind: 'file', size: 3, tag: 'e' }]);
    });

  test('letter by letter, whatever Unicode form it has', async () => {
    const names = ['Am\u00e9lie', 'Ame\u0301lie', 'a%2Fb', '100%', 'a+b', 'a?b#c', '%2e%2e', 'a&b'];
    const driver = listing(root, ...names.map((name) => file(`/dav/my%20root/${encodeURIComponent(name)}`)));
    expect((await driver.list('', signal)).map((entry) => entry.path)).toEqual(names);
  });

  test('the folder itself is left out however it is spelled', async () => {
    for (const self of ['/dav/my%20root', '/dav/my root/', 'http://x/dav/my%20root/', './', ''])
      if (self !== '') expect(await listing(folder(self)).list('', signal)).toEqual([]);
  });
});

describe('a listing is refused as a whole', () => {
  const hostile: Record<string, string[]> = {
    'with a name that leads out of it': [root, file('/dav/my%20root/..')],
    'with a path that leads out of it': [root, file('/dav/my%20root/../../etc/passwd')],
    'with an escaped way out': [root, file('/dav/my%20root/%2e%2e')],
    'with an escaped slash in a name': [root, file('/dav/my%20root/..%2f..%2fetc')],
    'with a relative way out': [root, file('../x')],
    'with a NUL in a name': [root, file('/dav/my%20root/a%00b')],
    'with a name that is no UTF-8': [root, file('/dav/my%20root/%E9')],
    'with an escape that is none': [root, file('/dav/my%20root/100%')],
    'with an entry of another folder': [root, file('/dav/other/a')],
    'with an entry from below': [root, file('/dav/my%20root/sub/a')],
    'with its parent': [root, folder('/dav/')],
    'with one name twice': [root, file('/dav/my%20root/a'), file('/dav/my%20root/%61')],
    'without the folder itself': [file('/dav/my%20root/a')],
    'that is empty': [],
    'with a size that is no number': [root, file('/dav/my%20root/a', '12 bytes')],
    'with a size below nothing': [root, file('/dav/my%20root/a', '-1')],
    'without the size of a file': [
      root,
      `<d:response><d:href>/dav/my%20root/a</d:href>${told('<d:resourcetype/>')}</d:response>`,
    ],
    'that does not say what an entry is': [
      root,
      `<d:response><d:href>/dav/my%20root/a</d:href>${told('<d:getcontentlength>3</d:getcontentlength>')}${told('<d:resourcetype/>', '404 Not Found')}</d:response>`,
    ],
  };
  for (const [what, parts] of Object.entries(hostile))
    test(what, async () => expect((await failure(listing(...parts).list('', signal))).code).toBe('protocol'));

  const part = (status: string) =>
    listing(
      root,
      file('/dav/my%20root/a'),
      `<d:response><d:href>/dav/my%20root/b</d:href><d:status>HTTP/1.1 ${status}</d:status></d:response>`,
    );
  const property = (status: string) =>
    listing(
      root,
      file('/dav/my%20root/a'),
      `<d:response><d:href>/dav/my%20root/b</d:href>${told('<d:resourcetype/><d:getcontentlength/>', status)}</d:response>`,
    );
  for (const [status, code] of [
    ['403 Forbidden', 'permission'],
    ['500 Oops', 'unavailable'],
    ['423 Locked', 'unavailable'],
    ['507 Full', 'quota'],
  ] as const)
    test(`when a part of it failed with ${status}`, async () => {
      expect((await failure(part(status).list('', signal))).code).toBe(code);
      expect((await failure(property(status).list('', signal))).code).toBe(code);
    });

  test('when an entry vanished while it was made, and may be asked for again', async () => {
    expect((await failure(part('404 Not Found').list('', signal))).code).toBe('unavailable');
  });

  test('when it is cut off, or a page of somebody else', async () => {
    const text = multistatus(root, file('/dav/my%20root/a'));
    expect((await failure(speaking({ body: text.slice(0, -20) }).list('', signal))).code).toBe('protocol');
    const page = { body: '<!DOCTYPE html><html><body>Welcome to Hotel Wi-Fi, token=hunter2</body></html>' };
    for (const answer of [
      page,
      { ...page, status: 200 },
      { ...page, status: 200, headers: { 'content-type': 'text/html' } },
    ]) {
      const error = await failure(speaking(answer).list('', signal));
      expect(error.code).toBe('protocol');
      expect(error.message).toContain('web page');
      expect(error.message).not.toContain('hunter2');
    }
  });
});

test('an entry that is neither file nor folder is told as such', async () => {
  const odd = `<d:response><d:href>/dav/my%20root/link</d:href>${told('<d:resourcetype><d:redirectref/></d:resourcetype>')}</d:response>`;
  expect(await listing(root, odd).list('', signal)).toMatchObject([{ path: 'link', kind: 'other', size: 0 }]);
});

test('where there is no tag, size and time stand in for it', async () => {
  const dated = `<d:response><d:href>/dav/my%20root/a</d:href>${told('<d:resourcetype/><d:getcontentlength>3</d:getcontentlength><d:getlastmodified>Mon, 05 Jan 2026 02:00:00 GMT</d:getlastmodified>')}</d:response>`;
  const [entry] = await listing(root, dated).list('', signal);
  expect(entry?.tag).toBe(`3-${Date.parse('2026-01-05T02:00:00Z')}`);
  expect(entry?.mtimeNs).toBeNull();
});
