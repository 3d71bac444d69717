import { createResource, createSignal, Match, Show, Suspense, Switch } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { askStanding, logOut, type Me, type Standing } from './api/auth.ts';
import { Frame } from './components/frame.tsx';
import { Login } from './features/auth/login.tsx';
import { Setup } from './features/auth/setup.tsx';
import { NotHere } from './features/health/not-here.tsx';
import { Connecting, Recovery, Unreachable } from './features/health/waiting.tsx';
import { SessionContext } from './lib/session.ts';
import { text } from './lib/text.ts';
import { routes } from './routes.tsx';

/** Decides which screen this visit gets: what the box needs first comes before any address. */
export function App() {
  const [standing, { mutate, refetch }] = createResource<Standing>(askStanding);
  const [notice, setNotice] = createSignal<string | null>(null);
  const screen = () => standing.latest?.screen;
  const me = () => {
    const now = standing.latest;
    return now?.screen === 'home' ? now.me : undefined;
  };
  const enter = (who: Me, codesLeft: number | null = null) => {
    setNotice(codesLeft === null ? null : text.secondFactor.codesLeft(codesLeft));
    mutate({ screen: 'home', me: who });
    document.getElementById('content')?.focus(); // the form that had the focus is gone
  };
  const toLogin = (why: string) => {
    setNotice(why);
    mutate({ screen: 'login' });
  };
  const signOut = async () => {
    await logOut().catch(() => undefined); // a session that is gone already is signed out as well
    toLogin(text.login.signedOut);
  };
  return (
    <Switch fallback={<Connecting />}>
      <Match when={screen() === 'unreachable'}>
        <Unreachable onRetry={() => void refetch()} />
      </Match>
      <Match when={screen() === 'recovery'}>
        <Recovery onRetry={() => void refetch()} />
      </Match>
      <Match when={screen() === 'setup'}>
        <Setup onDone={enter} onTaken={() => toLogin(text.setup.taken)} />
      </Match>
      <Match when={screen() === 'login'}>
        <Login notice={notice()} onDone={enter} />
      </Match>
      <Match when={me()}>
        {(who) => (
          <SessionContext.Provider value={{ ended: () => toLogin(text.login.ended) }}>
            <Frame username={who().username} onSignOut={() => void signOut()}>
              <Show when={notice()}>
                <p class="notice" role="status">
                  {notice()}
                </p>
              </Show>
              <Suspense fallback={<p class="soft">{text.home.loading}</p>}>
                <Dynamic component={routes[location.pathname] ?? NotHere} />
              </Suspense>
            </Frame>
          </SessionContext.Provider>
        )}
      </Match>
    </Switch>
  );
}
