import type { JSX } from 'solid-js';
import { text } from '../lib/text.ts';
import { Mark } from './mark.tsx';

/** Header, content and footer of every screen behind the login. */
export function Frame(props: { username: string; onSignOut: () => void; children: JSX.Element }) {
  return (
    <div class="frame">
      <a class="skip" href="#content">
        {text.skip}
      </a>
      <header>
        <a class="brand" href="/">
          <Mark />
          <span>{text.product}</span>
        </a>
        <p class="who">
          <span class="who-name" title={text.home.signedInAs(props.username)}>
            {props.username}
          </span>
          <button type="button" class="button" data-quiet="" onClick={() => props.onSignOut()}>
            {text.home.signOut}
          </button>
        </p>
      </header>
      <main id="content" tabindex="-1">
        {props.children}
      </main>
      <footer>
        <a href="/api/docs">{text.footer.docs}</a>
      </footer>
    </div>
  );
}
