import { describe, expect, test } from 'bun:test';
import { type CallOptions, startTestApp } from '../../test/harness/app.ts';
import { unauthorized } from '../core/errors.ts';
import { envelopeOf } from './envelopes.ts';
import { familyOf } from './families.ts';
import { isPublic } from './guard.ts';

const app = startTestApp();
await app.app.http.modules;
const doors = app.app.http.routes
  .map(({ method, path }) => ({ method: method === 'WS' ? 'GET' : method, path: path.replace(/(.)\/$/, '$1') }))
  .flatMap(({ method, path }) => {
    const family = familyOf(path);
    return family ? [{ method, path, family, name: `${method} ${path}` }] : [];
  });

/** Decisions, "A public list, complete". Whoever opens another door changes this list, and means it. */
const open = [
  'GET /api/auth/setup-required',
  'GET /api/system/health',
  'POST /api/auth/login',
  'POST /api/auth/setup',
  'POST /api/auth/totp/recovery',
  'POST /api/auth/totp/validate',
];

const fill = (path: string, value: string) => path.replace(/:\w+\??|\*/g, value);
const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** Ways to knock without a login. All must get the same answer, whatever is wrong with the rest of the request. */
const knocks: [how: string, param: string, options: CallOptions][] = [
  ['with nothing', '1', {}],
  ['with a number that is none', 'nonsense', {}],
  ['with a number that is too large', '9'.repeat(40), {}],
  ['with an empty object', '1', { body: {} }],
  ['with a body of another form', '1', { body: { name: 7, id: -1, __proto__: null } }],
  ['with broken JSON', '1', { rawBody: '{"name": ', headers: json }],
  ['with a form', '1', { rawBody: 'a=b', headers: form }],
  ['with a body that announces to be huge', '1', { rawBody: '{}', headers: { ...json, 'content-length': '99999999' } }],
  ['with a token that opens nothing', '1', { token: 'eyJhbGciOiJub25lIn0.e30.' }],
  ['with a bearer token that opens nothing', '1', { headers: { authorization: 'Bearer ffx_nothing' } }],
  ['asking for a socket', '1', { headers: { upgrade: 'websocket', connection: 'upgrade' } }],
];

describe('without a login every door answers 401 before anything else is looked at', () => {
  const closed = doors.filter((door) => !isPublic(door.method, door.path));
  test('and there are many', () => expect(closed.length).toBeGreaterThan(10));

  test.each(closed)('$name', async ({ method, path, family }) => {
    const bodiless = method === 'GET' || method === 'HEAD';
    for (const [how, param, { body, rawBody, ...options }] of knocks) {
      const answer = await app.call(method, fill(path, param), bodiless ? options : { body, rawBody, ...options });
      expect([how, answer.status, answer.json]).toEqual([how, 401, envelopeOf(unauthorized(), family)]);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  });
});

test('the doors that open without a login are those of the list', () => {
  const found = doors.filter((door) => isPublic(door.method, door.path)).map((door) => door.name);
  expect(found.toSorted()).toEqual(open);
});

test.each(doors.filter((door) => isPublic(door.method, door.path)))(
  '$name needs no login',
  async ({ method, path }) => {
    const answer = await app.call(method, path, method === 'GET' ? {} : { rawBody: '{"name": ', headers: json });
    expect([200, 400]).toContain(answer.status);
  },
);
