import type { LivedIn } from './lived-in.ts';

/** Every address of the page behind the login, with a run and a job of each kind. */
export const addressesOf = ({ jobs, runs }: Pick<LivedIn, 'jobs' | 'runs'>): Record<string, string> => ({
  overview: '/',
  'first backup': '/welcome',
  'all backups': '/jobs',
  'a backup': `/jobs/${jobs.whole}`,
  'a stopped backup': `/jobs/${jobs.guarded}`,
  'a backup that never ran': `/jobs/${jobs.never}`,
  'a new backup': '/jobs/new',
  'an edited backup': `/jobs/${jobs.whole}/edit`,
  history: '/runs',
  'a whole run': `/runs/${runs.whole}`,
  'an incomplete run': `/runs/${runs.incomplete}`,
  'a stopped run': `/runs/${runs.guarded}`,
  'a run at work': `/runs/${runs.working}`,
  settings: '/settings',
  profile: '/settings/profile',
  security: '/settings/security',
  sessions: '/settings/sessions',
  appearance: '/settings/appearance',
  limits: '/settings/limits',
  credentials: '/settings/credentials',
  about: '/settings/about',
  'no such backup': '/jobs/4711',
  'no such run': '/runs/4711',
  'no such page': '/nothing/here',
});
