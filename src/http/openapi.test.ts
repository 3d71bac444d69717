import { beforeAll, describe, expect, test } from 'bun:test';
import { startTestApp } from '../../test/harness/app.ts';
import { isPublic } from './guard.ts';
import type { OpenApiDocument } from './openapi.ts';

const methods = ['get', 'put', 'post', 'delete', 'patch'];
/** Routes the document leaves out on purpose: the page's own, and second names of a door. */
const isLeftOut = (path: string) =>
  path === '/' || path === '/*' || path === '/oauth/return' || path.startsWith('/assets/') || path.startsWith('/ws/');

describe('the description of the API', () => {
  const app = startTestApp();
  let document: OpenApiDocument;
  const operations = () =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        path,
        method,
        operation,
      })),
    );
  beforeAll(async () => {
    await app.app.http.modules;
    const answer = await app.call('GET', '/api/openapi.json', { token: await app.signIn() });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('application/json');
    document = answer.json as OpenApiDocument;
  });

  test('needs a login, and so does the page that shows it', async () => {
    for (const path of ['/api/openapi.json', '/api/docs']) {
      const { status, json } = await app.call('GET', path);
      expect([status, json]).toEqual([401, { error: 'Unauthorized', message: 'Invalid or expired token' }]);
    }
  });

  test('names every route of every room, and none that is not there', () => {
    const mounted = app.app.http.routes
      .filter((route) => route.method !== 'WS' && !isLeftOut(route.path))
      .map((route) => {
        const path = route.path.replace(/(?<=.)\/$/, '').replace(/:([^/]+)/g, '{$1}');
        return `${route.method} ${path}`;
      });
    expect(
      operations()
        .map((one) => one.name)
        .sort(),
    ).toEqual(mounted.sort());
    expect(mounted.length).toBeGreaterThan(40);
  });

  test('says of every route in one line what it does, and under which heading it belongs', () => {
    const nameless = operations().filter(({ operation }) => !operation.summary?.trim() || operation.tags?.length !== 1);
    expect(nameless.map((one) => one.name)).toEqual([]);
    const headings = new Set(document.tags.map((tag) => tag.name));
    for (const { operation } of operations()) expect(headings).toContain(operation.tags?.[0] ?? '');
  });

  test('has whole paths below /api, known methods, and no catch-all', () => {
    expect(document).not.toHaveProperty('servers');
    for (const { path, method } of operations()) {
      expect(path).toMatch(/^\/api(\/([a-z0-9][a-z0-9._-]*|\{[a-z_]+\}))+$/);
      expect(methods).toContain(method);
    }
  });

  test('declares every parameter of a path, and gives every operation an id of its own', () => {
    for (const { name, path, operation } of operations()) {
      const declared = (operation.parameters ?? []) as { name: string; in: string; required?: boolean }[];
      const wanted = [...path.matchAll(/\{([a-z_]+)\}/g)].map((match) => match[1] ?? '');
      const inPath = declared.filter((one) => one.in === 'path');
      expect({ name, parameters: inPath.map((one) => one.name) }).toEqual({ name, parameters: wanted });
      expect(inPath.every((one) => one.required === true)).toBe(true);
    }
    const ids = operations().map((one) => one.operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('asks for a login exactly where the guard does', () => {
    expect(document.security).toEqual([{ session: [] }, { bearer: [] }]);
    for (const { name, path, method, operation } of operations())
      expect({ name, open: operation.security?.length === 0 }).toEqual({ name, open: isPublic(method, path) });
    expect(operations().filter((one) => one.operation.security?.length === 0)).toHaveLength(6);
  });

  test('takes and gives JSON only, and words its errors', () => {
    for (const { name, path, method, operation } of operations()) {
      const body = operation.requestBody;
      if (body) expect({ name, types: Object.keys(body.content) }).toEqual({ name, types: ['application/json'] });
      const answers = Object.keys(operation.responses ?? {});
      expect(answers).toContain(answers.includes('101') ? '426' : '200');
      expect(answers).toContain('500');
      if (!isPublic(method, path)) expect(answers).toContain('401');
      if (path.includes('{')) expect(answers).toContain('404');
      for (const answer of Object.values(operation.responses ?? {}))
        expect(answer.description.length).toBeGreaterThan(3);
    }
  });

  test('says which bodies may be left out', () => {
    const body = (path: string) => document.paths[path]?.['post']?.requestBody?.required;
    expect(body('/api/jobs')).toBe(true);
    expect(body('/api/jobs/{id}/run')).toBe(false);
  });

  test('promises numbers as numbers, and points nowhere in vain', () => {
    const written = JSON.stringify(document);
    expect(written).not.toMatch(/"format":"(integer|numeric|boolean)"/);
    expect(written).not.toContain('"error":"must'); // our words for what is refused stand in the schemas
    const schemas = document.components['schemas'] as Record<string, unknown>;
    for (const [, name = ''] of written.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g))
      expect(schemas).toHaveProperty(name);
    expect(written).not.toContain('"$ref":"#/components/responses');
  });

  test('carries the version of the program', async () => {
    const { json } = await app.call('GET', '/api/system/health');
    expect(document.info.version).toBe(json.version);
    expect(document.openapi).toBe('3.1.0');
  });
});
