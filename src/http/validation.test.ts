import { describe, expect, test } from 'bun:test';
import { t } from 'elysia';
import { admin, bareHttp, json } from '../../test/harness/http.ts';
import { idParams, integer, page } from './fields.ts';

const choice = t.Union([
  t.Object({ kind: t.Literal('local'), path: t.String() }),
  t.Object({ kind: t.Literal('s3'), bucket: t.Object({ name: t.String({ minLength: 3 }) }) }),
]);
const { ask } = bareHttp((app) =>
  app
    .post('/api/things', ({ body }) => body, {
      body: t.Partial(
        t.Object({
          text: t.String({ minLength: 2, maxLength: 5 }),
          filled: t.String({ minLength: 1 }),
          short: t.String({ maxLength: 5 }),
          long: t.String({ minLength: 12 }),
          code: t.String({ pattern: '^[0-9]{6}$' }),
          own: t.String({ pattern: '^/', error: 'must be an absolute path' }),
          whole: integer(),
          range: integer({ minimum: 1, maximum: 5 }),
          least: integer({ minimum: 1 }),
          most: t.Number({ maximum: 5 }),
          flag: t.Boolean(),
          theme: t.Union([t.Literal('light'), t.Literal('dark')]),
          only: t.Literal('yes'),
          level: t.Union([t.Literal('a'), t.Null()]),
          maybe: t.Union([t.String({ maxLength: 3 }), t.Null()]),
          number: t.Union([integer({ minimum: 1, maximum: 9 }), t.Null()]),
          mixed: t.Union([t.String(), integer()]),
          some: t.Array(t.String({ minLength: 1 }), { minItems: 1, maxItems: 2 }),
          rows: t.Array(t.Object({ name: t.String() })),
          deep: t.Object({ a: t.Object({ b: t.Object({ c: t.Boolean() }) }) }),
          map: t.Record(t.String(), t.String()),
          choice,
          maybeChoice: t.Union([choice, t.Null()]),
        }),
      ),
    })
    .get('/api/things/:id', ({ params }) => params, { params: idParams })
    .get('/api/pages', ({ query }) => query, { query: t.Object(page(20, 100)) }),
);

const messageFor = async (body: unknown) => {
  const answer = await ask('POST', '/api/things', { headers: json, body: JSON.stringify(body) });
  return answer.status === 400 ? (answer.json as { message: string }).message : `status ${answer.status}`;
};

describe('a refused member is named, with what is wanted', () => {
  test.each([
    [{ text: 'x' }, "Field 'text' must be 2 to 5 characters long"],
    [{ text: 'hunter2' }, "Field 'text' must be 2 to 5 characters long"],
    [{ filled: '' }, "Field 'filled' must not be empty"],
    [{ short: 'hunter2' }, "Field 'short' must be at most 5 characters long"],
    [{ long: 'hunter2' }, "Field 'long' must be at least 12 characters long"],
    [{ code: 'hunter2' }, "Field 'code' has an invalid form"],
    [{ own: 'hunter2' }, "Field 'own' must be an absolute path"],
    [{ whole: 'hunter2' }, "Field 'whole' must be a whole number"],
    [{ whole: 1.5 }, "Field 'whole' must be a whole number"],
    [{ range: 6 }, "Field 'range' must be a whole number from 1 to 5"],
    [{ least: 0 }, "Field 'least' must be a whole number of at least 1"],
    [{ most: 6 }, "Field 'most' must be a number of at most 5"],
    [{ flag: 'hunter2' }, "Field 'flag' must be true or false"],
    [{ theme: 'hunter2' }, 'Field \'theme\' must be one of "light", "dark"'],
    [{ theme: null }, 'Field \'theme\' must be one of "light", "dark"'],
    [{ only: 'hunter2' }, 'Field \'only\' must be "yes"'],
    [{ level: 'hunter2' }, 'Field \'level\' must be one of "a", null'],
    [{ maybe: 'hunter2' }, "Field 'maybe' must be at most 3 characters long"],
    [{ maybe: 7 }, "Field 'maybe' must be a text or null"],
    [{ number: 70 }, "Field 'number' must be a whole number from 1 to 9"],
    [{ number: 'hunter2' }, "Field 'number' must be a whole number or null"],
    [{ mixed: {} }, "Field 'mixed' must be a text or a whole number"],
    [{ some: [] }, "Field 'some' must have 1 to 2 items"],
    [{ some: ['a', 'b', 'c'] }, "Field 'some' must have 1 to 2 items"],
    [{ some: ['a', ''] }, "Field 'some.1' must not be empty"],
    [{ some: 'hunter2' }, "Field 'some' must be a list"],
    [{ rows: [{ name: 'a' }, {}] }, "Field 'rows.1.name' is required"],
    [{ rows: [{ name: 7 }] }, "Field 'rows.0.name' must be a text"],
    [{ deep: {} }, "Field 'deep.a' is required"],
    [{ deep: { a: { b: { c: 'hunter2' } } } }, "Field 'deep.a.b.c' must be true or false"],
    [{ map: { 'a/b~c': 7 } }, "Field 'map.a/b~c' must be a text"],
    [{ choice: { kind: 'local' } }, "Field 'choice.path' is required"],
    [{ choice: { kind: 's3', bucket: {} } }, "Field 'choice.bucket.name' is required"],
    [
      { choice: { kind: 's3', bucket: { name: 'x' } } },
      "Field 'choice.bucket.name' must be at least 3 characters long",
    ],
    [{ choice: { kind: 'hunter2' } }, 'Field \'choice.kind\' must be one of "local", "s3"'],
    [{ choice: {} }, "Field 'choice.kind' is required"],
    [{ choice: 'hunter2' }, "Field 'choice' must be an object"],
    [{ maybeChoice: { kind: 'local', path: 7 } }, "Field 'maybeChoice.path' must be a text"],
    [{ maybeChoice: 'hunter2' }, "Field 'maybeChoice' must be an object or null"],
  ])('%o: %s', async (body, message) => {
    expect(await messageFor(body)).toBe(message);
  });

  test('the first one, when there are several', async () => {
    expect(await messageFor({ text: 'x', flag: 7 })).toBe("Field 'text' must be 2 to 5 characters long");
  });

  test('a name somebody made up cannot draw on a terminal or fill a page', async () => {
    const message = await messageFor({ map: { [`a\x1b[2J${'x'.repeat(5000)}`]: 7 } });
    expect(message).toStartWith("Field 'map.a\\u001b[2Jxxx");
    expect(message.length).toBeLessThan(300);
  });
});

describe('a number in the path', () => {
  test.each(['1', '42', '999999999999999', '%34%32'])('%s is one', async (id) => {
    const answer = await ask('GET', `/api/things/${id}`, { headers: admin });
    expect([answer.status, answer.json]).toEqual([200, { id: Number(decodeURIComponent(id)) }]);
  });
  test.each(['0', '-1', '01', '1.0', '1e3', '0x1', '1 ', '%201', 'abc', '1000000000000000', "1'--", '١'])(
    '%s is none',
    async (id) => {
      const answer = await ask('GET', `/api/things/${encodeURI(decodeURI(id))}`, { headers: admin });
      expect([answer.status, (answer.json as { message: string }).message]).toEqual([
        400,
        "Field 'id' must be a whole number from 1",
      ]);
    },
  );
});

describe('a page of a list', () => {
  test.each([
    ['', 20, 0],
    ['?limit=5', 5, 0],
    ['?limit=5&offset=7', 5, 7],
    ['?limit=0', 1, 0],
    ['?limit=100', 100, 0],
    ['?limit=1000000000', 100, 0],
    ['?offset=999999999999999', 20, 999_999_999_999_999],
    ['?other=1', 20, 0],
  ])('%p is %i rows from %i', async (query, limit, offset) => {
    expect((await ask('GET', `/api/pages${query}`, { headers: admin })).json).toEqual({ limit, offset });
  });

  test.each([
    'limit=-1',
    'limit=1e9',
    'limit=',
    'limit=x',
    'limit=1.5',
    "limit='%20OR%201=1--",
    'offset=-1',
    'offset=1e18',
  ])('%s is none', async (query) => {
    const answer = await ask('GET', `/api/pages?${query}`, { headers: admin });
    const field = query.split('=')[0];
    expect([answer.status, (answer.json as { message: string }).message]).toEqual([
      400,
      `Field '${field}' must be a whole number from 0`,
    ]);
  });
});
