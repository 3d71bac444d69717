import { afterAll, describe, expect, test } from 'bun:test';
import { createServer, type Server, type Socket } from 'node:net';
import { makeCertificate, type TestCertificate } from '../../../test/servers/certificate.ts';
import { StorageError } from '../errors.ts';
import { readBytes, readText } from './body.ts';
import { createHttpClient, type HttpClient, type HttpClientOptions } from './client.ts';

const signal = new AbortController().signal;
const ends: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ends) await end();
});

const client = (options: Partial<HttpClientOptions> = {}): HttpClient => {
  const made = createHttpClient({ what: 'The server', ...options });
  ends.push(() => made.close());
  return made;
};

interface Seen {
  method: string;
  path: string;
  host: string | null;
  length: string | null;
  encoding: string | null;
  bytes: number;
  from: number;
}

function serve(certificate: TestCertificate | null, more: { port?: number; location?: string } = {}) {
  const seen: Seen[] = [];
  const server = Bun.serve({
    port: more.port ?? 0,
    hostname: '127.0.0.1',
    ...(certificate ? { tls: { cert: certificate.cert, key: certificate.key } } : {}),
    async fetch(request, self) {
      const url = new URL(request.url);
      let bytes = 0;
      for await (const part of (request.body ?? []) as AsyncIterable<Uint8Array>) bytes += part.byteLength;
      seen.push({
        method: request.method,
        path: url.pathname,
        host: request.headers.get('host'),
        length: request.headers.get('content-length'),
        encoding: request.headers.get('transfer-encoding'),
        bytes,
        from: self.requestIP(request)?.port ?? 0,
      });
      if (url.pathname.startsWith('/to/'))
        return new Response(null, { status: 301, headers: { location: decodeURIComponent(url.pathname.slice(4)) } });
      if (url.pathname === '/gzip')
        return new Response(Bun.gzipSync(Buffer.alloc(1_000_000)), { headers: { 'content-encoding': 'gzip' } });
      if (url.pathname === '/never') await new Promise(() => {});
      return new Response('hello');
    },
  });
  ends.push(() => server.stop(true));
  return { seen, server, url: `${certificate ? 'https' : 'http'}://127.0.0.1:${server.port}`, port: server.port ?? 0 };
}

/** A TCP server that says these bytes to whoever asks, and hangs up. */
async function speaker(words: string | Buffer, hold = false): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => (hold ? socket.write(words) : socket.end(words)));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

async function failure(work: Promise<unknown>): Promise<StorageError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StorageError);
  return error as StorageError;
}

const stream = (bytes: number, step = 65_536): ReadableStream<Uint8Array> => {
  let left = bytes;
  return new ReadableStream({
    pull(controller) {
      const now = Math.min(step, left);
      left -= now;
      controller.enqueue(new Uint8Array(now));
      if (left === 0) controller.close();
    },
  });
};

const mine = makeCertificate(['nas.test', '127.0.0.1']);

describe('connections', () => {
  test('are kept: two hundred requests, eight at a time, use eight connections', async () => {
    const server = serve(mine);
    const http = client({ pinnedCertificate: mine.fingerprint });
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let n = 0; n < 25; n += 1) expect((await http.request(server.url, { signal })).status).toBe(200);
      }),
    );
    expect(server.seen).toHaveLength(200);
    expect(new Set(server.seen.map((one) => one.from)).size).toBeLessThanOrEqual(8);
  });

  test('go to the address that was checked, and carry the name that was asked for', async () => {
    const server = serve(null);
    const answer = await client().request(`http://localhost:${server.port}/a%20b`, { signal });
    expect(await answer.text()).toBe('hello');
    expect(server.seen[0]).toMatchObject({ host: `localhost:${server.port}`, path: '/a%20b' });
  });

  test('are never made to link-local and metadata addresses, nor to our own ports', async () => {
    const server = serve(null);
    for (const url of ['http://169.254.169.254/', 'http://[fe80::1]/', 'http://0.0.0.0/', 'http://[::ffff:a9fe:a9fe]/'])
      expect((await failure(client().request(url, { signal }))).code).toBe('target_refused');
    const careful = client({ isOurs: (address, port) => address === '127.0.0.1' && port === server.port });
    for (const host of ['127.0.0.1', 'localhost', '127.1', '2130706433'])
      expect((await failure(careful.request(`http://${host}:${server.port}/`, { signal }))).code).toBe(
        'target_refused',
      );
    expect(server.seen).toHaveLength(0);
  });

  test('a port nobody listens on is unreachable, and so is a name nobody has', async () => {
    const server = serve(null);
    await server.server.stop(true);
    expect((await failure(client().request(server.url, { signal }))).code).toBe('unreachable');
    const nobody = await failure(client().request('https://nobody.invalid/', { signal }));
    expect(nobody.code).toBe('unreachable');
    expect(nobody.message).toContain('no server of this name');
  });

  test('an abort ends a request at once, with its own reason', async () => {
    const server = serve(null);
    const stop = new AbortController();
    const reason = new Error('enough');
    const asked = client().request(`${server.url}/never`, { signal: stop.signal });
    while (server.seen.length === 0) await Bun.sleep(2);
    stop.abort(reason);
    expect(await asked.catch((error: unknown) => error)).toBe(reason);
  });
});

describe('certificates', () => {
  test('one that nobody vouches for is refused, and its fingerprint is told', async () => {
    const server = serve(mine);
    const refused = await failure(client().request(server.url, { signal }));
    expect(refused.code).toBe('certificate');
    expect(refused.details['fingerprint']).toBe(mine.fingerprint);
    expect(server.seen).toHaveLength(0);
  });

  test('a pinned one is accepted under any name, written with or without colons', async () => {
    const server = serve(mine);
    for (const pinnedCertificate of [mine.fingerprint, mine.fingerprint.replaceAll(':', '').toLowerCase()]) {
      const http = client({ pinnedCertificate });
      expect((await http.request(`https://localhost:${server.port}/`, { signal })).status).toBe(200);
    }
  });

  test('another one than the pinned one is told nothing, at the first connection or a later one', async () => {
    const other = makeCertificate(['nas.test', '127.0.0.1']);
    const server = serve(mine);
    const wrong = await failure(client({ pinnedCertificate: other.fingerprint }).request(server.url, { signal }));
    expect(wrong.code).toBe('certificate');
    expect(wrong.details).toMatchObject({ fingerprint: mine.fingerprint, pinned: other.fingerprint });
    expect(server.seen).toHaveLength(0);

    const http = client({ pinnedCertificate: mine.fingerprint });
    await http.request(server.url, { signal });
    await server.server.stop(true);
    const impostor = serve(other, { port: server.port });
    const swapped = await failure(http.request(impostor.url, { signal, headers: { authorization: 'Basic x' } }));
    expect(swapped.code).toBe('certificate');
    expect(swapped.details).toMatchObject({ fingerprint: other.fingerprint, pinned: mine.fingerprint });
    expect(swapped.message).toContain('another certificate than the pinned one');
    expect(impostor.seen).toHaveLength(0);
  });

  test('what is pinned for one client counts for no other', async () => {
    const server = serve(mine);
    await client({ pinnedCertificate: mine.fingerprint }).request(server.url, { signal });
    expect((await failure(client().request(server.url, { signal }))).code).toBe('certificate');
  });

  test('an https address that speaks no TLS is told apart from a wrong certificate', async () => {
    const plain = serve(null);
    const refused = await failure(client().request(`https://127.0.0.1:${plain.port}`, { signal }));
    expect(refused.code).toBe('unreachable');
    expect(refused.message).toContain('encrypted');
  });
});

describe('redirects', () => {
  test('within the same origin are followed, with method and body', async () => {
    const server = serve(null);
    const answer = await client().request(`${server.url}/to/%2Fnew%2F`, { method: 'PUT', body: 'abc', signal });
    expect(await answer.text()).toBe('hello');
    expect(server.seen.at(-1)).toMatchObject({ method: 'PUT', path: '/new/', bytes: 3 });
  });

  test('to another host, port or scheme are refused, and nothing is asked there', async () => {
    const elsewhere = serve(null);
    const server = serve(null);
    const places = [
      elsewhere.url,
      `https://127.0.0.1:${server.port}/`,
      `//localhost:${server.port}/`,
      'http://u:p@[',
      'file:///etc/passwd',
    ];
    for (const place of places) {
      const refused = await failure(client().request(`${server.url}/to/${encodeURIComponent(place)}`, { signal }));
      expect(refused.code).toBe('target_refused');
    }
    expect(elsewhere.seen).toHaveLength(0);
    const shown = await client().request(`${server.url}/to/${encodeURIComponent(elsewhere.url)}`, {
      signal,
      redirect: 'manual',
    });
    expect(shown.status).toBe(301);
  });

  test('in a circle end', async () => {
    const round = await speaker('HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n');
    expect((await failure(client().request(round, { signal }))).code).toBe('protocol');
  });
});

describe('bodies', () => {
  test('a stream is sent with its length, not in chunks', async () => {
    const server = serve(null);
    const headers = { 'content-length': '1000000' };
    await client().request(server.url, { method: 'PUT', headers, body: stream(1_000_000), signal });
    expect(server.seen[0]).toMatchObject({ length: '1000000', encoding: null, bytes: 1_000_000 });
  });

  test('a stream of another length than announced fails as a source', async () => {
    const server = serve(null);
    const headers = { 'content-length': '1000001' };
    const sent = client().request(server.url, { method: 'PUT', headers, body: stream(1_000_000), signal });
    expect((await failure(sent)).code).toBe('source');
  });

  test('an error of the source comes out as itself', async () => {
    const server = serve(null);
    const gone = new StorageError('source', 'The file changed');
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await Bun.sleep(1);
        controller.error(gone);
      },
    });
    const sent = client().request(server.url, { method: 'PUT', headers: { 'content-length': '9' }, body, signal });
    expect(await failure(sent)).toBe(gone);
  });

  test('a body made of one piece of memory, filled anew each time, arrives whole at a server that reads slowly', async () => {
    const [pieces, pieceBytes] = [64, 256 * 1024];
    const arrived = Promise.withResolvers<string>();
    const slow = createServer((socket) => {
      const hash = new Bun.CryptoHasher('md5');
      let head = '';
      let left = pieces * pieceBytes;
      socket.on('data', (bytes) => {
        let body = bytes as Buffer;
        if (!head.includes('\r\n\r\n')) {
          head += body.toString('latin1');
          body = Buffer.from(head.split('\r\n\r\n')[1] ?? '', 'latin1');
        }
        hash.update(body);
        left -= body.byteLength;
        socket.pause();
        setTimeout(() => socket.resume(), 1);
        if (left > 0) return;
        arrived.resolve(hash.digest('hex'));
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      });
    });
    ends.push(() => slow.close());
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const { port } = slow.address() as { port: number };
    const hash = new Bun.CryptoHasher('md5');
    const memory = new Uint8Array(pieceBytes);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          sent += 1;
          memory.fill(sent);
          hash.update(memory);
          controller.enqueue(memory);
          if (sent === pieces) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const headers = { 'content-length': String(pieces * pieceBytes) };
    await client().request(`http://127.0.0.1:${port}/`, { method: 'PUT', headers, body, signal });
    expect(await arrived.promise).toBe(hash.digest('hex'));
  });

  test('an answer that comes before the body was sent is the answer', async () => {
    const early = await speaker('HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno', true);
    const headers = { 'content-length': String(1 << 26) };
    const answer = await client().request(early, { method: 'PUT', headers, body: stream(1 << 26), signal });
    expect(answer.status).toBe(413);
  });

  const cuts = {
    'short of its length': `HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n${'x'.repeat(50)}`,
    'large and short of its length': `HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(500_000)}`,
    'without its last chunk': `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n32\r\n${'x'.repeat(50)}\r\n`,
    'in the middle of its headers': 'HTTP/1.1 200 OK\r\nContent-Len',
    'before a word': '',
  };
  for (const [where, words] of Object.entries(cuts))
    test(`an answer cut ${where} is never whole`, async () => {
      const url = await speaker(words);
      const read = client()
        .request(url, { signal })
        .then((answer) => answer.text());
      expect((await failure(read)).code).toBe('unreachable');
    });

  test('an answer that is no HTTP is `protocol`', async () => {
    expect((await failure(client().request(await speaker('SSH-2.0-OpenSSH\r\n'), { signal }))).code).toBe('protocol');
  });

  test('content is handed over as it is stored, listings are unpacked, and neither without a bound', async () => {
    const server = serve(null);
    const raw = await client().request(`${server.url}/gzip`, { signal });
    expect((await readBytes(raw, 100_000, 'The server')).byteLength).toBeLessThan(10_000);
    const unpacked = await client().request(`${server.url}/gzip`, { signal, decompress: true });
    expect((await readText(unpacked, 1_000_000, 'The server')).length).toBe(1_000_000);
    const bomb = await client().request(`${server.url}/gzip`, { signal, decompress: true });
    expect((await failure(readText(bomb, 999_999, 'The server'))).code).toBe('protocol');
  });
});
