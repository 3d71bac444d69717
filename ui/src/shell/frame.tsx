import LogOut from 'lucide-solid/icons/log-out';
import Search from 'lucide-solid/icons/search';
import type { JSX } from 'solid-js';
import { Button } from '../components/button.tsx';
import { IconButton } from '../components/icon-button.tsx';
import { KeyHint } from '../components/key-hint.tsx';
import { Mark } from '../components/mark.tsx';
import { t } from '../i18n/base.ts';
import { ConnectionState } from './connection.tsx';
import { Nav } from './nav.tsx';
import { NowRunning } from './now-running.tsx';

/** Navigation, state of the box and content: around every screen behind the login. */
export function Frame(props: {
  username: string;
  onSignOut: () => void;
  onPalette: () => void;
  children: JSX.Element;
}) {
  return (
    <div class="frame">
      <a class="skip" href="#content" target="_self">
        {t().skip}
      </a>
      <header class="frame-head">
        <a class="brand" href="/">
          <Mark />
          <span>{t().product}</span>
        </a>
        <button type="button" class="search-button" title={t().palette.open} onClick={() => props.onPalette()}>
          <Search size={18} aria-hidden="true" />
          <span class="search-word">{t().actions.search}</span>
          <KeyHint keys="Ctrl+K" />
        </button>
        <NowRunning />
      </header>
      <Nav />
      <footer class="frame-foot">
        <p class="who" title={t().home.signedInAs(props.username)}>
          {props.username}
        </p>
        <Button kind="quiet" size="small" class="sign-out" onClick={() => props.onSignOut()}>
          {t().home.signOut}
        </Button>
        <IconButton class="sign-out-small" label={t().home.signOut} onClick={() => props.onSignOut()}>
          <LogOut size={20} />
        </IconButton>
        <a class="frame-docs" href="/api/docs" rel="external">
          {t().footer.docs}
        </a>
      </footer>
      <main id="content" tabindex="-1">
        <ConnectionState />
        {props.children}
      </main>
    </div>
  );
}
