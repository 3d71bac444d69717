import { Elysia, t } from 'elysia';
import { destinationView } from './destinations.schema.ts';
import type { DestinationsService } from './destinations.service.ts';

export const destinationRoutes = (destinations: DestinationsService) =>
  new Elysia({ prefix: '/api/destinations', tags: ['Jobs'] }).get('/', () => destinations.list(), {
    response: t.Array(destinationView),
    detail: {
      summary: 'List where jobs write',
      description:
        'Each destination once, with space and state as they are now. What does not answer within seconds counts as away.',
    },
  });
