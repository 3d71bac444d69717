import { Tooltip as Kobalte } from '@kobalte/core/tooltip';
import type { JSX } from 'solid-js';

/** A short explanation of what it wraps, on hover and focus. Nothing that must be known is said only here. */
export function Tooltip(props: { text: JSX.Element; children: JSX.Element }) {
  return (
    <Kobalte openDelay={400} gutter={6} placement="top">
      <Kobalte.Trigger as="span" class="tooltip-trigger" tabindex="0">
        {props.children}
      </Kobalte.Trigger>
      <Kobalte.Portal>
        <Kobalte.Content class="tooltip">{props.text}</Kobalte.Content>
      </Kobalte.Portal>
    </Kobalte>
  );
}
