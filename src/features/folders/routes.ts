import { Elysia } from 'elysia';
import { errorBody } from '../../http/fields.ts';
import { allowedBody, browseBody, browseQuery, mkdirBody, mkdirInput, spaceBody, spaceQuery } from './schema.ts';
import type { FoldersService } from './service.ts';

/** Looking for a folder to back up, or to back up to. */
export const foldersRoutes = (folders: FoldersService) =>
  new Elysia({ prefix: '/api/system', tags: ['System'] })
    .get('/browse', ({ query }) => folders.browse(query.path), {
      query: browseQuery,
      response: { 200: browseBody, 400: errorBody, 403: errorBody, 404: errorBody },
      detail: {
        summary: 'Browse path',
        description: 'Only inside the allowed paths. Links are listed, never followed.',
      },
    })
    .post('/mkdir', async ({ body }) => ({ message: 'Directory created', path: await folders.make(body.path) }), {
      body: mkdirInput,
      response: { 200: mkdirBody, 400: errorBody, 403: errorBody, 404: errorBody, 409: errorBody, 507: errorBody },
      detail: { summary: 'Create directory', description: 'One new folder inside an existing one, mode 0755.' },
    })
    .get('/space', ({ query }) => folders.space(query.path), {
      query: spaceQuery,
      response: { 200: spaceBody, 400: errorBody, 403: errorBody, 404: errorBody, 503: errorBody },
      detail: { summary: 'Tell the room left where a folder lies', description: 'Only inside the allowed paths.' },
    })
    .get('/allowed-paths', () => ({ paths: [...folders.allowedPaths] }), {
      response: allowedBody,
      detail: { summary: 'Get allowed paths' },
    });
