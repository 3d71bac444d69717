// Every address of the page, and how a page is built.
//
// A page is one component in `features/<room>/<page>.tsx`; it begins with <PageHeader title=…>. Each is a chunk of its
// own (at most 40 kB gzip with what it alone needs), loaded when somebody goes there. A room brings its words
// (`i18n/<room>.ts`, `i18n/en/<room>.ts`, `i18n/de/<room>.ts`) and its look (`features/<room>/<room>.css`, imported by its pages).
// Live facts come from `useLive()`; all else by `call()` in `api/<family>.ts`. The parts to build with are shown at
// /dev/components while `./scripts/dev` runs.
//
// The server keeps /api, /ws, /auth, /upload, /dav and /oauth for itself. Addresses are lower case, without dots.
import type { RouteDefinition } from '@solidjs/router';
import { type Component, lazy } from 'solid-js';
import { Later } from './components/later.tsx';
import { Skeleton } from './components/skeleton.tsx';
import { NotHere } from './features/health/not-here.tsx';
import { wordsReady } from './i18n/words.ts';

/**
 * A page that is loaded when it is needed, together with its words in the language of the page. It is drawn in a turn of
 * its own: neither the click that leads to it nor the frame around it waits for that.
 */
function page<M extends Record<N, Component>, N extends string>(load: () => Promise<M>, name: N): Component {
  return lazy(async () => {
    const module = await load();
    await wordsReady();
    const Page = module[name] as Component;
    return {
      default: (props) => (
        <Later fallback={<Skeleton lines={5} />}>
          <Page {...props} />
        </Later>
      ),
    };
  });
}

const onlyInDevelopment: RouteDefinition[] = import.meta.env.DEV
  ? [{ path: '/dev/components', component: page(() => import('./dev/components.tsx'), 'Components') }]
  : [];

export const routes: RouteDefinition[] = [
  { path: '/', component: page(() => import('./features/overview/overview.tsx'), 'Overview') },
  { path: '/welcome', component: page(() => import('./features/welcome/welcome.tsx'), 'Welcome') },
  { path: '/jobs', component: page(() => import('./features/jobs/jobs.tsx'), 'Jobs') },
  { path: '/jobs/new', component: page(() => import('./features/editor/new-job.tsx'), 'NewJob') },
  { path: '/jobs/:id', component: page(() => import('./features/jobs/job.tsx'), 'Job') },
  { path: '/jobs/:id/edit', component: page(() => import('./features/editor/edit-job.tsx'), 'EditJob') },
  { path: '/runs', component: page(() => import('./features/runs/history.tsx'), 'History') },
  { path: '/runs/:id', component: page(() => import('./features/runs/run.tsx'), 'Run') },
  {
    path: '/settings',
    component: page(() => import('./features/settings/settings.tsx'), 'Settings'),
    children: [
      { path: '/', component: page(() => import('./features/settings/settings-list.tsx'), 'SettingsList') },
      { path: '/profile', component: page(() => import('./features/settings/profile.tsx'), 'Profile') },
      { path: '/security', component: page(() => import('./features/settings/security.tsx'), 'Security') },
      { path: '/sessions', component: page(() => import('./features/settings/sessions.tsx'), 'Sessions') },
      { path: '/appearance', component: page(() => import('./features/settings/appearance.tsx'), 'Appearance') },
      { path: '/limits', component: page(() => import('./features/settings/limits.tsx'), 'Limits') },
      { path: '/credentials', component: page(() => import('./features/settings/credentials.tsx'), 'Credentials') },
      { path: '/about', component: page(() => import('./features/settings/about.tsx'), 'About') },
    ],
  },
  ...onlyInDevelopment,
  { path: '*', component: NotHere },
];

/** Begins to fetch the page at an address, before anything that is around it stands. */
export function fetchAhead(path: string): void {
  const parts = path.split('/');
  const fits = ({ path: pattern }: RouteDefinition) => {
    const own = String(pattern).split('/');
    return own.length === parts.length && own.every((part, at) => part.startsWith(':') || part === parts[at]);
  };
  const preload = (routes.find(fits)?.component as { preload?: () => Promise<unknown> } | undefined)?.preload;
  preload?.().catch(() => undefined); // the router asks again, and tells
}
