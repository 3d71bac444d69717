import { Elysia, t } from 'elysia';
import { errorBody, idParams, message } from '../../http/fields.ts';
import { credentialBody, credentialPatch, inUseBody, listQuery, newCredential, usageBody } from './schema.ts';
import type { CredentialsService } from './service.ts';

export const credentialsRoutes = (credentials: CredentialsService) =>
  new Elysia({ prefix: '/api/credentials', tags: ['Credentials'] })
    .get('/', ({ query }) => credentials.list(query.provider || undefined), {
      query: listQuery,
      response: t.Array(credentialBody),
      detail: { summary: 'List credentials', description: 'Secrets are never answered.' },
    })
    .get('/:id', ({ params }) => credentials.get(params.id), {
      params: idParams,
      response: { 200: credentialBody, 404: errorBody },
      detail: { summary: 'Get a credential' },
    })
    .post('/', ({ body }) => credentials.create(body), {
      body: newCredential,
      response: { 200: credentialBody, 400: errorBody },
      detail: { summary: 'Create a credential', description: 'Names are labels: two may have the same one.' },
    })
    .put('/:id', ({ params, body }) => credentials.update(params.id, body), {
      params: idParams,
      body: credentialPatch,
      response: { 200: credentialBody, 400: errorBody, 404: errorBody },
      detail: { summary: 'Update a credential', description: 'Leave `data` out to change the name only.' },
    })
    .delete(
      '/:id',
      ({ params }) => {
        credentials.remove(params.id);
        return { message: 'Credential deleted' };
      },
      {
        params: idParams,
        response: { 200: message, 404: errorBody, 409: inUseBody },
        detail: { summary: 'Delete a credential', description: 'Refused with the names of the jobs that use it.' },
      },
    )
    .get('/:id/usage', ({ params }) => credentials.usage(params.id), {
      params: idParams,
      response: { 200: usageBody, 404: errorBody },
      detail: { summary: 'Get credential usage' },
    });
