import { text } from '../../lib/text.ts';

/** An address the page does not know. */
export function NotHere() {
  document.title = text.title(text.home.notHereTitle);
  return (
    <section class="empty">
      <h1>{text.home.notHereTitle}</h1>
      <p>
        <a href="/">{text.home.notHereLink}</a>
      </p>
    </section>
  );
}
