import { createEffect, type JSX, onMount, Show } from 'solid-js';
import { setPageTitle } from '../lib/page-title.ts';

let first = true;

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
    // The very first screen leaves the focus where the browser put it.
    if (!first) heading?.focus({ preventScroll: true });
    first = false;
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
