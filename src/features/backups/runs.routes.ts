import { Elysia, t } from 'elysia';
import { idParams, message, page } from '../../http/fields.ts';
import type { RunRecords } from './run-records.service.ts';
import { deletion, logLine, runError, runsRemoved, runView } from './schema.ts';

const level = t.Optional(t.Union([t.Literal('info'), t.Literal('warning'), t.Literal('error')]));

export const runRoutes = (runs: RunRecords) =>
  new Elysia({ prefix: '/api/runs', tags: ['Runs'] })
    .delete('/', async () => ({ count: await runs.purge(), message: 'All runs deleted' }), {
      response: runsRemoved,
      detail: {
        summary: 'Delete the runs of all jobs',
        description: 'With their logs and all statistics. Active runs stay; versions are never deleted.',
      },
    })
    .get('/:id', ({ params }) => runs.get(params.id), {
      params: idParams,
      response: runView,
      detail: { summary: 'Get a run' },
    })
    .delete(
      '/:id',
      ({ params }) => {
        runs.remove(params.id);
        return { message: 'Run deleted' };
      },
      {
        params: idParams,
        response: message,
        detail: {
          summary: 'Delete a run and its logs',
          description: '409 while it is active. A line of statistics stays; a version is never deleted.',
        },
      },
    )
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
    })
    .get('/:id/deletions', ({ params, query }) => runs.deletions(params.id, query.limit, query.offset), {
      params: idParams,
      query: t.Object(page(1000, 10_000)),
      response: t.Array(deletion),
      detail: {
        summary: 'Get what a run would have deleted',
        description:
          'For a run stopped with `too_many_deletions`, in the order they were found; empty for others. Its `confirm` token lets a run delete exactly these. Folders go with what is in them and are not listed.',
      },
    });
