import { describe, expect, test } from 'bun:test';
import { Elysia, t } from 'elysia';
import { admin, bareHttp, json } from '../../test/harness/http.ts';
import { integer } from './fields.ts';

const thing = t.Object({
  name: t.String(),
  count: t.Optional(integer({ minimum: 1, maximum: 5 })),
  on: t.Optional(t.Boolean()),
  list: t.Optional(t.Array(t.Object({ x: t.Optional(t.Number()) }))),
  nested: t.Optional(t.Object({ a: t.Optional(t.String()) })),
  map: t.Optional(t.Record(t.String(), t.Unknown())),
});
const { ask } = bareHttp((app) =>
  app
    .post('/api/things', ({ body }) => ({ got: body }), { body: thing })
    .post('/api/optional', ({ body }) => ({ got: body ?? 'nothing' }), {
      body: t.Optional(t.Object({ a: t.Optional(t.String()) })),
    })
    .post('/api/bodiless', () => ({ got: 'none needed' }))
    .use(
      new Elysia({ prefix: '/api/private' })
        .onTransform(() => {
          throw new Error('the room itself refuses');
        })
        .post('/', () => 'x', { body: thing }),
    ),
);
const post = (body: BodyInit | undefined, headers: Record<string, string> = json, path = '/api/things') =>
  ask('POST', path, { headers, body });
const send = async (value: unknown) => post(JSON.stringify(value));

describe('a body is JSON and says so', () => {
  test.each(['application/json', 'Application/JSON', 'application/json; charset=utf-8', 'application/json ;x=y'])(
    '%s is taken',
    async (type) => {
      expect((await post('{"name":"a"}', { ...admin, 'content-type': type })).json).toEqual({ got: { name: 'a' } });
    },
  );

  test.each([
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'text/plain; application/json',
    'application/jsonx',
    'application/ld+json',
    'application/octet-stream',
    '',
  ])('%p is not', async (type) => {
    const answer = await post('{"name":"a"}', { ...admin, 'content-type': type });
    expect([answer.status, answer.json]).toEqual([
      415,
      { error: 'Unsupported media type', message: 'The body must be sent as application/json' },
    ]);
  });

  test('where none is needed, none needs a type', async () => {
    for (const path of ['/api/bodiless', '/api/optional'])
      for (const headers of [admin, json, { ...json, 'content-length': '0' }])
        expect((await post(undefined, headers, path)).status).toBe(200);
    expect((await post('', json, '/api/optional')).json).toEqual({ got: 'nothing' });
  });
});

describe('a body that is none is refused in words, never with what was sent', () => {
  const notJson = 'The body is not valid JSON';
  test.each([
    ['{"name": "hunter2"', notJson],
    ["{'name': 'hunter2'}", notJson],
    ['{"name":"hunter2"} x', notJson],
    ['hunter2', notJson],
    ['{"name":"hunter2",}', notJson],
    ['[1', notJson],
    [new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), notJson],
    [new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22]), notJson],
    ['', 'The body must be a JSON object'],
    ['null', 'The body must be a JSON object'],
    ['"hunter2"', 'The body must be a JSON object'],
    ['["hunter2"]', 'The body must be a JSON object'],
    ['7', 'The body must be a JSON object'],
  ])('%p', async (body, message) => {
    const answer = await post(body);
    expect([answer.status, answer.json]).toEqual([400, { error: 'Invalid request', message }]);
  });

  test.each([
    ['lists', '['.repeat(65)],
    ['lists without end', '['.repeat(500_000)],
    ['objects without end', '{"a":'.repeat(100_000)],
    ['a closed one', `{"name":"a","map":{"a":${'['.repeat(70)}${']'.repeat(70)}}}`],
  ])('deeper than anything we take: %s', async (_, body) => {
    const answer = await post(body);
    expect([answer.status, answer.json]).toEqual([
      400,
      { error: 'Invalid request', message: 'The body is nested more than 64 levels deep' },
    ]);
  });

  test('brackets in texts are no depth', async () => {
    const name = `${'['.repeat(200)}"\\${'{'.repeat(200)}`;
    expect((await send({ name })).json).toEqual({ got: { name } });
  });
});

describe('a body has a size', () => {
  const limit = 1024 * 1024;
  const sized = (bytes: number) => `{"name":"${'a'.repeat(bytes - 11)}"}`;
  const inPieces = (text: string) =>
    new ReadableStream<Uint8Array>({
      start(out) {
        for (let at = 0; at < text.length; at += 65_536) out.enqueue(Buffer.from(text.slice(at, at + 65_536)));
        out.close();
      },
    });

  test.each([
    ['with a length', (text: string) => text],
    ['in pieces', inPieces],
  ])('%s: 1 MiB is taken, one byte more is not', async (_, form) => {
    expect((await post(form(sized(limit)))).status).toBe(200);
    const answer = await post(form(sized(limit + 1)));
    expect([answer.status, answer.json]).toEqual([
      413,
      { error: 'Payload too large', message: 'The body may be at most 1048576 bytes' },
    ]);
  });
});

describe('a member is what it is sent as', () => {
  test.each([
    [{ name: 'a', count: '5' }, "Field 'count' must be a whole number from 1 to 5"],
    [{ name: 'a', count: 1.5 }, "Field 'count' must be a whole number from 1 to 5"],
    [{ name: 'a', count: true }, "Field 'count' must be a whole number from 1 to 5"],
    [{ name: 'a', on: 'true' }, "Field 'on' must be true or false"],
    [{ name: 'a', on: 1 }, "Field 'on' must be true or false"],
    [{ name: 7 }, "Field 'name' must be a text"],
    [{ name: ['a'] }, "Field 'name' must be a text"],
    [{ name: null }, "Field 'name' must be a text"],
    [{ name: 'a', list: 'xy' }, "Field 'list' must be a list"],
    [{ name: 'a', list: { length: 1, 0: {} } }, "Field 'list' must be a list"],
    [{ name: 'a', list: ['x'] }, "Field 'list.0' must be an object"],
    [{ name: 'a', nested: 'text' }, "Field 'nested' must be an object"],
    [{ name: 'a', nested: ['x'] }, "Field 'nested' must be an object"],
    [{ name: 'a', nested: 5 }, "Field 'nested' must be an object"],
    [{ name: 'a', map: 'text' }, "Field 'map' must be an object"],
    [{ name: 'a', map: ['x'] }, "Field 'map' must be an object"],
    [{}, "Field 'name' is required"],
  ])('%o: %s', async (body, message) => {
    const answer = await send(body);
    expect([answer.status, answer.json]).toEqual([400, { error: 'Invalid request', message }]);
  });

  test('members nobody asked for are left out, on every level', async () => {
    const answer = await send({ name: 'a', id: 7, created_at: 'x', constructor: 1, nested: { a: 'b', role: 'admin' } });
    expect(answer.json).toEqual({ got: { name: 'a', nested: { a: 'b' } } });
  });

  test('what is called __proto__ never gets in, in any spelling', async () => {
    for (const name of ['__proto__', '\\u005f_proto__', '__\\u0070roto__']) {
      const body = `{"name":"a","${name}":{"polluted":1},"map":{"${name}":{"polluted":1},"b":2},"nested":{"${name}":{"a":"x"}}}`;
      const answer = await post(body);
      expect([answer.status, answer.text]).toEqual([200, '{"got":{"name":"a","nested":{},"map":{"b":2}}}']);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('a room that refuses its caller does so before its body is looked at', async () => {
    expect((await post('{"name":7}', json, '/api/private')).status).toBe(500);
  });
});

test('no room takes numbers or flags written as text in its JSON', async () => {
  const { startTestApp } = await import('../../test/harness/app.ts');
  const app = startTestApp();
  await app.app.http.modules;
  const loose: string[] = [];
  const look = (door: string, path: string, value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { format } = value as { format?: unknown };
    if (/^(integer|numeric|boolean|ObjectString|ArrayString)$/.test(String(format))) loose.push(`${door} ${path}`);
    for (const [key, part] of Object.entries(value)) look(door, `${path}/${key}`, part);
  };
  for (const { method, path, hooks } of app.app.http.routes) look(`${method} ${path}`, '', hooks.body);
  expect(loose).toEqual([]);
});
