import { Elysia } from 'elysia';
import { withCaller } from '../../http/caller.ts';
import { excludeTestBody, excludeTestView, previewBody, previewView } from './preview.schema.ts';
import type { PreviewService } from './preview.service.ts';

export const previewRoutes = (previews: PreviewService) =>
  new Elysia({ prefix: '/api/jobs', tags: ['Jobs'] })
    .use(withCaller)
    .post(
      '/preview',
      ({ body, caller, request }) => previews.preview(body, caller.identity?.kind === 'owner', request.signal),
      {
        body: previewBody,
        response: previewView,
        detail: {
          summary: 'Tell what a job would do',
          description:
            'Of a job that is not saved, or of a saved one as edited (`job_id`). Nothing is written. What would stop ' +
            'a run comes as `problems`; a body that could not be saved is refused as there. Answers within some 20 ' +
            'seconds, then with `complete: false`; 503 while two others are looking.',
        },
      },
    )
    .post('/exclude-test', ({ body, request }) => previews.testExcludes(body, request.signal), {
      body: excludeTestBody,
      response: excludeTestView,
      detail: {
        summary: 'Tell what exclude patterns leave out',
        description:
          'rsync itself is asked. Nothing is written. 409 when the folder is not there or cannot be read; answers ' +
          'within some 20 seconds, then with `complete: false`; 503 while two others are looking.',
      },
    });
