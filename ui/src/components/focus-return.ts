import { createComputed, on } from 'solid-js';

/**
 * Gives the focus back to what had it before a dialog opened; the package does so only for buttons of its own. Where
 * that is gone (an entry of a menu, a row that was deleted) the button of the menu gets it, else the content of the page.
 */
export function createFocusReturn(open: () => boolean): (event: Event) => void {
  let before: HTMLElement | null = null;
  createComputed(
    on(open, (now) => {
      if (now && document.activeElement instanceof HTMLElement) before = ownerOf(document.activeElement);
    }),
  );
  return (event) => {
    event.preventDefault();
    const lost = !before?.isConnected || before === document.body;
    (lost ? document.getElementById('content') : before)?.focus({ preventScroll: true });
  };
}

/** An entry of a menu goes with its menu; the button that opened the menu stays. */
function ownerOf(element: HTMLElement): HTMLElement {
  const button = element.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  return (button && document.getElementById(button)) || element;
}
