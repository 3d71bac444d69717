import { Elysia, t } from 'elysia';
import { errorBody } from '../../http/fields.ts';

/** Is the service there at all. Public, and says nothing else. */
export const healthRoutes = (health: { status: 'ok' | 'recovery'; version: string }) =>
  new Elysia({ prefix: '/api/system', tags: ['System'] }).get('/health', () => health, {
    response: {
      200: t.Object({ status: t.Union([t.Literal('ok'), t.Literal('recovery')]), version: t.String() }),
      421: errorBody,
    },
    detail: { summary: 'Health check', security: [] },
  });
