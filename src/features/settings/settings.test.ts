import { describe } from 'bun:test';
import { startTestApp } from '../../../test/harness/app.ts';
import { scenarios } from '../../../test/harness/scenario.ts';

describe('settings', () => {
  const app = startTestApp();
  scenarios(
    () => app,
    [
      { name: 'need a login', method: 'GET', path: '/api/settings', as: 'nobody', status: 401 },
      {
        name: 'need a login before the body is looked at',
        method: 'PUT',
        path: '/api/settings',
        as: 'nobody',
        rawBody: '{"theme": 7',
        status: 401,
        exactly: { error: 'Unauthorized', message: 'Invalid or expired token' },
      },
      {
        name: 'start with their defaults',
        method: 'GET',
        path: '/api/settings',
        as: 'owner',
        status: 200,
        exactly: { max_runs_per_job: 10, theme: 'system' },
      },
      {
        name: 'keep what is not mentioned',
        method: 'PUT',
        path: '/api/settings',
        as: 'owner',
        body: { max_runs_per_job: 20 },
        status: 200,
        exactly: { max_runs_per_job: 20, theme: 'system' },
      },
      {
        name: 'refuse a theme that does not exist and name the field',
        method: 'PUT',
        path: '/api/settings',
        as: 'owner',
        body: { theme: 'pink' },
        status: 400,
        exactly: { error: 'Invalid request', message: `Field 'theme' must be one of "light", "dark", "system"` },
      },
      {
        name: 'refuse a body of another type',
        method: 'PUT',
        path: '/api/settings',
        as: 'owner',
        rawBody: 'theme=dark',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        status: 415,
      },
    ],
  );
});
