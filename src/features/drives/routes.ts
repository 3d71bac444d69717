import { Elysia } from 'elysia';
import { errorBody } from '../../http/fields.ts';
import { drivesBody, mountsBody } from './schema.ts';
import type { DrivesService } from './service.ts';

export const drivesRoutes = (drives: DrivesService) =>
  new Elysia({ prefix: '/api/system', tags: ['System'] })
    .get('/drives', () => drives.list(), {
      response: { 200: drivesBody, 503: errorBody },
      detail: {
        summary: 'List drives',
        description: 'Removable and USB filesystems; never those of the system itself.',
      },
    })
    .get('/mounts', () => drives.mounts(), {
      response: mountsBody,
      detail: { summary: 'List mounts', description: 'Filesystems on block devices.' },
    });
