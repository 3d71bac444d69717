import { createEffect, type JSX, onCleanup, onMount, Show } from 'solid-js';
import { setPageTitle } from '../lib/page-title.ts';

/** The address whose heading had its turn. The very first screen leaves the focus where the browser put it. */
let greeted = typeof location === 'undefined' ? '' : location.pathname;
/** The heading that had the focus was taken away: the one that comes in its place gets it. */
let orphaned = false;

/** The heading of a page: names the document, and takes the focus when somebody navigated here. */
export function PageHeader(props: {
  title: string;
  /** For the document title where the heading alone says too little. */
  documentTitle?: string;
  lead?: JSX.Element;
  /** Beside the heading: a status pill. */
  beside?: JSX.Element;
  /** One primary action at most. */
  actions?: JSX.Element;
  back?: { href: string; label: string };
}) {
  let heading: HTMLHeadingElement | undefined;
  createEffect(() => setPageTitle(props.documentTitle ?? props.title));
  onMount(() => {
    if (!orphaned && greeted === location.pathname) return;
    // In a turn of its own: to give the focus, the browser lays out the whole new page there and then.
    const turn = setTimeout(() => {
      [greeted, orphaned] = [location.pathname, false];
      heading?.focus({ preventScroll: true });
    });
    onCleanup(() => clearTimeout(turn));
  });
  onCleanup(() => {
    orphaned = heading !== undefined && heading === document.activeElement;
  });
  return (
    <header class="page-header">
      <div class="page-header-text">
        <Show when={props.back}>
          {(back) => (
            <a class="back" href={back().href}>
              ← {back().label}
            </a>
          )}
        </Show>
        <div class="page-header-line">
          <h1
            ref={(element) => {
              heading = element;
            }}
            tabindex="-1"
          >
            {props.title}
          </h1>
          {props.beside}
        </div>
        <Show when={props.lead}>
          <p class="lead">{props.lead}</p>
        </Show>
      </div>
      <Show when={props.actions}>
        <div class="page-header-actions">{props.actions}</div>
      </Show>
    </header>
  );
}
