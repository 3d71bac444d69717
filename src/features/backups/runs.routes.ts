import { Elysia, t } from 'elysia';
import { id, idParams, message, page } from '../../http/fields.ts';
import type { RunRecords } from './run-records.service.ts';
import { deletion, logLine, logSearch, runError, runsRemoved, runView } from './schema.ts';

const level = t.Optional(t.Union([t.Literal('info'), t.Literal('warning'), t.Literal('error')]));

const filter = {
  job_id: t.Optional(id),
  status: t.Optional(runView.properties.status),
  since: t.Optional(
    t.String({
      pattern: '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$',
      description: 'Started then or later; UTC, whole seconds: 2026-01-05T02:00:00Z',
    }),
  ),
};

export const runRoutes = (runs: RunRecords) =>
  new Elysia({ prefix: '/api/runs', tags: ['Runs'] })
    .get(
      '/',
      ({ query: { limit, offset, job_id, status, since } }) =>
        runs.listAll(
          { jobId: job_id, status, sinceMs: since === undefined ? undefined : Date.parse(since) },
          limit,
          offset,
        ),
      {
        query: t.Object({ ...page(20), ...filter }),
        response: t.Array(runView),
        detail: {
          summary: 'List the runs of all jobs',
          description:
            'Newest first, with the name the job had then. Runs that were pruned or deleted live on only in the statistics of their job.',
        },
      },
    )
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
    .get('/:id/logs/search', ({ params, query }) => runs.searchLog(params.id, { ...query, level: query.level }), {
      params: idParams,
      query: t.Object({
        ...page(500),
        level,
        text: t.String({ minLength: 1, maxLength: 200, description: 'Upper and lower case are the same' }),
      }),
      response: logSearch,
      detail: {
        summary: "Search a run's log",
        description:
          'Oldest first. One question looks at ten thousand lines at most, from `offset` lines on; ask again with `searched` as the offset while there is `more`.',
      },
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
