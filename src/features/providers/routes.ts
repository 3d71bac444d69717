import { Elysia, t } from 'elysia';
import { errorBody } from '../../http/fields.ts';
import { capabilitiesBody, providerBody, schemaBody } from './schema.ts';
import type { ProvidersService } from './service.ts';

const params = t.Object({ type: t.String({ maxLength: 64 }) });

export const providersRoutes = (providers: ProvidersService) =>
  new Elysia({ prefix: '/api/providers', tags: ['Providers'] })
    .get('/', () => providers.list(), {
      response: t.Array(providerBody),
      detail: { summary: 'List providers' },
    })
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
