import { Elysia, t } from 'elysia';
import { errorBody } from '../../http/fields.ts';
import type { AttentionService } from './attention.service.ts';
import { attentionView } from './schema.ts';

/** Is the service there at all. Public, and says nothing else. */
export const healthRoutes = (health: { status: 'ok' | 'recovery'; version: string }) =>
  new Elysia({ prefix: '/api/system', tags: ['System'] }).get('/health', () => health, {
    response: {
      200: t.Object({ status: t.Union([t.Literal('ok'), t.Literal('recovery')]), version: t.String() }),
      421: errorBody,
    },
    detail: { summary: 'Health check', security: [] },
  });

export const attentionRoutes = (attention: AttentionService) =>
  new Elysia({ prefix: '/api/attention', tags: ['System'] }).get('/', () => attention.list(), {
    response: t.Array(attentionView),
    detail: {
      summary: 'List what a person should look at',
      description: 'Worked out as things are now; empty when all is well. Errors first, the oldest first.',
    },
  });
