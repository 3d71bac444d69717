import { Elysia, t } from 'elysia';
import { errorBody, message } from '../../http/fields.ts';
import type { HostKeysService } from './host-keys.ts';
import {
  acceptKeyBody,
  capabilitiesBody,
  hostKeyBody,
  keyQuery,
  providerBody,
  schemaBody,
  testBody,
  testResultBody,
} from './schema.ts';
import type { ProvidersService } from './service.ts';

const params = t.Object({ type: t.String({ maxLength: 64 }) });

export const providersRoutes = (providers: ProvidersService, hostKeys: HostKeysService) =>
  new Elysia({ prefix: '/api/providers', tags: ['Providers'] })
    .get('/', () => providers.list(), {
      response: t.Array(providerBody),
      detail: { summary: 'List providers' },
    })
    .post('/test', ({ body, request }) => providers.test(body, request.signal), {
      body: testBody,
      response: { 200: testResultBody, 400: errorBody, 404: errorBody, 409: errorBody },
      detail: {
        summary: 'Test connection',
        description:
          'Writes, reads and removes a small file there. Answers within ten seconds. What a server says against it is an answer (`success` false), in words from a fixed set. `details.reason` is `host_key_changed` or `certificate` where a person may decide to trust what the server shows: accept the host key, or enter the fingerprint as `certificate_sha256`. `details.folder_exists` is false where the first run is still to make the folder: then the folder above was tried.',
      },
    })
    .get('/host-keys', () => hostKeys.list(), {
      response: t.Array(hostKeyBody),
      detail: {
        summary: 'List pinned SSH host keys',
        description:
          'Each was seen at the first connection that could sign in. A server that shows another is refused before any secret is sent.',
      },
    })
    .post(
      '/host-keys/accept',
      ({ body }) => {
        hostKeys.accept(body);
        return { message: 'Host key accepted' };
      },
      {
        body: acceptKeyBody,
        response: { 200: message, 400: errorBody },
        detail: {
          summary: 'Accept an SSH host key',
          description: 'After a server was set up anew. Compare the fingerprint with the one the server itself shows.',
        },
      },
    )
    .delete(
      '/host-keys',
      ({ query }) => {
        hostKeys.forget(query.host, query.port);
        return { message: 'Host key removed' };
      },
      {
        query: keyQuery,
        response: { 200: message, 400: errorBody, 404: errorBody },
        detail: { summary: 'Forget an SSH host key', description: 'The next connection pins the key it sees.' },
      },
    )
    .get('/:type/capabilities', ({ params }) => providers.capabilities(params.type), {
      params,
      response: { 200: capabilitiesBody, 404: errorBody },
      detail: { summary: 'Get provider capabilities' },
    })
    .get('/:type/schema', ({ params }) => providers.schema(params.type), {
      params,
      response: { 200: schemaBody, 404: errorBody },
      detail: {
        summary: 'Get provider fields',
        description: 'The fields of a destination and of a credential of this type, in the order a form shows them.',
      },
    });
