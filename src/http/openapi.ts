import { toOpenAPISchema } from '@elysiajs/openapi/openapi';
import { Elysia, t } from 'elysia';
import { answerChosen, builtHtml, choose } from './built-files.ts';
import { type Family, familyOf } from './families.ts';
import { isPublic } from './guard.ts';

/** What we read and change of an operation; the rest passes through as the package made it. */
interface Operation {
  summary?: string;
  tags?: string[];
  description?: string;
  operationId?: string;
  security?: Record<string, string[]>[];
  parameters?: unknown[];
  requestBody?: { required?: boolean; content: Record<string, unknown> };
  /** Ours, on the way from the route to the document. */
  mayLackBody?: boolean;
  responses?: Record<string, Answer>;
}
interface Answer {
  description: string;
  content?: unknown;
}
export interface OpenApiDocument {
  openapi: string;
  info: { title: string; version: string; description: string };
  tags: { name: string }[];
  security: Record<string, string[]>[];
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, unknown>;
}

const text = { type: 'string' } as const;
const object = (properties: Record<string, unknown>) => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});
/** One error, five printed shapes: see envelopes.ts. */
const errorShapes: Record<Family, unknown> = {
  dynamight: object({ error: text, message: text }),
  webmanager: object({ error: object({ code: text, message: text, details: { type: 'object' } }) }),
  fileago: object({ status: { const: 'error' }, msg: text }),
  onitu: object({ status: { const: 'error' }, reason: text }),
  fileflux: object({ error: text }),
};

const answerTexts: Record<string, string> = {
  200: 'Done',
  400: 'The request is not valid; the message names the field',
  401: 'No login, or it has ended',
  403: 'Not allowed for this account, or asked by another site',
  404: 'There is nothing with this number or name',
  409: 'It does not fit what is there now; the message says why',
  413: 'The body is too large',
  415: 'The body is not application/json',
  421: 'This box does not answer to that host name',
  426: 'This door is a WebSocket: the request must ask for the upgrade',
  429: 'Too many failed attempts; Retry-After says when to come back',
  500: 'Something unexpected happened; the log of the program has the details',
  503: 'Not now: too much is going on, or the box is about to stop',
};

function errorsOf(path: string, operation: Operation, open: boolean): string[] {
  const hasInput = operation.requestBody !== undefined || (operation.parameters ?? []).length > 0;
  return [
    ...(hasInput ? ['400'] : []),
    ...(open ? [] : ['401', '403']),
    ...(path.includes('{') ? ['404'] : []),
    ...(operation.requestBody ? ['413', '415'] : []),
    '500',
  ];
}

interface Schema {
  type?: string;
  format?: string;
  anyOf?: Schema[];
  patternProperties?: Record<string, unknown>;
}
const isText = (one: Schema) => one.type === 'string' && /^(integer|numeric|boolean)$/.test(one.format ?? '');

/**
 * Elysia lets numbers and flags also come as text, as a query must, and writes a map as a pattern of names; a document
 * that says so of JSON would mislead people and generators. Our words for a value that is refused are left out.
 */
function plainTypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainTypes);
  if (typeof value !== 'object' || value === null) return value;
  const { anyOf, patternProperties, ...rest } = value as Schema;
  if (anyOf?.some(isText)) {
    const others = anyOf.filter((one) => !isText(one));
    return plainTypes(others.length === 1 ? { ...rest, ...others[0] } : { ...rest, anyOf: others });
  }
  const any = patternProperties?.['^(.*)$'];
  if (any !== undefined) return plainTypes({ ...rest, additionalProperties: any });
  const members = Object.entries(value).filter(([key, one]) => !(key === 'error' && typeof one === 'string'));
  return Object.fromEntries(members.map(([key, one]) => [key, plainTypes(one)]));
}

/** Adds what is true of every operation by its path and method, so that no room has to repeat it. */
function complete(path: string, method: string, made: Operation): Operation {
  const { mayLackBody, ...operation } = made;
  const open = isPublic(method, path);
  const schema = { $ref: `#/components/schemas/${familyOf(path) ?? 'dynamight'}_error` };
  const json = operation.requestBody?.content['application/json'];
  const isSocket = operation.responses?.['101'] !== undefined;
  const responses: Record<string, Answer> = {
    ...(isSocket ? {} : { 200: { description: 'Done' } }),
    ...operation.responses,
  };
  for (const status of [...errorsOf(path, operation, open), ...(isSocket ? ['426', '503'] : [])])
    responses[status] ??= { description: '', content: { 'application/json': { schema } } };
  return {
    ...operation,
    // The package offers form encodings too; the guard refuses them.
    ...(json
      ? { requestBody: { ...operation.requestBody, required: !mayLackBody, content: { 'application/json': json } } }
      : {}),
    ...(open ? { security: [] } : {}),
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, answer]) => [
        status,
        { ...answer, description: answerTexts[status] ?? answer.description },
      ]),
    ),
  };
}

type AnyApp = Parameters<typeof toOpenAPISchema>[0];
/** What the package asks an app for; Elysia does not show these two to the outside. */
interface Routes {
  getGlobalRoutes(): { hooks: { body?: unknown; detail?: object } }[];
  getGlobalDefinitions(): unknown;
}

const optional = Symbol.for('TypeBox.Optional');
const isOptional = (schema: unknown) => typeof schema === 'object' && schema !== null && optional in schema;

/**
 * The routes as the package should read them: without our own body parser, which it takes for "not JSON", and with a
 * note where the whole body may be missing, which it does not look for.
 */
function asDescribable(app: AnyApp): AnyApp {
  const source = app as unknown as Routes;
  const described: Routes = {
    getGlobalRoutes: () =>
      source.getGlobalRoutes().map(({ hooks, ...route }) => ({
        ...route,
        hooks: { ...hooks, parse: undefined, detail: { ...hooks.detail, mayLackBody: isOptional(hooks.body) } },
      })),
    getGlobalDefinitions: () => source.getGlobalDefinitions(),
  };
  return described as unknown as AnyApp;
}

/**
 * The description of every route mounted on `app`. Paths are whole (`/api/jobs/{id}`), so there is no server prefix;
 * routes with `detail.hide` (the page, its catch-all, second names of a door) are left out. A WebSocket is a GET that
 * answers 101.
 */
export function describeApi(app: AnyApp, version: string): OpenApiDocument {
  const made = toOpenAPISchema(asDescribable(app), { methods: ['options', 'head', 'ws'], staticFile: false });
  const paths: OpenApiDocument['paths'] = {};
  for (const [raw, item] of Object.entries(plainTypes(made.paths) as OpenApiDocument['paths'])) {
    const path = raw.length > 1 ? raw.replace(/\/$/, '') : raw;
    const described = Object.entries(item).map(([method, one]) => [method, complete(path, method, one)]);
    paths[path] = { ...paths[path], ...Object.fromEntries(described) };
  }
  const tags = new Set(Object.values(paths).flatMap((item) => Object.values(item).flatMap((one) => one.tags ?? [])));
  return {
    openapi: '3.1.0',
    info: {
      title: 'Dynamight',
      version,
      description:
        'Backups that prove themselves, and the files on the drives of this box. Success is always 200. ' +
        'Sign in with POST /api/auth/login: a browser keeps the cookie, a program may send it as a bearer token.',
    },
    tags: [...tags].map((name) => ({ name })),
    security: [{ session: [] }, { bearer: [] }],
    paths,
    components: {
      schemas: {
        ...made.components.schemas,
        ...Object.fromEntries(Object.entries(errorShapes).map(([family, shape]) => [`${family}_error`, shape])),
      },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'token' },
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      },
    },
  };
}

const docsNotBuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>API · Dynamight</title>
<h1>The documentation page is not built</h1>
<p>Run <code>./scripts/build</code> in the checkout and start again. The description itself is at
<a href="/api/openapi.json">/api/openapi.json</a>.</p></html>
`;

/**
 * `GET /api/openapi.json`, and `GET /api/docs`, which reads it: Swagger UI out of our own assets, so it works without
 * internet. `page` is the folder of the built page or null. Only the package's converter is used: its own page loads
 * scripts from a CDN, which our Content-Security-Policy forbids and a box without internet could not do.
 */
export function openApiRoutes({ version, page }: { version: string; page: string | null }) {
  const docs = page === null ? null : builtHtml(page, 'docs.html');
  const app = new Elysia({ name: 'openapi', tags: ['Documentation'] });
  let described: OpenApiDocument | undefined;
  return app
    .get('/api/openapi.json', () => (described ??= describeApi(app, version)) as unknown as Record<string, unknown>, {
      response: t.Record(t.String(), t.Unknown()),
      detail: { summary: 'Describe this API', description: 'This document, OpenAPI 3.1.' },
    })
    .get(
      '/api/docs',
      ({ request }) =>
        docs === null
          ? new Response(docsNotBuilt, { headers: { 'content-type': 'text/html; charset=utf-8' } })
          : answerChosen(choose(docs, request, 'no-cache')),
      {
        detail: {
          summary: 'Read this API',
          description: 'A page for people that shows this document.',
          responses: { 200: { description: 'The page', content: { 'text/html': { schema: text } } } },
        },
      },
    );
}
