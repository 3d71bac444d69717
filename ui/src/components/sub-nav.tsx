import { A } from '@solidjs/router';
import { For } from 'solid-js';

/** Links between the pages of one room; looks like tabs, on a phone it scrolls sideways. */
export function SubNav(props: { label: string; links: readonly { href: string; label: string }[] }) {
  return (
    <nav class="tab-list sub-nav" aria-label={props.label}>
      <For each={props.links}>
        {(link) => (
          <A class="tab" href={link.href} end>
            {link.label}
          </A>
        )}
      </For>
    </nav>
  );
}
