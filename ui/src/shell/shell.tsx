import { useNavigate } from '@solidjs/router';
import { createSignal, ErrorBoundary, type JSX, lazy, onCleanup, Show, Suspense } from 'solid-js';
import { Button } from '../components/button.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { Later } from '../components/later.tsx';
import { Notice } from '../components/notice.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { ToastArea, useToasts } from '../components/toasts.tsx';
import { t } from '../i18n/base.ts';
import { createShortcuts, isTyping } from '../lib/shortcuts.ts';
import { createLive, LiveContext, useLive } from '../live/live.ts';
import { Announcer } from './announcer.tsx';
import { commandsOf } from './commands.ts';
import { Frame } from './frame.tsx';
import { ShortcutsContext } from './page-shortcuts.ts';
import { keepTab } from './tab.ts';

const Palette = lazy(() => import('./palette.tsx'));
const ShortcutSheet = lazy(() => import('./shortcut-sheet.tsx'));

interface ShellProps {
  username: string;
  notice: string | null;
  onSignOut: () => void;
  children: JSX.Element;
}

/** What is around every page behind the login: live state, news, keyboard, frame. */
export function Shell(props: ShellProps) {
  const live = createLive();
  keepTab(live);
  return (
    <LiveContext.Provider value={live}>
      <ToastArea>
        <Announcer />
        {/* In a turn of its own, after the one in which the router and the live state began. */}
        <Later>
          <Inside {...props} />
        </Later>
      </ToastArea>
    </LiveContext.Provider>
  );
}

function Inside(props: ShellProps) {
  const live = useLive();
  const toasts = useToasts();
  const go = useNavigate();
  const [over, setOver] = createSignal<'palette' | 'sheet' | null>(null);
  const shortcuts = createShortcuts();
  const say = () => t().shortcuts;
  shortcuts.add(
    { keys: 'Ctrl+K', says: () => say().palette, run: () => setOver('palette') },
    { keys: '?', says: () => say().sheet, run: () => setOver('sheet') },
    { keys: 'n', says: () => say().newJob, run: () => go('/jobs/new') },
    { keys: 'g o', says: () => say().goOverview, run: () => go('/') },
    { keys: 'g b', says: () => say().goJobs, run: () => go('/jobs') },
    { keys: 'g h', says: () => say().goRuns, run: () => go('/runs') },
    { keys: 'g s', says: () => say().goSettings, run: () => go('/settings') },
  );
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || over() || document.querySelector('[role="dialog"], [role="alertdialog"]')) return;
    const { key, ctrlKey, metaKey, altKey, isComposing } = event;
    const typing = isTyping(event.target);
    if (shortcuts.press({ key, ctrlKey, metaKey, altKey, isComposing, typing })) event.preventDefault();
  };
  document.addEventListener('keydown', onKeyDown);
  onCleanup(() => document.removeEventListener('keydown', onKeyDown));
  return (
    <ShortcutsContext.Provider value={shortcuts}>
      <Frame username={props.username} onSignOut={props.onSignOut} onPalette={() => setOver('palette')}>
        <Show when={props.notice}>
          <div role="status">
            <Notice>
              <p>{props.notice}</p>
            </Notice>
          </div>
        </Show>
        <ErrorBoundary fallback={(_, again) => <Broken onRetry={again} />}>
          <Suspense fallback={<Skeleton lines={5} />}>{props.children}</Suspense>
        </ErrorBoundary>
      </Frame>
      <Suspense>
        <Show when={over() === 'palette'}>
          <Palette
            commands={commandsOf({ live, toasts, go, showSheet: () => setOver('sheet') })}
            onClose={() => setOver(null)}
          />
        </Show>
        <Show when={over() === 'sheet'}>
          <ShortcutSheet shortcuts={shortcuts.all()} onClose={() => setOver(null)} />
        </Show>
      </Suspense>
    </ShortcutsContext.Provider>
  );
}

/** A page that failed, or whose file is gone because the box was updated meanwhile. */
function Broken(props: { onRetry: () => void }) {
  return (
    <EmptyState
      title={t().pageFailed}
      action={
        <>
          <Button kind="primary" onClick={() => location.reload()}>
            {t().actions.reload}
          </Button>
          <Button onClick={() => props.onRetry()}>{t().actions.retry}</Button>
        </>
      }
    />
  );
}
