import { Elysia, t } from 'elysia';
import { errorBody, idParams, message, page } from '../../../http/fields.ts';
import { scheduleBody, schedulePreview, scheduleView } from './schema.ts';
import type { SchedulesService } from './service.ts';

export const scheduleRoutes = (schedules: SchedulesService) =>
  new Elysia({ prefix: '/api', tags: ['Schedules'] })
    .get('/jobs/:id/schedules', ({ params }) => schedules.list(params.id), {
      params: idParams,
      response: { 200: t.Array(scheduleView), 404: errorBody },
      detail: {
        summary: "List a job's schedules",
        description: '`next_run` is null while the schedule or its job is switched off.',
      },
    })
    .post('/jobs/:id/schedules', ({ params, body }) => schedules.create(params.id, body), {
      params: idParams,
      body: scheduleBody,
      response: { 200: scheduleView, 400: errorBody, 404: errorBody },
      detail: {
        summary: 'Create a schedule',
        description: 'Times before now are not made up for; a time missed later (box off) is, once.',
      },
    })
    .get('/schedules/upcoming', ({ query }) => schedules.upcoming(query.limit, query.offset), {
      query: t.Object(page(20)),
      response: t.Array(scheduleView),
      detail: {
        summary: 'List what runs next',
        description: 'Schedules of all jobs that are switched on, with their next run; the soonest first.',
      },
    })
    .post('/schedules/preview', ({ body }) => schedules.preview(body), {
      body: scheduleBody,
      response: { 200: schedulePreview, 400: errorBody },
      detail: { summary: 'Tell the next three runs of a schedule that is not saved' },
    })
    .put('/schedules/:id', ({ params, body }) => schedules.update(params.id, body), {
      params: idParams,
      body: scheduleBody,
      response: { 200: scheduleView, 400: errorBody, 404: errorBody },
      detail: { summary: 'Replace a schedule', description: 'Optional members left out take their defaults.' },
    })
    .delete(
      '/schedules/:id',
      ({ params }) => {
        schedules.remove(params.id);
        return { message: 'Schedule deleted' };
      },
      {
        params: idParams,
        response: { 200: message, 404: errorBody },
        detail: { summary: 'Delete a schedule', description: 'A run it started goes on.' },
      },
    );
