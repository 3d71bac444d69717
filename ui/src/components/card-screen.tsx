import { type JSX, onMount } from 'solid-js';
import { text } from '../lib/text.ts';
import { Mark } from './mark.tsx';

/** The quiet screen before somebody is signed in: one card, one heading, one thing to do. */
export function CardScreen(props: { title: string; lead?: JSX.Element; children?: JSX.Element; foot?: JSX.Element }) {
  onMount(() => {
    document.title = text.title(props.title);
  });
  return (
    <main class="card-screen">
      <p class="brand">
        <Mark size={32} />
        <span>{text.product}</span>
      </p>
      <div class="card">
        <h1>{props.title}</h1>
        {props.lead}
        {props.children}
      </div>
      {props.foot}
    </main>
  );
}
