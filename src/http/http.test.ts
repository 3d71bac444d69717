import { describe, expect, test } from 'bun:test';
import { t } from 'elysia';
import { admin, bareHttp, json } from '../../test/harness/http.ts';
import { AppError, type ErrorCode, errorStatus } from '../core/errors.ts';
import { withPeer } from './caller.ts';

const secret = 'hunter2 in /srv/secret';
const box = bareHttp((app) =>
  app
    .get('/api/object', () => ({ fine: true }))
    .get('/api/text', () => 'text')
    .get('/api/nothing', () => new Response(null, { status: 204 }))
    .get('/api/unchanged', () => new Response(null, { status: 304, headers: { etag: '"1"' } }))
    .get('/api/moved', () => Response.redirect('http://localhost/x', 302))
    .get('/api/stream', () => new Response(new ReadableStream({ start: (out) => out.close() })))
    .get('/api/own-headers', ({ set }) => {
      set.headers['cache-control'] = 'no-cache';
      set.headers['content-security-policy'] = 'sandbox';
      return 'x';
    })
    .get('/page', () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } }))
    .post('/api/thing', () => 'done', { body: t.Object({ name: t.String() }) })
    .get('/api/throws', () => {
      throw new Error(secret);
    })
    .get('/page-throws', () => {
      throw new Error(secret);
    }),
);

/** ASVS 3.4 and 14.3.2: what a browser is told with every answer. */
const expected = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; " +
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; " +
    "frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

describe('every answer tells the browser what it may do with it', () => {
  test.each([
    [200, 'GET', '/api/object', {}],
    [200, 'GET', '/api/text', {}],
    [200, 'HEAD', '/api/object', {}],
    [200, 'GET', '/api/stream', {}],
    [204, 'GET', '/api/nothing', {}],
    [302, 'GET', '/api/moved', {}],
    [304, 'GET', '/api/unchanged', {}],
    [400, 'POST', '/api/thing', { headers: json, body: '{' }],
    [400, 'POST', '/api/thing', { headers: json, body: '{}' }],
    [401, 'GET', '/api/object', { headers: {} }],
    [403, 'POST', '/api/thing', { headers: { ...admin, origin: 'http://evil.example' } }],
    [404, 'GET', '/api/unknown', {}],
    [404, 'OPTIONS', '/api/object', {}],
    [413, 'POST', '/api/thing', { headers: { ...json, 'content-length': '2000000' }, body: '{}' }],
    [415, 'POST', '/api/thing', { body: 'a=b' }],
    [421, 'GET', '/api/object', { host: 'evil.example' }],
    [500, 'GET', '/api/throws', {}],
  ])('%i to %s %s', async (status, method, path, options) => {
    const answer = await box.ask(method, path, { headers: admin, ...options });
    expect(answer.status).toBe(status);
    expect(answer.headers.toJSON()).toMatchObject({ ...expected, 'cache-control': 'no-store' });
  });

  test.each([
    [200, 'GET', '/page', {}],
    [404, 'GET', '/unknown', {}],
    [404, 'POST', '/unknown', { body: '{}' }],
    [421, 'GET', '/page', { host: 'evil.example' }],
    [500, 'GET', '/page-throws', {}],
  ])('%i to %s %s, a page', async (status, method, path, options) => {
    const answer = await box.ask(method, path, options);
    expect(answer.status).toBe(status);
    expect(answer.headers.toJSON()).toMatchObject(expected);
    expect(answer.headers.has('cache-control')).toBe(false);
  });

  test('and a route may say something else', async () => {
    const { headers } = await box.ask('GET', '/api/own-headers', { headers: admin });
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(headers.get('content-security-policy')).toBe('sandbox');
    expect(headers.get('x-frame-options')).toBe('DENY');
  });

  test('nothing asks a box on plain HTTP for TLS', async () => {
    const { headers } = await box.ask('GET', '/page');
    expect(headers.has('strict-transport-security')).toBe(false);
    expect(headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
  });
});

describe('what goes wrong inside', () => {
  const failing = (error: unknown) =>
    bareHttp((app) =>
      app
        .get('/api/now', () => {
          throw error;
        })
        .get('/api/later', async () => {
          await Bun.sleep(0);
          throw error;
        })
        .get('/api/v1.0/now', () => {
          throw error;
        }),
    );
  const unexpected = { error: 'Internal error', message: 'An unexpected error occurred' };

  test.each([
    ['an error', new Error(secret)],
    ['an error that calls itself not found', Object.assign(new Error(secret), { code: 'NOT_FOUND', status: 418 })],
    ['an error that calls itself invalid', Object.assign(new Error(secret), { code: 'VALIDATION', status: 200 })],
    ['an error that brings an answer', Object.assign(new Error(secret), { toResponse: () => new Response(secret) })],
    ['a text', secret],
    ['a plain object', { message: secret, status: 200 }],
    ['null', null],
    ['undefined', undefined],
  ])('is told as nothing and logged whole: %s', async (_, thrown) => {
    const { ask, logged } = failing(thrown);
    for (const path of ['/api/now', '/api/later']) {
      const answer = await ask('GET', path, { headers: admin });
      expect([path, answer.status, answer.json]).toEqual([path, 500, unexpected]);
    }
    expect(logged).toHaveLength(2);
    expect(logged[0]).toContain('"path":"/api/now"');
    if (thrown !== null && thrown !== undefined) expect(logged[0]).toContain(secret);
  });

  test('is told in the words of the family', async () => {
    const answer = await failing(new Error(secret)).ask('GET', '/api/v1.0/now', { headers: admin });
    expect(answer.json).toEqual({ status: 'error', reason: 'An unexpected error occurred' });
  });

  test.each(Object.entries(errorStatus) as [ErrorCode, number][])(
    '%s answers %i with its sentence',
    async (code, status) => {
      const { ask, logged } = failing(new AppError(code, 'Drive BACKUP is away.', { details: { more: 1 } }));
      const answer = await ask('GET', '/api/later', { headers: admin });
      expect([answer.status, answer.json]).toEqual([
        status,
        { error: expect.any(String), message: 'Drive BACKUP is away.', more: 1 },
      ]);
      expect(logged).toHaveLength(code === 'internal' ? 1 : 0);
    },
  );

  test('a time to wait becomes a header, and a title replaces the sentence', async () => {
    const details = { title: 'Credential is in use by 1 job(s)', jobs: ['Daily'] };
    const answer = await failing(new AppError('conflict', 'x', { details, retryAfterSeconds: 60 })).ask(
      'GET',
      '/api/now',
      { headers: admin },
    );
    expect(answer.headers.get('retry-after')).toBe('60');
    expect(answer.json).toEqual({ error: 'Credential is in use by 1 job(s)', jobs: ['Daily'] });
  });

  test.each([
    [507, 'SQLITE_FULL'],
    [507, 'SQLITE_IOERR_SHMSIZE'],
    [507, 'ENOSPC'],
    [507, 'EDQUOT'],
    [503, 'SQLITE_BUSY'],
    [500, 'SQLITE_CORRUPT'],
  ])('%i for %s, also below another error', async (status, code) => {
    const cause = Object.assign(new Error(secret), { code });
    expect((await failing(cause).ask('GET', '/api/now', { headers: admin })).status).toBe(status);
    const outer = await failing(new Error('outer', { cause })).ask('GET', '/api/now', { headers: admin });
    expect(outer.status).toBe(code === 'SQLITE_BUSY' ? 500 : status);
    expect(outer.text).not.toContain(secret);
  });
});

describe('an answer that does not fit its schema', () => {
  const schema = t.Object({ name: t.String(), size: t.Number() });
  const { ask, logged } = bareHttp((app) =>
    app
      .get('/api/fits', () => ({ name: 'a', size: 1, password: secret }) as never, { response: schema })
      .get('/api/misfit', () => ({ name: 'a', size: null, password: secret }) as never, { response: schema })
      .get('/api/nothing', () => null as never, { response: schema }),
  );

  test('never shows what its schema does not name', async () => {
    expect((await ask('GET', '/api/fits', { headers: admin })).json).toEqual({ name: 'a', size: 1 });
  });

  test('is sent all the same, and the mistake logged without what was in it', async () => {
    const answer = await ask('GET', '/api/misfit', { headers: admin });
    expect([answer.status, answer.json]).toEqual([200, { name: 'a', size: null }]);
    expect(logged.join()).toContain('An answer does not fit its schema {"path":"/api/misfit","at":"/size"');
    expect(logged.join()).not.toContain(secret);
  });

  test('is an error where nothing could be taken off', async () => {
    expect((await ask('GET', '/api/nothing', { headers: admin })).status).toBe(500);
  });
});

test('a path that guard and router read differently opens nothing', async () => {
  const { http } = bareHttp((app) => app.get('/api/object', () => ({ fine: true })));
  /** Reads as a page the first time it is asked, as an API from then on. */
  class TwoFaced extends Request {
    #asked = 0;
    override get url(): string {
      this.#asked += 1;
      return this.#asked === 1 ? 'http://localhost/page' : 'http://localhost/api/object';
    }
  }
  const request = new TwoFaced('http://localhost/page', { headers: { host: 'localhost' } });
  const response = await http.handle(withPeer(request, '192.168.1.50'));
  expect(await response.text()).not.toContain('fine');
});
