import { Router } from '@solidjs/router';
import { createEffect, createResource, createSignal, Match, Switch } from 'solid-js';
import { askStanding, logOut, type Me, type Standing } from './api/auth.ts';
import { whenRefused } from './api/client.ts';
import { listJobs } from './api/jobs.ts';
import { Login } from './features/auth/login.tsx';
import { Setup } from './features/auth/setup.tsx';
import { Connecting, Recovery, Unreachable } from './features/health/waiting.tsx';
import { followBoxTheme } from './features/settings/box-theme.ts';
import { t } from './i18n/base.ts';
import { language } from './lib/locale.ts';
import { pageTitle } from './lib/page-title.ts';
import { MeContext } from './lib/session.ts';
import { routes } from './routes.tsx';
import { Shell } from './shell/shell.tsx';

/** Decides which screen this visit gets: what the box needs first comes before any address. */
export function App() {
  const [standing, { mutate, refetch }] = createResource<Standing>(askStanding);
  // A function, so that what is said follows the language.
  const [notice, setNotice] = createSignal<(() => string) | null>(null);
  const screen = () => standing.latest?.screen;
  const me = () => {
    const now = standing.latest;
    return now?.screen === 'home' ? now.me : undefined;
  };
  const say = (words: (() => string) | null) => setNotice(() => words);
  const enter = (who: Me, codesLeft: number | null = null) => {
    say(codesLeft === null ? null : () => t().secondFactor.codesLeft(codesLeft));
    mutate({ screen: 'home', me: who });
    // The form that had the focus is gone; what comes in its place is drawn in the next turn.
    setTimeout(() => document.getElementById('content')?.focus());
  };
  /** After set-up: an empty box asks for its first backup; one that was used by command before shows what it has. */
  const begin = async (who: Me) => {
    const jobs = await listJobs().catch(() => null);
    if (jobs?.length === 0) history.replaceState(null, '', '/welcome');
    enter(who);
  };
  const toLogin = (why: () => string) => {
    say(why);
    mutate({ screen: 'login' });
  };
  const signOut = async () => {
    mutate({ screen: 'login' }); // first: the live connection goes with the screen, before the box closes it on us
    await logOut().catch(() => undefined); // a session that is gone already is signed out as well
    toLogin(() => t().login.signedOut);
  };
  createEffect(() => screen() === 'home' && void followBoxTheme());
  whenRefused(() => me() && toLogin(() => t().login.ended));
  createEffect(() => {
    document.documentElement.lang = language();
  });
  createEffect(() => {
    if (!me()) document.title = t().title(pageTitle());
  });
  return (
    <Switch fallback={<Connecting />}>
      <Match when={screen() === 'unreachable'}>
        <Unreachable onRetry={() => void refetch()} />
      </Match>
      <Match when={screen() === 'recovery'}>
        <Recovery onRetry={() => void refetch()} />
      </Match>
      <Match when={screen() === 'setup'}>
        <Setup onDone={(who) => void begin(who)} onTaken={() => toLogin(() => t().setup.taken)} />
      </Match>
      <Match when={screen() === 'login'}>
        <Login notice={notice()?.() ?? null} onDone={enter} />
      </Match>
      <Match when={me()}>
        {(who) => (
          <MeContext.Provider value={who}>
            <Router
              root={(section) => (
                <Shell username={who().username} notice={notice()?.() ?? null} onSignOut={() => void signOut()}>
                  {section.children}
                </Shell>
              )}
            >
              {routes}
            </Router>
          </MeContext.Provider>
        )}
      </Match>
    </Switch>
  );
}
