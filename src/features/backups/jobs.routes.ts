import { Elysia, t } from 'elysia';
import { withCaller } from '../../http/caller.ts';
import { idParams, message, page } from '../../http/fields.ts';
import type { JobsService } from './jobs.service.ts';
import type { RunRecords } from './run-records.service.ts';
import type { RunsService } from './runs.service.ts';
import { jobBody, jobView, runBody, runStarted, runsRemoved, runView, statisticsView } from './schema.ts';

const json = { headers: { 'content-type': 'application/json' } };

export const jobRoutes = (jobs: JobsService, runs: RunsService, records: RunRecords) =>
  new Elysia({ prefix: '/api/jobs', tags: ['Jobs'] })
    .use(withCaller)
    .get('/', () => new Response(jobs.listText(), json), {
      detail: {
        summary: 'List jobs',
        // Kept as text: every open page asks for this list every few seconds.
        responses: {
          200: { description: 'OK', content: { 'application/json': { schema: t.Unsafe<object>(t.Array(jobView)) } } },
        },
      },
    })
    .post('/', ({ body, caller }) => jobs.create(body, caller.identity?.kind === 'owner'), {
      body: jobBody,
      response: jobView,
      detail: { summary: 'Create a job' },
    })
    .get('/:id', ({ params }) => jobs.get(params.id), {
      params: idParams,
      response: jobView,
      detail: { summary: 'Get a job' },
    })
    .put('/:id', ({ params, body, caller }) => jobs.update(params.id, body, caller.identity?.kind === 'owner'), {
      params: idParams,
      body: jobBody,
      response: jobView,
      detail: { summary: 'Replace a job', description: 'Optional members left out take their defaults.' },
    })
    .delete(
      '/:id',
      ({ params }) => {
        jobs.remove(params.id);
        return { message: 'Job deleted' };
      },
      {
        params: idParams,
        response: message,
        detail: {
          summary: 'Delete a job',
          description: 'Removes the job, its schedules, runs and logs; never a file at the destination.',
        },
      },
    )
    .post('/:id/clone', ({ params }) => jobs.clone(params.id), {
      params: idParams,
      response: jobView,
      detail: { summary: 'Clone a job', description: 'Schedules are copied switched off.' },
    })
    .post(
      '/:id/run',
      ({ params, body }) => ({
        ...runs.start(params.id, { trigger: 'manual', body: body ?? {} }),
        message: 'Job started',
      }),
      {
        params: idParams,
        body: runBody,
        response: runStarted,
        detail: { summary: 'Run a job now', description: '409 while the job has an active run.' },
      },
    )
    .post(
      '/:id/cancel',
      ({ params }) => {
        runs.cancel(params.id);
        return { message: 'Job cancelled' };
      },
      {
        params: idParams,
        response: message,
        detail: { summary: 'Cancel the active run', description: 'The run ends when its last child has ended.' },
      },
    )
    .get('/:id/runs', ({ params, query }) => records.list(params.id, query.limit, query.offset), {
      params: idParams,
      query: t.Object(page(20)),
      response: t.Array(runView),
      detail: { summary: "List a job's runs", description: 'Newest first.' },
    })
    .delete(
      '/:id/runs',
      async ({ params }) => ({ count: await records.removeOfJob(params.id), message: 'Runs deleted' }),
      {
        params: idParams,
        response: runsRemoved,
        detail: {
          summary: 'Delete the finished runs of a job and their logs',
          description: 'An active run stays. Of each run a line of statistics stays; versions are never deleted.',
        },
      },
    )
    .get('/:id/statistics', ({ params, query }) => records.statistics(params.id, query.limit, query.offset), {
      params: idParams,
      query: t.Object(page(100, 10_000)),
      response: t.Array(statisticsView),
      detail: {
        summary: "Get a job's series of finished runs",
        description:
          'Newest first: one line per run, those that were pruned or deleted (kept for 400 days) and those that still exist alike.',
      },
    });
