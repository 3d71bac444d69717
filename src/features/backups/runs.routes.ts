import { Elysia, t } from 'elysia';
import { idParams, page } from '../../http/fields.ts';
import type { RunsService } from './runs.service.ts';
import { logLine, runError, runView } from './schema.ts';

const level = t.Optional(t.Union([t.Literal('info'), t.Literal('warning'), t.Literal('error')]));

export const runRoutes = (runs: RunsService) =>
  new Elysia({ prefix: '/api/runs', tags: ['Runs'] })
    .get('/:id', ({ params }) => runs.get(params.id), {
      params: idParams,
      response: runView,
      detail: { summary: 'Get a run' },
    })
    .get('/:id/logs', ({ params, query }) => runs.logLines(params.id, query.level, query.limit, query.offset), {
      params: idParams,
      query: t.Object({ ...page(1000, 10_000), level }),
      response: t.Array(logLine),
      detail: { summary: "Get a run's log lines", description: 'Oldest first.' },
    })
    .get('/:id/errors', ({ params, query }) => runs.errors(params.id, query.limit, query.offset), {
      params: idParams,
      query: t.Object(page(100)),
      response: t.Array(runError),
      detail: {
        summary: 'Get the files a run could not copy',
        description: 'At most a thousand are kept; the counts are on the run.',
      },
    });
