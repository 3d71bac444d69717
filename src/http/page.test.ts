import { beforeAll, describe, expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { tempDir } from '../../test/harness/temp.ts';
import { silentLog } from '../core/log.ts';
import { createHttp } from './http.ts';
import { pageRoutes } from './page.ts';
import { listen } from './server.ts';
import type { Teller } from './told.ts';

const dir = tempDir('page');
const html = '<!doctype html><html><head><title>The page</title></head></html>';
const script = `console.log(${JSON.stringify('hello '.repeat(400))});`;
const asset = '/assets/deep/app-1a2b3c.js';

mkdirSync(join(dir, 'assets/deep'), { recursive: true });
writeFileSync(join(dir, 'index.html'), html);
writeFileSync(join(dir, 'docs.html'), 'The docs');
writeFileSync(join(dir, asset), script);
writeFileSync(join(dir, `${asset}.br`), brotliCompressSync(script));
writeFileSync(join(dir, `${asset}.gz`), gzipSync(script));
writeFileSync(join(dir, 'assets/icon-9f.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
writeFileSync(join(dir, '../secret-of-the-box.txt'), 'never to be seen');

const serve = (page: string | null, tell: Teller | null = null) =>
  createHttp({
    log: silentLog,
    authenticate: async () => null,
    verifySocketToken: async () => null,
    allowedHosts: ['localhost'],
    publicUrl: null,
    trustProxy: false,
    secureCookies: 'auto',
    recovery: null,
  }).use(pageRoutes(page, tell));

let port = 0;
beforeAll(async () => {
  const http = serve(dir);
  await http.modules;
  const door = listen(http, '127.0.0.1', 0);
  port = door.port;
  return () => door.close();
});

/** Sent byte for byte: clients tidy paths up before they send them. */
function raw(
  line: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; head: string; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const lines = Object.entries({ host: 'localhost', connection: 'close', ...headers }).map(
      ([k, v]) => `${k}: ${v}\r\n`,
    );
    const socket = connect(port, '127.0.0.1', () => socket.write(`${line} HTTP/1.1\r\n${lines.join('')}\r\n`));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      const all = Buffer.concat(chunks);
      const end = all.indexOf('\r\n\r\n');
      const head = all.subarray(0, end).toString('latin1').toLowerCase();
      resolve({ status: Number(head.slice(9, 12)), head, body: all.subarray(end + 4) });
    });
  });
}

const get = (path: string, headers?: Record<string, string>) => raw(`GET ${path}`, headers);

describe('the page', () => {
  test('is at / for everybody, asked for again each time and then answered with nothing new', async () => {
    const first = await get('/');
    expect(first.body.toString()).toBe(html);
    expect(first.head).toContain('content-type: text/html; charset=utf-8');
    expect(first.head).toContain('cache-control: no-cache');
    const [, etag = ''] = /etag: ("[^"]+")/.exec(first.head) ?? [];
    const second = await get('/', { 'if-none-match': etag });
    expect([second.status, second.body.length]).toEqual([304, 0]);
    expect(second.head).toContain(`etag: ${etag}`);
  });

  const encodings: [accept: string | undefined, coding: string | null, bytes: Uint8Array][] = [
    [undefined, null, Buffer.from(script)],
    ['gzip, deflate, br', 'br', brotliCompressSync(script)],
    ['gzip', 'gzip', gzipSync(script)],
    ['br;q=0, identity', null, Buffer.from(script)],
  ];
  for (const [accept, coding, bytes] of encodings)
    test(`sends a script ${coding ? `as ${coding}` : 'plain'} to a browser that accepts "${accept ?? ''}"`, async () => {
      const headers: Record<string, string> = accept === undefined ? {} : { 'accept-encoding': accept };
      for (let time = 0; time < 2; time += 1) {
        const answer = await get(asset, headers);
        expect([answer.status, answer.body.length]).toEqual([200, bytes.length]);
        expect(answer.body.equals(bytes)).toBe(true);
        expect(answer.head).toContain('content-type: text/javascript; charset=utf-8');
        expect(answer.head).toContain('cache-control: public, max-age=31536000, immutable');
        expect(answer.head).toContain('vary: accept-encoding');
        expect(/content-encoding: (\S+)/.exec(answer.head)?.[1] ?? null).toBe(coding);
        const [, etag = ''] = /etag: ("[^"]+")/.exec(answer.head) ?? [];
        expect((await get(asset, { ...headers, 'if-none-match': etag })).status).toBe(304);
      }
      const head = await raw(`HEAD ${asset}`, headers);
      expect([head.status, head.body.length]).toEqual([200, 0]);
      expect(head.head).toContain(`content-length: ${bytes.length}`);
    });

  test('names each encoding of a file differently, so that no cache mixes them up', async () => {
    const tags = await Promise.all(
      ['identity', 'br', 'gzip'].map(
        async (accept) => /etag: (\S+)/.exec((await get(asset, { 'accept-encoding': accept })).head)?.[1],
      ),
    );
    expect(new Set(tags).size).toBe(3);
  });

  test('sends the plain file where no encoded one lies beside it', async () => {
    const answer = await get('/assets/icon-9f.svg', { 'accept-encoding': 'br' });
    expect([answer.status, answer.body.toString()]).toEqual([200, '<svg xmlns="http://www.w3.org/2000/svg"/>']);
    expect(answer.head).toContain('content-type: image/svg+xml');
    expect(answer.head).not.toContain('content-encoding');
  });

  test('carries the security headers on every kind of answer', async () => {
    for (const path of ['/', asset, '/jobs/5', '/assets/nothing.js', '/no.such'])
      for (const accept of ['br', 'identity']) {
        const { head } = await get(path, { accept: 'text/html', 'accept-encoding': accept });
        expect(head).toContain("content-security-policy: default-src 'none'");
        expect(head).toContain('x-content-type-options: nosniff');
      }
  });

  for (const path of ['/jobs', '/jobs/12/runs', '/settings/', '/a_b-c'])
    test(`opens at its own address ${path}`, async () => {
      expect((await get(path, { accept: 'text/html,application/xhtml+xml' })).body.toString()).toBe(html);
      expect((await raw(`HEAD ${path}`, { accept: 'text/html' })).status).toBe(200);
      expect((await get(path, { accept: 'application/json' })).status).toBe(404);
      expect((await get(path)).status).toBe(404);
      expect((await raw(`POST ${path}`, { accept: 'text/html', 'content-length': '0' })).status).toBe(404);
    });

  const never: Record<string, string[]> = {
    'an address of an API': '/api /api/ /api/nothing /api/jobs /ws/status /auth /upload/x /dav/x /api/v1/agents'.split(
      ' ',
    ),
    'an address that only resembles one':
      '/API/jobs /Api/jobs //api/jobs /%61pi/jobs /api%2fjobs /\\api\\jobs /api;a=b/jobs /x/../api/jobs'.split(' '),
    'a place without a file': `/assets /assets/ /assets/nothing.js ${asset}.br /assets/deep /oauth/return`.split(' '),
    'an address the page would never use':
      '/Jobs /jobs//5 /jobs/5.html /index.html /docs.html /favicon.ico /jöbs /.env'.split(' '),
    'a way out of its folder': [
      '/../secret-of-the-box.txt',
      '/assets/../../secret-of-the-box.txt',
      '/assets/%2e%2e/%2e%2e/secret-of-the-box.txt',
      '/assets/..%2f..%2fsecret-of-the-box.txt',
      '/assets/....//secret-of-the-box.txt',
      '/assets/%00',
    ],
  };
  for (const [kind, paths] of Object.entries(never))
    test(`is not at ${kind}`, async () => {
      for (const path of paths) {
        const { status, head, body } = await get(path, { accept: 'text/html,*/*' });
        expect({ path, refused: [400, 401, 404].includes(status) }).toEqual({ path, refused: true });
        expect(body.toString()).not.toMatch(/The page|The docs|never to be seen/);
        if (status !== 400) expect(head).toContain('content-type: application/json');
      }
    });

  test('carries what it asks first, as private as that is, packed for who takes it', async () => {
    const http = serve(dir, async (_, path) => JSON.stringify({ path, said: '$& $1' }));
    await http.modules;
    const ask = (path: string, headers: Record<string, string> = {}) =>
      http.handle(
        new Request(`http://localhost${path}`, { headers: { host: 'localhost', accept: 'text/html', ...headers } }),
      );
    const plain = await ask('/jobs/5');
    expect([plain.headers.get('cache-control'), plain.headers.get('etag')]).toEqual(['no-store', null]);
    const told = '<script type="application/json" id="told">{"path":"/jobs/5","said":"$& $1"}</script>';
    expect(await plain.text()).toBe(html.replace('<head>', () => `<head>${told}`));
    const packed = await ask('/', { 'accept-encoding': 'gzip, br' });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(Buffer.from(Bun.gunzipSync(new Uint8Array(await packed.arrayBuffer()))).toString()).toContain('{"path":"/"');
  });

  test('says how to build it where it was not built', async () => {
    const http = serve(null);
    await http.modules;
    const answer = await http.handle(new Request('http://localhost/', { headers: { host: 'localhost' } }));
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await answer.text()).toContain('./scripts/build');
    const link = await http.handle(
      new Request('http://localhost/jobs', { headers: { host: 'localhost', accept: 'text/html' } }),
    );
    expect(link.status).toBe(404);
  });
});
